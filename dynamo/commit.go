package dynamo

import (
	"lullaby/dynamo/stream"
	"lullaby/instant"
	"lullaby/storage"
)

// An outcome is the result of a mutation: the item before and after, the changes
// of indexes, and the costs.
type outcome struct {
	*mutation

	before, after stored
	entries       []entryChange
	costs         costs

	stream   *tableStream    // nil: no record
	sequence stream.Sequence // of its record; 0: not assigned
}

// commit writes the outcomes, and the token of their transaction unless it is
// nil, in one storage batch. It is atomic, and as durable as the store. Stream
// records have the time now.
//
// Every write of an item must use commit, because it also maintains the state
// outside storage: the cache of sizes, which forgets the keys of a failed commit;
// the totals of tables and indexes; and the pending sequence numbers of streams.
// The caller holds the locks of all keys and has charged the costs. The error is
// of storage.
func (e *Engine) commit(now instant.Instant, k *token, outcomes ...*outcome) error {
	if k == nil && !anyWrites(outcomes) {
		return nil
	}
	defer endRecords(outcomes)
	b := e.db.NewBatch()
	if onlyDeletes(outcomes) {
		b.UseReserve()
	}
	for _, o := range outcomes {
		if err := o.stage(b, now); err != nil {
			return closing(b, err)
		}
	}
	if err := k.stage(b, now, outcomes); err != nil {
		return closing(b, err)
	}
	if err := b.Commit(); err != nil {
		for _, o := range outcomes {
			e.sizes.forget(o.key)
		}
		return err
	}
	for _, o := range outcomes {
		if o.writes() {
			e.sizes.set(o.key, o.after)
			o.count()
		}
	}
	return nil
}

func anyWrites(outcomes []*outcome) bool {
	for _, o := range outcomes {
		if o.writes() {
			return true
		}
	}
	return false
}

// onlyDeletes reports whether the outcomes leave less than there was.
func onlyDeletes(outcomes []*outcome) bool {
	for _, o := range outcomes {
		if o.verb != verbCheck && o.after.found {
			return false
		}
	}
	return true
}

// endRecords ends the sequence numbers of the outcomes, whether or not their
// records were committed.
func endRecords(outcomes []*outcome) {
	for _, o := range outcomes {
		if o.sequence != 0 {
			o.stream.end(o.sequence)
		}
	}
}

// writes reports whether the outcome changes storage.
func (o *outcome) writes() bool { return o.verb != verbCheck && (o.before.found || o.after.found) }

// stage adds the item, the index entries and the stream record to b.
func (o *outcome) stage(b *storage.Batch, now instant.Instant) (err error) {
	if !o.writes() {
		return nil
	}
	if o.after.found {
		b.Set(o.key, o.after.record)
	} else {
		b.Delete(o.key)
	}
	for i := range o.entries {
		o.entries[i].stage(b)
	}
	if o.stream != nil {
		o.sequence, err = o.stream.record(b, o, now)
	}
	return err
}

func (c *entryChange) stage(b *storage.Batch) {
	if c.before.found {
		b.Delete(c.before.key)
	}
	if c.after.found {
		b.Set(c.after.key, c.after.record)
	}
}

// count updates the totals of the table and its indexes.
func (o *outcome) count() {
	o.t.count(o.before, o.after)
	for i := range o.entries {
		c := &o.entries[i]
		before := c.before.stored
		if c.missing {
			before = stored{}
		}
		c.ix.count(before, c.after.stored)
	}
}
