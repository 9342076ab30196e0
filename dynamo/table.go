package dynamo

import (
	"sync"
	"sync/atomic"
	"time"

	"lullaby/attribute"
	"lullaby/capacity"
)

// A table is a table at work. What changes in it has a lock or is atomic.
type table struct {
	id     uint64
	name   string
	arn    string
	schema keySchema
	locks  keyLocks

	desc atomic.Pointer[description] // replaced whole, by who holds Engine.ddl

	capacity struct {
		sync.Mutex
		capacity.Table
	}

	gone    atomic.Int64 // instant in Unix ns at which DELETING ends; 0: not being deleted
	items   atomic.Int64
	bytes   atomic.Int64
	counted atomic.Bool // whether items and bytes are whole
}

// A description is what is kept of a table; it is JSON in storage.
type description struct {
	ID                   uint64
	TableID              string
	TableName            string
	AttributeDefinitions []AttributeDefinition
	KeySchema            []KeySchemaElement
	BillingMode          string
	ReadCapacityUnits    int64
	WriteCapacityUnits   int64
	Created              time.Time
	Active               time.Time // when CREATING ends
	Deleting             bool      // its items are gone, its name soon
}

// How long tables stay CREATING and DELETING. Assumed: AWS was measured at 4 to
// 10 s for the first on tables of one unit (facts dynamodb-capacity.md 5.1); the
// second is taken to be alike.
const (
	creatingTime = 6 * time.Second
	deletingTime = 6 * time.Second
)

// A table's status, as the wire names it; gone is only ours.
const (
	statusCreating = "CREATING"
	statusActive   = "ACTIVE"
	statusDeleting = "DELETING"
	statusGone     = ""
)

func (t *table) status(now time.Time) string {
	if gone := t.gone.Load(); gone != 0 {
		if now.UnixNano() < gone {
			return statusDeleting
		}
		return statusGone
	}
	if now.Before(t.desc.Load().Active) {
		return statusCreating
	}
	return statusActive
}

// provisioned reports whether the table has capacity of its own.
func (d *description) provisioned() bool { return d.BillingMode != payPerRequest }

// newTable puts a description to work at now, its burst full.
func (e *Engine) newTable(d description, now time.Time) *table {
	t := &table{id: d.ID, name: d.TableName, arn: e.tableARN(d.TableName)}
	kinds := make(map[string]attribute.Kind, len(d.AttributeDefinitions))
	for _, a := range d.AttributeDefinitions {
		kinds[a.AttributeName] = attribute.ParseKind(a.AttributeType)
	}
	for _, k := range d.KeySchema {
		t.schema = append(t.schema, keyAttribute{k.AttributeName, kinds[k.AttributeName]})
	}
	t.provision(d, now)
	return t
}

// provision replaces the description by d and starts on its capacity at now,
// the burst full.
func (t *table) provision(d description, now time.Time) {
	t.desc.Store(&d)
	t.capacity.Lock()
	defer t.capacity.Unlock()
	t.capacity.Table = capacity.Table{}
	if d.provisioned() {
		t.capacity.Table = capacity.Provisioned(now, d.ReadCapacityUnits, d.WriteCapacityUnits)
	}
}

// admit charges a request that costs so much, or refuses it.
func (e *Engine) admit(t *table, now time.Time, d capacity.Direction, cost capacity.Tokens) error {
	if e.opts.Unlimited {
		return nil
	}
	t.capacity.Lock()
	v := t.capacity.Admit(now, d, cost)
	t.capacity.Unlock()
	return t.refusal(v)
}

// open refuses a request that admit would refuse whatever it costs, before the
// work that finds out.
func (e *Engine) open(t *table, now time.Time, d capacity.Direction) error {
	if e.opts.Unlimited {
		return nil
	}
	t.capacity.Lock()
	v := t.capacity.Open(now, d)
	t.capacity.Unlock()
	return t.refusal(v)
}

func (t *table) refusal(v capacity.Verdict) error {
	if v.Admitted() {
		return nil
	}
	return &ThrottleError{ResourceARN: t.arn, Verdict: v}
}

// count keeps the totals of the table up to date with one write.
func (t *table) count(before stored, after int64, there bool) {
	t.bytes.Add(after - before.size)
	switch {
	case there && !before.found:
		t.items.Add(1)
	case !there && before.found:
		t.items.Add(-1)
	}
}
