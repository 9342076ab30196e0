package dynamo

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"lullaby/dynamo/plan"
	"lullaby/dynamo/refusal"
	"lullaby/instant"
	"lullaby/internal/arn"
)

// CreateTableInput is the request of CreateTable.
type CreateTableInput struct {
	TableName             *string
	AttributeDefinitions  []AttributeDefinitionInput
	KeySchema             []KeySchemaElementInput
	BillingMode           *string
	ProvisionedThroughput *ProvisionedThroughput

	GlobalSecondaryIndexes    []GlobalSecondaryIndexInput
	LocalSecondaryIndexes     []LocalSecondaryIndexInput
	StreamSpecification       *StreamSpecification
	OnDemandThroughput        *OnDemandThroughput
	WarmThroughput            *WarmThroughput
	TableClass                *string
	DeletionProtectionEnabled *bool
	Tags                      []TagInput
	SSESpecification          *SSESpecification
}

// AttributeDefinitionInput is an AttributeDefinition that may lack parts.
type AttributeDefinitionInput struct{ AttributeName, AttributeType *string }

// KeySchemaElementInput is a KeySchemaElement that may lack parts.
type KeySchemaElementInput struct{ AttributeName, KeyType *string }

// ProvisionedThroughput is in units a second.
type ProvisionedThroughput struct{ ReadCapacityUnits, WriteCapacityUnits *int64 }

// CreateTableOutput is the answer of CreateTable.
type CreateTableOutput struct{ TableDescription TableDescription }

// maxCapacityUnits is the bound that the service checks before any quota.
const maxCapacityUnits = 1_000_000_000_000

func (in *CreateTableInput) validate() error {
	if err := requireTableName(in.TableName); err != nil {
		return err
	}
	var v violations
	if v.notNull(in.AttributeDefinitions != nil, "attributeDefinitions") {
		v.attributeDefinitions(in.AttributeDefinitions)
	}
	v.tableNamePattern(in.TableName)
	v.one(in.BillingMode, "billingMode", string(plan.Provisioned), string(plan.OnDemand))
	v.throughput(in.ProvisionedThroughput, "provisionedThroughput.")
	v.keySchema(in.KeySchema, "keySchema", 2)
	for i := range in.LocalSecondaryIndexes {
		in.LocalSecondaryIndexes[i].violations(&v, fmt.Sprintf("localSecondaryIndexes.%d.member.", i+1), 2)
	}
	for i := range in.GlobalSecondaryIndexes {
		in.GlobalSecondaryIndexes[i].violations(&v, fmt.Sprintf("globalSecondaryIndexes.%d.member.", i+1))
	}
	v.stream(in.StreamSpecification)
	if err := v.err(); err != nil {
		return err
	}
	if err := in.StreamSpecification.validate(); err != nil {
		return err
	}
	if err := in.checkThroughput(); err != nil {
		return err
	}
	if err := in.checkKeys(); err != nil {
		return err
	}
	return in.checkRest()
}

func (v *violations) attributeDefinitions(given []AttributeDefinitionInput) {
	for i, a := range given {
		path := fmt.Sprintf("attributeDefinitions.%d.member.", i+1)
		v.notNull(a.AttributeName != nil, path+"attributeName")
		if v.notNull(a.AttributeType != nil, path+"attributeType") {
			v.one(a.AttributeType, path+"attributeType", "B", "N", "S")
		}
	}
}

