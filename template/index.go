package template

import "math"

// indexes reads the list of secondary indexes at key. AWS's rules about an
// index and its table are checked when the table is created.
func (r reader) indexes(key string) []Index {
	var indexes []Index //nolint:prealloc // nil when there are none
	for i, item := range r.list(key) {
		in := r.item(key, i, item)
		in.only("IndexName KeySchema Projection ProvisionedThroughput OnDemandThroughput WarmThroughput ContributorInsightsSpecification")
		ix := Index{
			Source:             in.source(in.line, indexFields),
			Name:               in.required("IndexName"),
			KeySchema:          in.indexKeys(),
			OnDemandThroughput: in.bounds("OnDemandThroughput", "MaxReadRequestUnits", "MaxWriteRequestUnits"),
			WarmThroughput:     in.bounds("WarmThroughput", "ReadUnitsPerSecond", "WriteUnitsPerSecond"),
		}
		if in.value("ProvisionedThroughput") != nil {
			ix.ReadCapacityUnits, ix.WriteCapacityUnits = in.throughput()
		}
		projection := in.under("Projection")
		projection.only("ProjectionType NonKeyAttributes")
		ix.ProjectionType = projection.oneOf("ProjectionType", "", "ALL", "KEYS_ONLY", "INCLUDE")
		ix.NonKeyAttributes = projection.texts("NonKeyAttributes")
		if ix.ProjectionType == "" {
			in.fail(in.lineOf("Projection"), "%sProjection.ProjectionType is missing", in.label)
		}
		indexes = append(indexes, ix)
	}
	return indexes
}

// indexKeys reads the key schema of an index, which may have several elements
// of each role.
func (r reader) indexKeys() []KeySchemaElement {
	items := r.list("KeySchema")
	schema := make([]KeySchemaElement, 0, len(items))
	for i, item := range items {
		in := r.item("KeySchema", i, item)
		in.only("AttributeName KeyType")
		schema = append(schema, KeySchemaElement{
			AttributeName: in.required("AttributeName"),
			KeyType:       in.oneOf("KeyType", "", "HASH", "RANGE"),
		})
	}
	if len(items) == 0 {
		r.fail(r.line, "%sKeySchema is missing", r.label)
	}
	return schema
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
