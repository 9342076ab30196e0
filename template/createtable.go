package template

import (
	"errors"

	"lullaby/dynamo/request"
)

// CreateTable returns the request that CloudFormation would send for the table.
// It shares memory with the table. What the template does not say is nil.
func (t *Table) CreateTable() *request.CreateTableInput {
	in := &request.CreateTableInput{
		TableName:                 &t.Name,
		KeySchema:                 keySchema(t.KeySchema),
		BillingMode:               &t.BillingMode,
		ProvisionedThroughput:     units(t.ReadCapacityUnits, t.WriteCapacityUnits),
		OnDemandThroughput:        t.OnDemandThroughput.maximum(),
		WarmThroughput:            t.WarmThroughput.warm(),
		TableClass:                given(t.TableClass),
		DeletionProtectionEnabled: &t.DeletionProtection,
	}
	if t.AttributeDefinitions != nil {
		in.AttributeDefinitions = make([]request.AttributeDefinition, len(t.AttributeDefinitions))
	}
	for i := range t.AttributeDefinitions {
		a := &t.AttributeDefinitions[i]
		in.AttributeDefinitions[i] = request.AttributeDefinition{AttributeName: &a.AttributeName, AttributeType: &a.AttributeType}
	}
	if t.StreamViewType != "" {
		in.StreamSpecification = &request.StreamSpecification{StreamEnabled: new(true), StreamViewType: &t.StreamViewType}
	}
	for i := range t.Tags {
		in.Tags = append(in.Tags, request.Tag{Key: &t.Tags[i].Key, Value: &t.Tags[i].Value})
	}
	for i := range t.LocalSecondaryIndexes {
		in.LocalSecondaryIndexes = append(in.LocalSecondaryIndexes, request.LocalSecondaryIndex{Index: t.LocalSecondaryIndexes[i].request()})
	}
	for i := range t.GlobalSecondaryIndexes {
		ix := &t.GlobalSecondaryIndexes[i]
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, request.GlobalSecondaryIndex{
			Index:                 ix.request(),
			ProvisionedThroughput: units(ix.ReadCapacityUnits, ix.WriteCapacityUnits),
			OnDemandThroughput:    ix.OnDemandThroughput.maximum(),
			WarmThroughput:        ix.WarmThroughput.warm(),
		})
	}
	return in
}

// TimeToLiveSpecification returns what CloudFormation would ask for once the
// table is there, nil if items do not expire.
func (t *Table) TimeToLiveSpecification() *request.TimeToLiveSpecification {
	if t.TimeToLive == "" {
		return nil
	}
	return &request.TimeToLiveSpecification{Enabled: new(true), AttributeName: &t.TimeToLive}
}

// check adds what AWS would refuse of the table, whose values in has read, where
// it stands.
func (t *Table) check(in reader) {
	err := t.CreateTable().Check()
	if ttl := t.TimeToLiveSpecification(); err == nil && ttl != nil {
		err = ttl.Check()
	}
	if refused, ok := errors.AsType[*request.MemberError](err); ok {
		in.fail(t.Pos(refused.Member...).Line, "%s%v", in.label, err)
	}
}

func (ix *Index) request() request.Index {
	return request.Index{
		IndexName:  &ix.Name,
		KeySchema:  keySchema(ix.KeySchema),
		Projection: &request.Projection{ProjectionType: given(ix.ProjectionType), NonKeyAttributes: ix.NonKeyAttributes},
	}
}

func keySchema(schema []KeySchemaElement) []request.KeySchemaElement {
	all := make([]request.KeySchemaElement, len(schema))
	for i := range schema {
		all[i] = request.KeySchemaElement{AttributeName: &schema[i].AttributeName, KeyType: &schema[i].KeyType}
	}
	return all
}

func units(read, write int64) *request.ProvisionedThroughput {
	if read == 0 && write == 0 {
		return nil
	}
	return &request.ProvisionedThroughput{ReadCapacityUnits: &read, WriteCapacityUnits: &write}
}

func (t Throughput) maximum() *request.OnDemandThroughput {
	if t == (Throughput{}) {
		return nil
	}
	return &request.OnDemandThroughput{MaxReadRequestUnits: given(t.Read), MaxWriteRequestUnits: given(t.Write)}
}

func (t Throughput) warm() *request.WarmThroughput {
	if t == (Throughput{}) {
		return nil
	}
	return &request.WarmThroughput{ReadUnitsPerSecond: given(t.Read), WriteUnitsPerSecond: given(t.Write)}
}

// given returns a value that is not the zero one, which nobody gave.
func given[T comparable](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}
