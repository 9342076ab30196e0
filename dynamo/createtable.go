package dynamo

import (
	"context"
	"crypto/rand"
	"fmt"

	"lullaby/dynamo/plan"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/arn"
)

// CreateTableOutput is the output of CreateTable.
type CreateTableOutput struct{ TableDescription TableDescription }

// CreateTable creates a table, which is CREATING for Durations.Creating. The
// error is a refusal.Validation, refusal.InUse for a name that is taken,
// refusal.LimitExceeded for a quota, or of storage.
func (e *Engine) CreateTable(_ context.Context, now instant.Instant, in *request.CreateTableInput) (*CreateTableOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	t, err := e.create(in, now)
	if err != nil {
		return nil, err
	}
	return &CreateTableOutput{created(in, t.describe(now))}, nil
}

// created returns the description of a new table without the members that AWS
// omits from the output of CreateTable.
func created(in *request.CreateTableInput, description TableDescription) TableDescription {
	description.TableStatus = string(plan.StatusCreating)
	if s := description.BillingModeSummary; s != nil {
		s.LastUpdateToPayPerRequestDateTime = Timestamp{}
		description.TableThroughputModeSummary.LastUpdateToPayPerRequestDateTime = Timestamp{}
	}
	if in.WarmThroughput == nil {
		description.WarmThroughput = nil
	}
	for i := range description.GlobalSecondaryIndexes {
		description.GlobalSecondaryIndexes[i].IndexStatus = string(plan.StatusCreating)
		if in.GlobalSecondaryIndexes[i].WarmThroughput == nil {
			description.GlobalSecondaryIndexes[i].WarmThroughput = nil
		}
	}
	return description
}

func (e *Engine) create(in *request.CreateTableInput, now instant.Instant) (*table, error) {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	if t, err := e.known(now, *in.TableName); err == nil {
		return nil, refusal.New(refusal.InUse, "Table already exists: "+t.name)
	}
	d := newDescription(in, now, e.opts.Scope, &e.rules.Durations)
	if err := e.rules.CheckUnits(&plan.Plan{}, &d.plan, e.reserved(now)); err != nil {
		return nil, err
	}
	if err := e.checkChanging(now); err != nil {
		return nil, err
	}
	e.number(&d)
	t := e.newTable(d, now)
	t.tallies(func(_ string, n *tally) { n.counted.Store(true) })
	return t, e.addTable(t, wanted(in.StreamSpecification), now)
}

// number assigns ids to a table and its indexes that have none. The caller holds
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

// addTable stores a new table and the stream of spec, if any, and publishes both
// to requests. The caller holds ddl.
func (e *Engine) addTable(t *table, spec *wantedStream, now instant.Instant) error {
	b, d := e.db.NewBatch(), *t.desc.Load()
	changed, err := e.changeStream(b, t, &d, spec, now)
	if err != nil {
		return closing(b, err)
	}
	if err := e.save(b, d); err != nil {
		return closing(b, err)
	}
	// The balances of a table that had the name may have been written after its
	// deletion.
	b.Delete(catalogKey(capacities, t.name))
	if err := b.Commit(); err != nil {
		return err
	}
	t.desc.Store(&d)
	changed()
	e.tables.Store(t.name, t)
	e.tell(t)
	return nil
}

// newDescription returns the table of a checked request, without ids. scope
// completes the ARN of its KMS key.
func newDescription(in *request.CreateTableInput, now instant.Instant, scope arn.Scope, durations *plan.Durations) description {
	d := description{
		TableID: newUUID(),
		Created: now,
		Tags:    tagged(nil, in.Tags),
		plan:    plan.New(now, *in.TableName, creationOf(in), durations),
		indexes: make(map[string]indexDescription),
	}
	for _, a := range in.AttributeDefinitions {
		d.AttributeDefinitions = append(d.AttributeDefinitions, AttributeDefinition{*a.AttributeName, *a.AttributeType})
	}
	d.KeySchema = elements(in.KeySchema)
	for i := range in.GlobalSecondaryIndexes {
		d.indexes[*in.GlobalSecondaryIndexes[i].IndexName] = newIndex(&in.GlobalSecondaryIndexes[i].Index)
	}
	for i := range in.LocalSecondaryIndexes {
		d.indexes[*in.LocalSecondaryIndexes[i].IndexName] = newIndex(&in.LocalSecondaryIndexes[i].Index)
	}
	if in.SSESpecification.On() {
		d.SSE = &encryption{KeyARN: in.SSESpecification.KeyARN(scope)}
	}
	return d
}

// newIndex returns the index of a checked request, without its id.
func newIndex(in *request.Index) indexDescription {
	return indexDescription{indexShape: indexShape{
		KeySchema:  elements(in.KeySchema),
		Projection: Projection{*in.Projection.ProjectionType, in.Projection.NonKeyAttributes},
	}}
}

// elements converts a checked key schema.
func elements(schema []request.KeySchemaElement) []KeySchemaElement {
	whole := make([]KeySchemaElement, len(schema))
	for i, k := range schema {
		whole[i] = KeySchemaElement{*k.AttributeName, *k.KeyType}
	}
	return whole
}

// newUUID returns a random UUID (version 4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0F | 0x40
	b[8] = b[8]&0x3F | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
