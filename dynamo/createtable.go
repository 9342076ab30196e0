package dynamo

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// CreateTableInput is the request of CreateTable.
type CreateTableInput struct {
	TableName             *string
	AttributeDefinitions  []AttributeDefinitionInput
	KeySchema             []KeySchemaElementInput
	BillingMode           *string
	ProvisionedThroughput *ProvisionedThroughput

	GlobalSecondaryIndexes    []IndexInput
	LocalSecondaryIndexes     []IndexInput
	StreamSpecification       *StreamSpecification
	OnDemandThroughput        jsontext.Value
	WarmThroughput            jsontext.Value
	DeletionProtectionEnabled *bool
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
		for i, a := range in.AttributeDefinitions {
			path := fmt.Sprintf("attributeDefinitions.%d.member.", i+1)
			v.notNull(a.AttributeName != nil, path+"attributeName")
			if v.notNull(a.AttributeType != nil, path+"attributeType") {
				v.one(a.AttributeType, path+"attributeType", "B", "N", "S")
			}
		}
	}
	v.tableNamePattern(in.TableName)
	v.one(in.BillingMode, "billingMode", provisionedMode, payPerRequest)
	v.throughput(in.ProvisionedThroughput, "provisionedThroughput.")
	v.keySchema(in.KeySchema, "keySchema", 2)
	for i := range in.LocalSecondaryIndexes {
		in.LocalSecondaryIndexes[i].violations(&v, fmt.Sprintf("localSecondaryIndexes.%d.member.", i+1), 2)
	}
	for i := range in.GlobalSecondaryIndexes {
		in.GlobalSecondaryIndexes[i].violations(&v, fmt.Sprintf("globalSecondaryIndexes.%d.member.", i+1), maxKeyConditions)
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
	return in.refuse()
}

func orNull(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

func (in *CreateTableInput) onDemand() bool { return is(in.BillingMode, payPerRequest) }

func (in *CreateTableInput) checkThroughput() error {
	p := in.ProvisionedThroughput
	if in.onDemand() {
		if p != nil {
			return &ValidationError{"One or more parameter values were invalid: " +
				"Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"}
		}
		return nil
	}
	if p == nil {
		return &ValidationError{"One or more parameter values were invalid: " +
			"ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"}
	}
	if n := *p.ReadCapacityUnits; n > maxCapacityUnits {
		return &ValidationError{fmt.Sprintf("Given value %d for ReadCapacityUnits is out of bounds", n)}
	}
	if n := *p.WriteCapacityUnits; n > maxCapacityUnits {
		return &ValidationError{fmt.Sprintf("Given value %d for WriteCapacityUnits is out of bounds", n)}
	}
	return nil
}

// checkKeys checks the key schemas of the table and its indexes against the
// attribute definitions.
func (in *CreateTableInput) checkKeys() error {
	defined := make([]string, len(in.AttributeDefinitions))
	for i, a := range in.AttributeDefinitions {
		defined[i] = *a.AttributeName
	}
	if len(in.KeySchema) > len(defined) {
		return &ValidationError{"Invalid KeySchema: Some index key attribute have no definition"}
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

// refuse names a parameter that cannot be passed over.
func (in *CreateTableInput) refuse() error {
	enabled := func(b *bool) bool { return b != nil && *b }
	switch {
	case in.OnDemandThroughput != nil:
		return unsupported("OnDemandThroughput")
	case in.WarmThroughput != nil:
		return unsupported("WarmThroughput")
	case enabled(in.DeletionProtectionEnabled):
		return unsupported("DeletionProtectionEnabled")
	}
	return nil
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
	d := t.describe(now)
	d.TableStatus = statusCreating
	return &CreateTableOutput{d}, nil
}

func (e *Engine) create(in *CreateTableInput, now time.Time) (*table, error) {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	if t, err := e.known(*in.TableName); err == nil {
		return nil, &InUseError{"Table already exists: " + t.name}
	}
	d := in.description(now)
	e.number(&d)
	if !e.opts.Instant {
		d.Active = now.Add(creatingTime)
	}
	t := e.newTable(d, now)
	t.tallies(func(_ string, n *tally) { n.counted.Store(true) })
	return t, e.put(t, in.StreamSpecification, now)
}

// number gives ids to a table and its indexes that have none. The caller holds
// ddl.
func (e *Engine) number(d *description) {
	if d.ID == 0 {
		e.lastID++
		d.ID = e.lastID
	}
	for i := range d.Indexes {
		if d.Indexes[i].ID == 0 {
			e.lastID++
			d.Indexes[i].ID = e.lastID
		}
	}
}

// put writes a new or changed table down, with a stream if one is asked for
// and the table has none, and lets requests find it. The caller holds ddl.
func (e *Engine) put(t *table, spec *StreamSpecification, now time.Time) error {
	b := e.db.NewBatch()
	s := t.stream.Load()
	if s == nil && spec.enabled() {
		var err error
		if s, err = e.startStream(b, t, *spec.StreamViewType, now); err != nil {
			return closing(b, err)
		}
	}
	if err := e.save(b, *t.desc.Load()); err != nil {
		return closing(b, err)
	}
	if err := b.Commit(); err != nil {
		return err
	}
	if s != nil {
		e.streams.Store(s.desc.arn(), s)
		t.stream.Store(s)
	}
	e.tables.Store(t.name, t)
	return nil
}

// description is the table that a checked request asks for, without ids.
func (in *CreateTableInput) description(now time.Time) description {
	d := description{
		TableID:     newUUID(),
		TableName:   *in.TableName,
		BillingMode: provisionedMode,
		Created:     now,
		Active:      now,
	}
	for _, a := range in.AttributeDefinitions {
		d.AttributeDefinitions = append(d.AttributeDefinitions, AttributeDefinition{*a.AttributeName, *a.AttributeType})
	}
	d.KeySchema = elements(in.KeySchema)
	for i := range in.GlobalSecondaryIndexes {
		d.Indexes = append(d.Indexes, in.GlobalSecondaryIndexes[i].description(true))
	}
	for i := range in.LocalSecondaryIndexes {
		d.Indexes = append(d.Indexes, in.LocalSecondaryIndexes[i].description(false))
	}
	if in.onDemand() {
		d.BillingMode = payPerRequest
	} else {
		d.ReadCapacityUnits = *in.ProvisionedThroughput.ReadCapacityUnits
		d.WriteCapacityUnits = *in.ProvisionedThroughput.WriteCapacityUnits
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
