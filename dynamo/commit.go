package dynamo

import (
	"lullaby/attribute"
	"lullaby/dynamo/stream"
	"lullaby/instant"
	"lullaby/storage"
)

// An outcome is what a mutation found and leaves.
type outcome struct {
	*mutation

	before, after stored
	entries       []entryChange
	costs         costs

	stream   *tableStream    // nil: no record
	sequence stream.Sequence // of its record; 0: none yet
}

// commit writes what outcomes leave, and the token of their transaction, which
// may be nil, in one batch: all of it or nothing, as durably as the store was
// opened to be. Stream records are of now.
//
// Every write of an item goes through it, since it also keeps what is known of
// items besides storage: their sizes, which nobody knows when a commit fails;
// the totals of tables and indexes; and which sequence numbers of streams are
// still to come. The caller holds the locks of all keys and has charged what is
// to be charged. The error is of storage.
func (e *Engine) commit(now instant.Instant, k *token, outcomes ...*outcome) error {
	if k == nil && !anyWrites(outcomes) {
		return nil
	}
	defer endRecords(outcomes)
	b := e.db.NewBatch()
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

// endRecords says that the records of outcomes are committed or will never be.
func endRecords(outcomes []*outcome) {
	for _, o := range outcomes {
		if o.sequence != 0 {
			o.stream.end(o.sequence)
		}
	}
}

// writes reports whether the outcome puts anything into storage or removes it.
func (o *outcome) writes() bool { return o.verb != verbCheck && (o.before.found || o.after.found) }

// stage adds the item, the entries of indexes and the stream record to b.
func (o *outcome) stage(b *storage.Batch, now instant.Instant) (err error) {
	if !o.writes() {
		return nil
	}
	if o.after.found {
		b.Set(o.key, newRecord(o.after.size, o.after.item))
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
	if c.before != nil {
		b.Delete(c.from)
	}
	if c.after != nil {
		b.Set(c.to, newRecord(c.after.Size(), c.after))
	}
}

// count keeps up to date how much the table and its indexes hold.
func (o *outcome) count() {
	o.t.count(o.before, o.after)
	for i := range o.entries {
		c := &o.entries[i]
		before := entryOf(c.before)
		if c.missing {
			before = stored{}
		}
		c.ix.count(before, entryOf(c.after))
	}
}

// entryOf returns an entry of an index as what is stored; nil is nothing.
func entryOf(entry attribute.Item) stored {
	if entry == nil {
		return stored{}
	}
	return stored{true, entry.Size(), entry}
}
