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
	tally
	name   string
	arn    string
	schema keySchema
	locks  keyLocks

	desc    atomic.Pointer[description] // replaced whole, by who holds Engine.ddl
	indexes atomic.Pointer[[]*index]    // as desc
	stream  atomic.Pointer[stream]      // as desc; nil: none

	capacity struct {
		sync.Mutex
		capacity.Table
	}

	gone atomic.Int64 // instant in Unix ns at which DELETING ends; 0: not being deleted
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
	Indexes              []indexDescription
	Created              time.Time
	Active               time.Time // when CREATING ends
	Deleting             bool      // its items are gone, its name soon
}

// An indexDescription is what is kept of a secondary index.
type indexDescription struct {
	ID                 uint64
	IndexName          string
	Global             bool
	KeySchema          []KeySchemaElement
	Projection         Projection
	ReadCapacityUnits  int64 // of a global one, as the next
	WriteCapacityUnits int64
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
	t := &table{name: d.TableName, arn: e.tableARN(d.TableName)}
	t.id = d.ID
	kinds := d.kinds()
	t.schema = newKeySchema(d.KeySchema, kinds)
	indexes := make([]*index, len(d.Indexes))
	for i, x := range d.Indexes {
		indexes[i] = t.newIndex(x, kinds)
	}
	t.indexes.Store(&indexes)
	t.provision(d, now)
	return t
}

// kinds returns the types of the key attributes.
func (d *description) kinds() map[string]attribute.Kind {
	kinds := make(map[string]attribute.Kind, len(d.AttributeDefinitions))
	for _, a := range d.AttributeDefinitions {
		kinds[a.AttributeName] = attribute.ParseKind(a.AttributeType)
	}
	return kinds
}

// tallies calls f with the tally of the table and those of its indexes, with
// the names under which they are kept.
func (t *table) tallies(f func(name string, n *tally)) {
	f(t.name, &t.tally)
	for _, ix := range t.allIndexes() {
		f(t.name+"/"+ix.name, &ix.tally)
	}
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

// charge takes cost without asking: the rest of a request that was let in, or
// what one that failed has cost.
func (e *Engine) charge(t *table, now time.Time, d capacity.Direction, cost capacity.Tokens) {
	if e.opts.Unlimited {
		return
	}
	t.capacity.Lock()
	t.capacity.Charge(now, d, cost)
	t.capacity.Unlock()
}

func (t *table) refusal(v capacity.Verdict) error {
	if v.Admitted() {
		return nil
	}
	return &ThrottleError{ResourceARN: t.arn, Verdict: v}
}
