package template

import (
	"math"

	"lullaby/dynamo/request"
)

// indexes reads the list of secondary indexes at key.
func (r reader) indexes(key string) []Index {
	var indexes []Index //nolint:prealloc // nil when there are none
	for i, item := range r.list(key) {
		in := r.item(key, i, item)
		in.only("IndexName KeySchema Projection ProvisionedThroughput OnDemandThroughput WarmThroughput ContributorInsightsSpecification")
		ix := in.index(indexFields)
		ix.OnDemandThroughput = in.bounds("OnDemandThroughput", "MaxReadRequestUnits", "MaxWriteRequestUnits")
		ix.ReadCapacityUnits, ix.WriteCapacityUnits = in.throughput()
		indexes = append(indexes, ix)
	}
	return indexes
}

// index reads what all indexes have.
func (r reader) index(fields map[string]string) Index {
	ix := Index{
		Source:         r.source(r.line, fields),
		Name:           r.required("IndexName"),
		KeySchema:      r.keySchema(),
		WarmThroughput: r.bounds("WarmThroughput", "ReadUnitsPerSecond", "WriteUnitsPerSecond"),
	}
	projection := r.under("Projection")
	projection.only("ProjectionType NonKeyAttributes")
	ix.ProjectionType = projection.oneOf("ProjectionType", "", request.ProjectionTypes...)
	ix.NonKeyAttributes = projection.texts("NonKeyAttributes")
	if ix.ProjectionType == "" {
		r.fail(r.lineOf("Projection"), "%sProjection.ProjectionType is missing", r.label)
	}
	return ix
}

// bounds reads the two numbers of the mapping at key, 0 for each that is not
// set.
func (r reader) bounds(key, read, write string) Throughput {
	in := r.under(key)
	in.only(read + " " + write)
	return Throughput{int64(in.integer(read, 0, 1, math.MaxInt)), int64(in.integer(write, 0, 1, math.MaxInt))}
}

// tags reads the list of tags.
func (r reader) tags() []Tag {
	var tags []Tag //nolint:prealloc // nil when there are none
	for i, item := range r.list("Tags") {
		in := r.item("Tags", i, item)
		in.only("Key Value")
		tags = append(tags, Tag{in.required("Key"), in.text("Value", "")})
	}
	return tags
}
