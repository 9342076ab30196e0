package awsretry

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// askForUnits returns the parameters of a call with ReturnConsumedCapacity set to
// TOTAL where the caller left it empty. It copies what it changes. It leaves
// PartiQL alone, whose answers do not say whether units were read or written.
func askForUnits(parameters any) any {
	switch in := parameters.(type) {
	case *dynamodb.PutItemInput:
		if in.ReturnConsumedCapacity == "" {
			c := *in
			c.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
			return &c
		}
	case *dynamodb.UpdateItemInput:
		if in.ReturnConsumedCapacity == "" {
			c := *in
			c.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
			return &c
		}
	case *dynamodb.DeleteItemInput:
		if in.ReturnConsumedCapacity == "" {
			c := *in
			c.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
			return &c
		}
	case *dynamodb.GetItemInput:
		if in.ReturnConsumedCapacity == "" {
			c := *in
			c.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
			return &c
		}
	case *dynamodb.QueryInput:
		if in.ReturnConsumedCapacity == "" {
			c := *in
			c.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
			return &c
		}
	case *dynamodb.ScanInput:
		if in.ReturnConsumedCapacity == "" {
			c := *in
			c.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
			return &c
		}
	case *dynamodb.BatchWriteItemInput:
		if in.ReturnConsumedCapacity == "" {
			c := *in
			c.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
			return &c
		}
	case *dynamodb.BatchGetItemInput:
		if in.ReturnConsumedCapacity == "" {
			c := *in
			c.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
			return &c
		}
	case *dynamodb.TransactWriteItemsInput:
		if in.ReturnConsumedCapacity == "" {
			c := *in
			c.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
			return &c
		}
	case *dynamodb.TransactGetItemsInput:
		if in.ReturnConsumedCapacity == "" {
			c := *in
			c.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
			return &c
		}
	}
	return parameters
}

// units returns the capacity units that an answer reports as consumed.
func units(result any) (read, write float64) {
	switch out := result.(type) {
	case *dynamodb.PutItemOutput:
		return 0, one(out.ConsumedCapacity)
	case *dynamodb.UpdateItemOutput:
		return 0, one(out.ConsumedCapacity)
	case *dynamodb.DeleteItemOutput:
		return 0, one(out.ConsumedCapacity)
	case *dynamodb.GetItemOutput:
		return one(out.ConsumedCapacity), 0
	case *dynamodb.QueryOutput:
		return one(out.ConsumedCapacity), 0
	case *dynamodb.ScanOutput:
		return one(out.ConsumedCapacity), 0
	case *dynamodb.BatchWriteItemOutput:
		return 0, sum(out.ConsumedCapacity)
	case *dynamodb.BatchGetItemOutput:
		return sum(out.ConsumedCapacity), 0
	case *dynamodb.TransactWriteItemsOutput:
		return 0, sum(out.ConsumedCapacity)
	case *dynamodb.TransactGetItemsOutput:
		return sum(out.ConsumedCapacity), 0
	}
	return 0, 0
}

func one(c *types.ConsumedCapacity) float64 {
	if c == nil {
		return 0
	}
	return aws.ToFloat64(c.CapacityUnits)
}

func sum(all []types.ConsumedCapacity) (total float64) {
	for i := range all {
		total += one(&all[i])
	}
	return total
}
