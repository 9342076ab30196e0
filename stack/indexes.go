package stack

import (
	"lullaby/dynamo/request"
	"lullaby/template"
)

// The template's description of a table as parts of requests; what it does not
// set is nil.

func keys(schema []template.KeySchemaElement) []request.KeySchemaElement {
	all := make([]request.KeySchemaElement, len(schema))
	for i := range schema {
		all[i] = request.KeySchemaElement{AttributeName: &schema[i].AttributeName, KeyType: &schema[i].KeyType}
	}
	return all
}

func localIndex(ix *template.Index) request.LocalSecondaryIndex {
	var in request.LocalSecondaryIndex
	in.IndexName, in.KeySchema = &ix.Name, keys(ix.KeySchema)
	in.Projection = &request.Projection{ProjectionType: &ix.ProjectionType, NonKeyAttributes: ix.NonKeyAttributes}
	return in
}

func globalIndex(ix *template.Index) request.GlobalSecondaryIndex {
	var in request.GlobalSecondaryIndex
	in.IndexName, in.KeySchema = &ix.Name, keys(ix.KeySchema)
	in.Projection = &request.Projection{ProjectionType: &ix.ProjectionType, NonKeyAttributes: ix.NonKeyAttributes}
	in.ProvisionedThroughput = units(ix.ReadCapacityUnits, ix.WriteCapacityUnits)
	in.OnDemandThroughput, in.WarmThroughput = maximum(ix.OnDemandThroughput), warmth(ix.WarmThroughput)
	return in
}

func units(read, write int64) *request.ProvisionedThroughput {
	if read == 0 && write == 0 {
		return nil
	}
	return &request.ProvisionedThroughput{ReadCapacityUnits: &read, WriteCapacityUnits: &write}
}

func maximum(t template.Throughput) *request.OnDemandThroughput {
	if t == (template.Throughput{}) {
		return nil
	}
	return &request.OnDemandThroughput{MaxReadRequestUnits: given(t.Read), MaxWriteRequestUnits: given(t.Write)}
}

func warmth(t template.Throughput) *request.WarmThroughput {
	if t == (template.Throughput{}) {
		return nil
	}
	return &request.WarmThroughput{ReadUnitsPerSecond: given(t.Read), WriteUnitsPerSecond: given(t.Write)}
}

func given(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

func timeToLive(t *template.Table) *request.TimeToLiveSpecification {
	if t.TimeToLive == "" {
		return nil
	}
	enabled := true
	return &request.TimeToLiveSpecification{Enabled: &enabled, AttributeName: &t.TimeToLive}
}
