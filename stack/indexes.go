package stack

import (
	"lullaby/dynamo"
	"lullaby/template"
)

// The template's description of a table as parts of requests; what it does not
// set is nil.

func keys(schema []template.KeySchemaElement) []dynamo.KeySchemaElementInput {
	all := make([]dynamo.KeySchemaElementInput, len(schema))
	for i := range schema {
		all[i] = dynamo.KeySchemaElementInput{AttributeName: &schema[i].AttributeName, KeyType: &schema[i].KeyType}
	}
	return all
}

func localIndex(ix *template.Index) dynamo.LocalSecondaryIndexInput {
	var in dynamo.LocalSecondaryIndexInput
	in.IndexName, in.KeySchema = &ix.Name, keys(ix.KeySchema)
	in.Projection = &dynamo.ProjectionInput{ProjectionType: &ix.ProjectionType, NonKeyAttributes: ix.NonKeyAttributes}
	return in
}

func globalIndex(ix *template.Index) dynamo.GlobalSecondaryIndexInput {
	var in dynamo.GlobalSecondaryIndexInput
	in.IndexName, in.KeySchema = &ix.Name, keys(ix.KeySchema)
	in.Projection = &dynamo.ProjectionInput{ProjectionType: &ix.ProjectionType, NonKeyAttributes: ix.NonKeyAttributes}
	in.ProvisionedThroughput = units(ix.ReadCapacityUnits, ix.WriteCapacityUnits)
	in.OnDemandThroughput, in.WarmThroughput = maximum(ix.OnDemandThroughput), warmth(ix.WarmThroughput)
	return in
}

func units(read, write int64) *dynamo.ProvisionedThroughput {
	if read == 0 && write == 0 {
		return nil
	}
	return &dynamo.ProvisionedThroughput{ReadCapacityUnits: &read, WriteCapacityUnits: &write}
}

func maximum(t template.Throughput) *dynamo.OnDemandThroughput {
	if t == (template.Throughput{}) {
		return nil
	}
	return &dynamo.OnDemandThroughput{MaxReadRequestUnits: given(t.Read), MaxWriteRequestUnits: given(t.Write)}
}

func warmth(t template.Throughput) *dynamo.WarmThroughput {
	if t == (template.Throughput{}) {
		return nil
	}
	return &dynamo.WarmThroughput{ReadUnitsPerSecond: given(t.Read), WriteUnitsPerSecond: given(t.Write)}
}

func given(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

func timeToLive(t *template.Table) *dynamo.TimeToLiveSpecification {
	if t.TimeToLive == "" {
		return nil
	}
	enabled := true
	return &dynamo.TimeToLiveSpecification{Enabled: &enabled, AttributeName: &t.TimeToLive}
}
