package template

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"lullaby/dynamo/request"
)

func dynamoTable() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "TableName AttributeDefinitions KeySchema BillingMode ProvisionedThroughput GlobalSecondaryIndexes LocalSecondaryIndexes " +
				"OnDemandThroughput WarmThroughput TableClass TimeToLiveSpecification Tags DeletionProtectionEnabled StreamSpecification",
			later: "GlobalTableSettingsReplicationMode ImportSourceSpecification KinesisStreamSpecification",
			silent: "ContributorInsightsSpecification PointInTimeRecoverySpecification " +
				"ResourcePolicy SSESpecification",
		},
		ref:        named("TableName", maxName),
		attributes: attributes{"Arn": arnOf("dynamodb", "table/"), "StreamArn": streamARN},
		read:       (*loader).readTable,
	}
}

func simpleTable() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "TableName PrimaryKey ProvisionedThroughput Tags",
			silent:   "PointInTimeRecoverySpecification SSESpecification",
		},
		ref:        named("TableName", maxName),
		attributes: attributes{"Arn": arnOf("dynamodb", "table/")},
		read:       (*loader).readSimpleTable,
	}
}

// streamARN returns the ARN of a table's stream.
func streamARN(e *evaluator, r *resource) (string, error) {
	in := e.reader(r.id+": ", r.line, r.properties)
	view := in.streamViewType()
	switch {
	case *in.err != nil:
		return "", *in.err
	case view == "":
		return "", e.errorf(r.line, "%s has no StreamArn, for it has no StreamSpecification", r.id)
	}
	arn, err := arnOf("dynamodb", "table/")(e, r)
	return arn + "/stream/" + streamLabel(view), err
}

// streamLabel returns the last part of a stream's ARN. On AWS it is the instant
// at which the stream was enabled; here it is the same at every start. AWS
// creates another stream for another view, so each view has its own label.
func streamLabel(view string) string {
	return fmt.Sprintf("2018-01-01T00:00:00.%03d", slices.Index(request.StreamViewTypes, view))
}

// streamViewType returns the view of a table's stream, empty if there is no
// stream.
func (r reader) streamViewType() string {
	if r.value("StreamSpecification") == nil {
		return ""
	}
	in := r.under("StreamSpecification")
	in.only("StreamViewType ResourcePolicy")
	in.required("StreamViewType")
	return in.oneOf("StreamViewType", "", request.StreamViewTypes...)
}

// newTable reads what both kinds of table share.
func (l *loader) newTable(r *resource, fields map[string]string) (*Table, reader) {
	in := l.reader(r.id+": ", r.line, r.properties)
	t := &Table{Source: in.source(r.line, fields), LogicalID: r.id, Name: l.nameOf(r, in)}
	l.t.Tables = append(l.t.Tables, t)
	return t, in
}

// tableNamed returns the table of a name, nil if the template has none.
func (l *loader) tableNamed(name string) *Table {
	for _, t := range l.t.Tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}

func (l *loader) readTable(r *resource) error {
	t, in := l.newTable(r, tableFields)
	t.KeySchema = in.keySchema()
	t.LocalSecondaryIndexes = in.indexes("LocalSecondaryIndexes")
	t.GlobalSecondaryIndexes = in.indexes("GlobalSecondaryIndexes")
	t.AttributeDefinitions = in.attributeDefinitions()
	t.BillingMode = in.oneOf("BillingMode", request.Provisioned, request.BillingModes...)
	t.ReadCapacityUnits, t.WriteCapacityUnits = in.throughput()
	t.OnDemandThroughput = in.bounds("OnDemandThroughput", "MaxReadRequestUnits", "MaxWriteRequestUnits")
	return t.readSettings(in, in)
}

