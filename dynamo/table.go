package dynamo

import (
	"sync"
	"sync/atomic"
	"time"

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

	swept    bool          // whether someone deletes items as they expire; guarded by ddl
	followed bool          // whether someone carries on what is under way; guarded by ddl
	changed  chan struct{} // tells him that there is more; holds one, sent to by who holds ddl, never closed

	gone atomic.Int64 // instant in Unix ns at which DELETING ends; 0: not being deleted
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
	statusUpdating = "UPDATING"
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
	d := t.desc.Load()
	switch {
	case now.Before(d.Active):
		return statusCreating
	case d.updating():
		return statusUpdating
	}
	return statusActive
}

// takesItems reports whether the table takes requests for items.
func (t *table) takesItems(now time.Time) bool {
	return t.gone.Load() == 0 && !now.Before(t.desc.Load().Active)
}

// newTable puts a description to work at now, its burst full.
func (e *Engine) newTable(d description, now time.Time) *table {
	t := &table{name: d.TableName, arn: e.tableARN(d.TableName), changed: make(chan struct{}, 1)}
	t.id = d.ID
	t.schema = newKeySchema(d.KeySchema, d.kinds())
	t.adopt(&d)
	if d.provisioned() {
		t.capacity.Table = capacity.Provisioned(now, d.ReadCapacityUnits, d.WriteCapacityUnits)
	}
	return t
}

// adopt puts d to work, with the indexes that are at work already and those
// that it has besides. The caller holds ddl.
func (t *table) adopt(d *description) {
	var indexes []*index
	kinds := d.kinds()
	for i := range d.Indexes {
		x := &d.Indexes[i]
		if x.Phase == phaseDeleting {
			continue
		}
		ix := t.indexByID(x.ID)
		if ix == nil {
			ix = t.newIndex(x, kinds)
		}
		ix.creating.Store(x.creating())
		indexes = append(indexes, ix)
	}
	t.desc.Store(d)
	t.indexes.Store(&indexes)
}

// tallies calls f with the tally of the table and those of its indexes, with
// the names under which they are kept.
func (t *table) tallies(f func(name string, n *tally)) {
	f(t.name, &t.tally)
	for _, ix := range t.allIndexes() {
		f(t.name+"/"+ix.name, &ix.tally)
	}
}

// provisionAs changes the capacity from what old gives to what d gives.
func (t *table) provisionAs(d, old *description, now time.Time) {
	t.capacity.Lock()
	defer t.capacity.Unlock()
	switch {
	case !d.provisioned():
		t.capacity.Table = capacity.Table{}
	case !old.provisioned():
		t.capacity.Table = capacity.Provisioned(now, d.ReadCapacityUnits, d.WriteCapacityUnits)
	default:
		t.capacity.Provision(now, d.ReadCapacityUnits, d.WriteCapacityUnits)
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
