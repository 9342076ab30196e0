package dynamo

import (
	"sync/atomic"

	"lullaby/capacity"
	"lullaby/dynamo/meter"
	"lullaby/dynamo/plan"
	"lullaby/instant"
)

// A table is a published table. Every field that changes is atomic or names its
// lock.
type table struct {
	tally
	name   string
	arn    string
	schema keySchema
	locks  keyLocks

	desc    atomic.Pointer[description] // replaced as a whole, under Engine.ddl
	indexes atomic.Pointer[[]*index]    // as desc
	stream  atomic.Pointer[tableStream] // as desc; nil: none

	capacity tableCapacity
	meter    *meter.Meter

	tagged   instant.Instant // of the last change of tags since the start; guarded by ddl
	sweeping bool            // a task deletes expired items; guarded by ddl
	followed bool            // a task completes changes; guarded by ddl
	wake     chan struct{}   // wakes the follower; capacity 1, sent to under ddl, never closed

	gone atomic.Int64 // when DELETING ends, in Unix ns; 0: not being deleted
}

// called reports whether name is the name or the ARN of the table.
func (t *table) called(name string) bool { return name == t.name || name == t.arn }

// statusGone is the status of a table after DELETING, when its name is free.
const statusGone plan.Status = ""

func (t *table) status(now instant.Instant) plan.Status {
	if at := t.gone.Load(); at != 0 {
		if int64(now) < at {
			return plan.StatusDeleting
		}
		return statusGone
	}
	return t.desc.Load().plan.Status(now)
}

// takesItems reports whether the table accepts operations on items.
func (t *table) takesItems(now instant.Instant) bool {
	return t.gone.Load() == 0 && !now.Before(t.desc.Load().plan.Active)
}

// assumptions returns the choices of capacity where AWS documents a range.
func (e *Engine) assumptions() *capacity.Assumptions {
	assumed := capacity.Likely
	if e.opts.Pessimistic {
		assumed = capacity.Strict
	}
	if e.opts.Drained {
		drained := *assumed
		drained.StartBurst = 0
		return &drained
	}
	return assumed
}

// tableARN returns the ARN of a table of the account and region of the engine.
func (e *Engine) tableARN(name string) string { return e.opts.Scope.ARN("dynamodb", "table/"+name) }

// newTable returns the table of a description at now, with the burst of a new
// table. It is not published.
func (e *Engine) newTable(d description, now instant.Instant) *table {
	t := &table{name: d.plan.TableName, arn: e.tableARN(d.plan.TableName), wake: make(chan struct{}, 1)}
	t.id = d.ID
	t.schema = newKeySchema(d.KeySchema, d.kinds())
	t.meter = meter.OfTable(e.opts.Metrics, t.name)
	t.capacity.Table = capacity.NewTable(now, t.arn, d.plan.Setting(), e.assumptions())
	t.adopt(&d, now)
	return t
}

// adopt publishes d and its indexes; an index that is already published stays.
// The caller holds ddl.
func (t *table) adopt(d *description, now instant.Instant) {
	var indexes []*index
	kinds := d.kinds()
	for i := range d.plan.Indexes {
		x := &d.plan.Indexes[i]
		if x.Phase == plan.Deleting {
			continue
		}
		described := d.indexes[x.IndexName]
		ix := t.indexByID(described.ID)
		if ix == nil {
			ix = t.newIndex(x, described, kinds)
			if ix.global {
				ix.capacity = t.capacity.NewIndex(now, ix.arn, d.plan.IndexSetting(x))
				ix.meter = t.meter.OfIndex(ix.name)
			}
		}
		ix.creating.Store(x.Creating())
		indexes = append(indexes, ix)
	}
	t.desc.Store(d)
	t.indexes.Store(&indexes)
}

// tallies calls f with the tally of the table and those of its indexes, and the
// names under which totals are stored.
func (t *table) tallies(f func(name string, n *tally)) {
	f(t.name, &t.tally)
	for _, ix := range t.allIndexes() {
		f(t.name+"/"+ix.name, &ix.tally)
	}
}

// provisionAs sets the capacity of the table and its indexes to that of d.
func (t *table) provisionAs(d *description, now instant.Instant) {
	t.capacity.Lock()
	defer t.capacity.Unlock()
	set := func(c *capacity.Throughput, s capacity.Setting) {
		if c.Setting() != s {
			c.Set(now, s)
		}
	}
	set(&t.capacity.Throughput, d.plan.Setting())
	for i := range d.plan.Indexes {
		x := &d.plan.Indexes[i]
		if ix := t.indexByID(d.indexes[x.IndexName].ID); ix != nil && ix.global {
			set(ix.capacity, d.plan.IndexSetting(x))
		}
	}
}