func orNull(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

func (in *CreateTableInput) onDemand() bool { return is(in.BillingMode, string(plan.OnDemand)) }

func (in *CreateTableInput) checkThroughput() error {
	p := in.ProvisionedThroughput
	switch {
	case in.onDemand() && p != nil:
		return badIndex(msgUnitsOnDemand)
	case !in.onDemand() && p == nil:
		return badIndex("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
	}
	if err := p.checkBounds(); err != nil {
		return err
	}
	if err := in.OnDemandThroughput.checkMode(in.onDemand(), ""); err != nil {
		return err
	}
	if err := in.OnDemandThroughput.check("table", false); err != nil {
		return err
	}
	return in.WarmThroughput.checkNew("table", in.onDemand(), p)
}

const msgUnitsOnDemand = "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"

// checkBounds checks units that are whole, if there are any.
func (p *ProvisionedThroughput) checkBounds() error {
	switch {
	case p == nil:
	case *p.ReadCapacityUnits > maxCapacityUnits:
		return &ValidationError{fmt.Sprintf("Given value %d for ReadCapacityUnits is out of bounds", *p.ReadCapacityUnits)}
	case *p.WriteCapacityUnits > maxCapacityUnits:
		return &ValidationError{fmt.Sprintf("Given value %d for WriteCapacityUnits is out of bounds", *p.WriteCapacityUnits)}
	}
	return nil
}

const msgNoDefinition = "Invalid KeySchema: Some index key attribute have no definition"

// checkKeys checks the key schemas of the table and its indexes against the
// attribute definitions.
func (in *CreateTableInput) checkKeys() error {
	defined := make([]string, len(in.AttributeDefinitions))
	for i, a := range in.AttributeDefinitions {
		defined[i] = *a.AttributeName
	}
	if len(in.KeySchema) > len(defined) {
		return &ValidationError{msgNoDefinition}
	}
	if err := checkKeySchema(in.KeySchema, defined); err != nil {
		return err
	}
	if in.GlobalSecondaryIndexes == nil && in.LocalSecondaryIndexes == nil && len(in.KeySchema) != len(defined) {
		return &ValidationError{"One or more parameter values were invalid: " +
			"Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"}
	}
	if err := in.checkLocal(defined); err != nil {
		return err
	}
	if err := in.checkGlobal(defined); err != nil {
		return err
	}
	return in.checkUnused(defined)
}

// checkRest checks the parameters that do not bear on the others.
func (in *CreateTableInput) checkRest() error {
	if err := checkClass(in.TableClass); err != nil {
		return err
	}
	if err := in.SSESpecification.check(); err != nil {
		return err
	}
	return checkTags(in.Tags)
}

// CreateTable makes a table, which is CREATING for a while.
func (e *Engine) CreateTable(_ context.Context, in *CreateTableInput) (*CreateTableOutput, error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	now := time.Now()
	t, err := e.create(in, now)
	if err != nil {
		return nil, err
	}
	return &CreateTableOutput{in.answer(t.describe(now))}, nil
}

// answer leaves out of what is told of the new table what the service does not
// tell yet.
func (in *CreateTableInput) answer(told TableDescription) TableDescription {
	told.TableStatus = string(plan.StatusCreating)
	if s := told.BillingModeSummary; s != nil {
		s.LastUpdateToPayPerRequestDateTime = Timestamp{}
		told.TableThroughputModeSummary.LastUpdateToPayPerRequestDateTime = Timestamp{}
	}
	if in.WarmThroughput == nil {
		told.WarmThroughput = nil
	}
	for i := range told.GlobalSecondaryIndexes {
		told.GlobalSecondaryIndexes[i].IndexStatus = string(plan.StatusCreating)
		if in.GlobalSecondaryIndexes[i].WarmThroughput == nil {
			told.GlobalSecondaryIndexes[i].WarmThroughput = nil
		}
	}
	return told
}

func (e *Engine) create(in *CreateTableInput, now time.Time) (*table, error) {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	if t, err := e.known(*in.TableName); err == nil {
		return nil, refusal.New(refusal.InUse, "Table already exists: "+t.name)
	}
	d := in.description(now, e.opts.Scope, &e.rules.Durations)
	if err := e.rules.CheckUnits(&plan.Plan{}, &d.plan, e.reserved()); err != nil {
		return nil, err
	}
	if err := e.checkChanging(now); err != nil {
		return nil, err
	}
	e.number(&d)
	t := e.newTable(d, now)
	t.tallies(func(_ string, n *tally) { n.counted.Store(true) })
	return t, e.addTable(t, in.StreamSpecification, now)
}

// The table classes.
const (
	classStandard   = "STANDARD"
	classInfrequent = "STANDARD_INFREQUENT_ACCESS"
)

func checkClass(class *string) error {
	if class == nil || *class == classStandard || *class == classInfrequent {
		return nil
	}
	return &ValidationError{"Invalid table-class parameter provided. Please try again with a valid table-class value: [" +
		classStandard + ", " + classInfrequent + "]."}
}

// number gives ids to a table and its indexes that have none. The caller holds
// ddl.
func (e *Engine) number(d *description) {
	if d.ID == 0 {
		e.lastID++
		d.ID = e.lastID
	}
	for i := range d.plan.Indexes {
		name := d.plan.Indexes[i].IndexName
		if x := d.indexes[name]; x.ID == 0 {
			e.lastID++
			x.ID = e.lastID
			d.indexes[name] = x
		}
	}
}

// addTable writes a new table down, with a stream if one is asked for, and lets
// requests find it. The caller holds ddl.
func (e *Engine) addTable(t *table, spec *StreamSpecification, now time.Time) error {
	b := e.db.NewBatch()
	begun, err := e.changeStream(b, t, spec, now)
	if err != nil {
		return closing(b, err)
	}
	if err := e.save(b, *t.desc.Load()); err != nil {
		return closing(b, err)
	}
	if err := b.Commit(); err != nil {
		return err
	}
	begun()
	e.tables.Store(t.name, t)
	return nil
}

// description is the table that a checked request asks for, without ids, in
// scope.
func (in *CreateTableInput) description(now time.Time, scope arn.Scope, take *plan.Durations) description {
	d := description{
		TableID: newUUID(),
		Created: now,
		Tags:    tagged(nil, in.Tags),
		plan:    plan.New(instant.Of(now), *in.TableName, in.change(), take),
		indexes: make(map[string]indexDescription),
	}
	for _, a := range in.AttributeDefinitions {
		d.AttributeDefinitions = append(d.AttributeDefinitions, AttributeDefinition{*a.AttributeName, *a.AttributeType})
	}
	d.KeySchema = elements(in.KeySchema)
	for i := range in.GlobalSecondaryIndexes {
		d.indexes[*in.GlobalSecondaryIndexes[i].IndexName] = in.GlobalSecondaryIndexes[i].description()
	}
	for i := range in.LocalSecondaryIndexes {
		d.indexes[*in.LocalSecondaryIndexes[i].IndexName] = in.LocalSecondaryIndexes[i].description()
	}
	if in.SSESpecification.on() {
		d.SSE = &encryption{KeyARN: in.SSESpecification.keyARN(scope)}
	}
	return d
}

// newUUID returns a random UUID (version 4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0F | 0x40
	b[8] = b[8]&0x3F | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
