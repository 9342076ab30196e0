package template

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
)

var tableNames = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`)

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

// streamViews are the valid values of StreamViewType.
var streamViews = []string{"NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"}

// streamLabel returns the last part of a stream's ARN. On AWS it is the instant
// at which the stream was enabled; here it is the same at every start. AWS
// creates another stream for another view, so each view has its own label.
func streamLabel(view string) string {
	return fmt.Sprintf("2018-01-01T00:00:00.%03d", slices.Index(streamViews, view))
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
	return in.oneOf("StreamViewType", "", streamViews...)
}

// newTable reads what both kinds of table share.
func (l *loader) newTable(r *resource, fields map[string]string) (*Table, reader) {
	in := l.reader(r.id+": ", r.line, r.properties)
	name := l.nameOf(r, in)
	if name != "" && !tableNames.MatchString(name) {
		in.fail(in.lineOf("TableName"), "%sTableName takes letters, digits, _, - and ., 3 to 255 of them, not %s", in.label, quote(name))
	}
	t := &Table{Source: in.source(r.line, fields), LogicalID: r.id, Name: name}
	l.t.Tables = append(l.t.Tables, t)
	return t, in
}

func (l *loader) readTable(r *resource) error {
	t, in := l.newTable(r, tableFields)
	t.KeySchema = in.keySchema()
	t.LocalSecondaryIndexes = in.indexes("LocalSecondaryIndexes")
	t.GlobalSecondaryIndexes = in.indexes("GlobalSecondaryIndexes")
	t.AttributeDefinitions = in.attributeDefinitions(t)

	t.BillingMode = in.oneOf("BillingMode", "PROVISIONED", "PROVISIONED", "PAY_PER_REQUEST")
	given := in.value("ProvisionedThroughput") != nil
	switch {
	case given && t.BillingMode == "PAY_PER_REQUEST":
		in.fail(in.lineOf("ProvisionedThroughput"),
			"%sProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST", in.label)
	case given:
		t.ReadCapacityUnits, t.WriteCapacityUnits = in.throughput()
	case t.BillingMode == "PROVISIONED":
		in.fail(in.line, "%sProvisionedThroughput must be specified when BillingMode is PROVISIONED", in.label)
	}
	t.OnDemandThroughput = in.bounds("OnDemandThroughput", "MaxReadRequestUnits", "MaxWriteRequestUnits")
	t.WarmThroughput = in.bounds("WarmThroughput", "ReadUnitsPerSecond", "WriteUnitsPerSecond")
	t.TableClass = in.oneOf("TableClass", "", "STANDARD", "STANDARD_INFREQUENT_ACCESS")
	t.DeletionProtection = in.oneOf("DeletionProtectionEnabled", "false", "true", "false") == "true"
	if ttl := in.under("TimeToLiveSpecification"); ttl.oneOf("Enabled", "false", "true", "false") == "true" {
		ttl.only("Enabled AttributeName")
		t.TimeToLive = ttl.required("AttributeName")
	}
	if t.StreamViewType = in.streamViewType(); t.StreamViewType != "" {
		t.StreamLabel = streamLabel(t.StreamViewType)
	}
	t.Tags = in.tags()
	return *in.err
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
	t.BillingMode = "PAY_PER_REQUEST"
	if in.value("ProvisionedThroughput") != nil {
		t.BillingMode = "PROVISIONED"
		t.ReadCapacityUnits, t.WriteCapacityUnits = in.throughput()
	}
	tags := in.textMap("Tags")
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		t.Tags = append(t.Tags, Tag{key, tags[key]})
	}
	return *in.err
}

func (r reader) throughput() (read, write int64) {
	in := r.under("ProvisionedThroughput")
	in.only("ReadCapacityUnits WriteCapacityUnits")
	in.required("ReadCapacityUnits")
	in.required("WriteCapacityUnits")
	read = int64(in.integer("ReadCapacityUnits", 0, 1, math.MaxInt))
	write = int64(in.integer("WriteCapacityUnits", 0, 1, math.MaxInt))
	return read, write
}

// keySchema reads KeySchema: HASH, then at most one RANGE.
func (r reader) keySchema() []KeySchemaElement {
	var schema []KeySchemaElement //nolint:prealloc // nil when there is none
	roles := []string{"HASH", "RANGE"}
	items := r.list("KeySchema")
	for i, item := range items {
		in := r.item("KeySchema", i, item)
		in.only("AttributeName KeyType")
		k := KeySchemaElement{AttributeName: in.required("AttributeName"), KeyType: in.required("KeyType")}
		if i < len(roles) && k.KeyType != roles[i] {
			in.fail(in.lineOf("KeyType"), "%sKeyType must be %s, not %s", in.label, roles[i], quote(k.KeyType))
		}
		schema = append(schema, k)
	}
	switch {
	case len(items) == 0:
		r.fail(r.lineOf("KeySchema"), "%sKeySchema is missing", r.label)
	case len(items) > len(roles):
		r.fail(r.lineOf("KeySchema"), "%sKeySchema takes a HASH and at most one RANGE key, not %d", r.label, len(items))
	case len(items) == 2 && schema[0].AttributeName == schema[1].AttributeName:
		r.fail(r.lineOf("KeySchema"), "%sKeySchema names %s twice", r.label, quote(schema[0].AttributeName))
	}
	return schema
}

// attributeDefinitions reads the types of the key attributes of a table and its
// indexes.
func (r reader) attributeDefinitions(t *Table) []AttributeDefinition {
	used := make(map[string]bool)
	add := func(schema []KeySchemaElement) {
		for _, k := range schema {
			used[k.AttributeName] = true
		}
	}
	add(t.KeySchema)
	for _, indexes := range [...][]Index{t.LocalSecondaryIndexes, t.GlobalSecondaryIndexes} {
		for _, ix := range indexes {
			add(ix.KeySchema)
		}
	}
	items := r.list("AttributeDefinitions")
	definitions := make([]AttributeDefinition, 0, len(items))
	defined := make([]string, 0, len(items))
	for i, item := range items {
		in := r.item("AttributeDefinitions", i, item)
		in.only("AttributeName AttributeType")
		d := AttributeDefinition{AttributeName: in.required("AttributeName"), AttributeType: in.required("AttributeType")}
		in.oneOf("AttributeType", "", "S", "N", "B")
		switch {
		case slices.Contains(defined, d.AttributeName):
			in.fail(in.line, "%sAttributeName: %s is defined twice", in.label, quote(d.AttributeName))
		case !used[d.AttributeName]:
			in.fail(in.line, "%sAttributeName: %s is no key of the table", in.label, quote(d.AttributeName))
		}
		definitions = append(definitions, d)
		defined = append(defined, d.AttributeName)
	}
	for _, k := range t.KeySchema {
		if !slices.Contains(defined, k.AttributeName) {
			r.fail(r.lineOf("KeySchema"), "%sKeySchema: %s is not in AttributeDefinitions", r.label, quote(k.AttributeName))
		}
	}
	return definitions
}