// readSettings reads what a table and a global table have alike. The settings of a
// replica, or of the table that is none, are in own.
func (t *Table) readSettings(in, own reader) error {
	t.WarmThroughput = in.bounds("WarmThroughput", "ReadUnitsPerSecond", "WriteUnitsPerSecond")
	t.TableClass = own.oneOf("TableClass", "", request.TableClasses...)
	t.DeletionProtection = own.oneOf("DeletionProtectionEnabled", "false", "true", "false") == "true"
	t.TimeToLive = in.timeToLive()
	if t.StreamViewType = in.streamViewType(); t.StreamViewType != "" {
		t.StreamLabel = streamLabel(t.StreamViewType)
	}
	t.Tags = own.tags()
	t.check(in)
	return *in.err
}

// timeToLive returns the attribute with the expiry time, empty if there is none.
func (r reader) timeToLive() string {
	ttl := r.under("TimeToLiveSpecification")
	if ttl.oneOf("Enabled", "false", "true", "false") != "true" {
		return ""
	}
	ttl.only("Enabled AttributeName")
	return ttl.required("AttributeName")
}

// readSimpleTable reads a SAM table: one key, by default "id" of type String,
// and on demand unless it has throughput.
func (l *loader) readSimpleTable(r *resource) error {
	t, in := l.newTable(r, simpleTableFields)
	key := in.under("PrimaryKey")
	key.only("Name Type")
	name := key.text("Name", "id")
	types := map[string]string{"String": "S", "Number": "N", "Binary": "B"}
	typ := types[key.oneOf("Type", "String", "String", "Number", "Binary")]
	t.AttributeDefinitions = []AttributeDefinition{{name, typ}}
	t.KeySchema = []KeySchemaElement{{name, "HASH"}}
	t.BillingMode = request.PayPerRequest
	if in.value("ProvisionedThroughput") != nil {
		t.BillingMode = request.Provisioned
		t.ReadCapacityUnits, t.WriteCapacityUnits = in.throughput()
	}
	tags := in.textMap("Tags")
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		t.Tags = append(t.Tags, Tag{key, tags[key]})
	}
	t.check(in)
	return *in.err
}

// throughput reads ProvisionedThroughput, 0 where there is none.
func (r reader) throughput() (read, write int64) {
	if r.value("ProvisionedThroughput") == nil {
		return 0, 0
	}
	in := r.under("ProvisionedThroughput")
	in.only("ReadCapacityUnits WriteCapacityUnits")
	in.required("ReadCapacityUnits")
	in.required("WriteCapacityUnits")
	read = int64(in.integer("ReadCapacityUnits", 0, 1, math.MaxInt))
	write = int64(in.integer("WriteCapacityUnits", 0, 1, math.MaxInt))
	return read, write
}

// keySchema reads the key of a table or an index.
func (r reader) keySchema() []KeySchemaElement {
	items := r.list("KeySchema")
	schema := make([]KeySchemaElement, 0, len(items))
	for i, item := range items {
		in := r.item("KeySchema", i, item)
		in.only("AttributeName KeyType")
		in.required("KeyType")
		schema = append(schema, KeySchemaElement{AttributeName: in.required("AttributeName"), KeyType: in.oneOf("KeyType", "", request.KeyTypes...)})
	}
	if len(items) == 0 {
		r.fail(r.lineOf("KeySchema"), "%sKeySchema is missing", r.label)
	}
	return schema
}

// attributeDefinitions reads the types of the key attributes of a table and its
// indexes.
func (r reader) attributeDefinitions() []AttributeDefinition {
	items := r.list("AttributeDefinitions")
	if items == nil {
		return nil
	}
	definitions := make([]AttributeDefinition, 0, len(items))
	for i, item := range items {
		in := r.item("AttributeDefinitions", i, item)
		in.only("AttributeName AttributeType")
		in.required("AttributeType")
		definitions = append(definitions, AttributeDefinition{
			AttributeName: in.required("AttributeName"), AttributeType: in.oneOf("AttributeType", "", request.AttributeTypes...),
		})
	}
	return definitions
}
