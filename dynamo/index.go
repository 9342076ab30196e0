package dynamo

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"lullaby/attribute"
	"lullaby/capacity"
	"lullaby/dynamo/meter"
	"lullaby/dynamo/plan"
	"lullaby/dynamo/refusal"
)

// An index is a secondary index at work. Its entries are items of their own,
// made of what the index projects, and change in the batch of their item.
type index struct {
	tally
	name     string
	arn      string
	global   bool
	schema   keySchema
	capacity *capacity.Throughput // guarded by that of the table; nil: local
	meter    *meter.Meter         // nil: local
	all      bool                 // projects every attribute
	keep     []string             // else these, in order, keys included

	creating    atomic.Bool // not to be read yet
	filling     atomic.Bool // entries may be missing
	beingFilled bool        // whether someone fills it; guarded by ddl
}

// entry returns what the index holds of an item: nil if nothing, since the
// item lacks a part of the index's key, or has one that no key may be. Such an
// item may have been there before the index.
func (ix *index) entry(it attribute.Item) attribute.Item {
	for part := range ix.schema.parts {
		if v, found := it.Value(part.name); !found || v.Kind() != part.kind || v.Text() == "" {
			return nil
		}
	}
	if ix.schema.checkSizes(it) != nil {
		return nil
	}
	if ix.all {
		return it
	}
	kept := make(attribute.Item, 0, len(ix.keep))
	for _, a := range it {
		if _, found := slices.BinarySearch(ix.keep, a.Name); found {
			kept = append(kept, a)
		}
	}
	return kept
}

// entryKey returns the storage key of an entry. Entries of one key come in the
// order of the place that the hash space would have for the item's whole
// primary key, as architect/dynalite found in real indexes.
func (ix *index) entryKey(table keySchema, entry attribute.Item) []byte {
	whole := keySchema{hash: slices.Concat(table.hash, table.sort)}
	return whole.appendHash(ix.schema.appendKey(newKey(ix.id), entry), entry)
}

// missing returns those of names that the entries do not have.
func (ix *index) missing(names []string) []string {
	if ix.all {
		return nil
	}
	var missing []string
	for _, n := range names {
		if _, found := slices.BinarySearch(ix.keep, n); !found {
			missing = append(missing, n)
		}
	}
	return missing
}

// An entryChange is what a write does to an index.
type entryChange struct {
	ix            *index
	before, after attribute.Item // nil: no entry
	from, to      []byte         // their storage keys
	missing       bool           // before has not been filled in yet
	cost          capacity.Tokens
}

// A part of a change's cost falls on the partition of a key.
type costPart struct {
	key  []byte
	cost capacity.Tokens
}

// parts divides the cost between the entry that goes and the one that comes. One
// that stays in its place is paid for once.
func (c *entryChange) parts() [2]costPart {
	switch {
	case c.before == nil:
		return [2]costPart{{c.to, c.cost}}
	case c.after == nil || bytes.Equal(c.from, c.to):
		return [2]costPart{{c.from, c.cost}}
	}
	gone := capacity.WriteCost(c.before.Size(), 0)
	return [2]costPart{{c.from, gone}, {c.to, c.cost - gone}}
}

// change returns what the index of that table has to do when before becomes
// after, and whether there is anything (Developer Guide, "Using Global Secondary
// Indexes", "Write capacity units").
func (ix *index) change(table keySchema, before, after attribute.Item) (c entryChange, changes bool) {
	c = entryChange{ix: ix}
	if before != nil {
		c.before = ix.entry(before)
	}
	if after != nil {
		c.after = ix.entry(after)
	}
	if c.before == nil && c.after == nil || c.before != nil && c.before.Equal(c.after) {
		return c, false
	}
	if c.before != nil {
		c.from = ix.entryKey(table, c.before)
		c.cost = capacity.WriteCost(c.before.Size(), 0)
	}
	if c.after == nil {
		return c, true
	}
	c.to = ix.entryKey(table, c.after)
	if bytes.Equal(c.from, c.to) {
		c.cost = capacity.WriteCost(c.before.Size(), c.after.Size())
	} else {
		c.cost += capacity.WriteCost(0, c.after.Size())
	}
	return c, true
}

// A usage is how an item's values come about, for the words of a refusal.
type usage uint8

const (
	byPut usage = iota
	byUpdate
)

// checkIndexKeys says what is wrong with the values that an item to be written
// has for keys of indexes. Assumed: an update may leave a value that was there
// before the index; such an item is not in it.
func (t *table) checkIndexKeys(before, it attribute.Item, u usage) error {
	for _, ix := range t.allIndexes() {
		for part := range ix.schema.parts {
			v, found := it.Value(part.name)
			old, had := before.Value(part.name)
			switch {
			case !found || t.schema.has(part.name) || had && old.Equal(v):
			case v.Kind() != part.kind && u == byUpdate:
				return refusal.Invalid("The update expression attempted to update the secondary index key to unsupported type")
			case v.Kind() != part.kind:
				return typeMismatch(ix, part, v.Kind())
			case v.Text() == "" && u == byUpdate:
				return refusal.Invalid("One or more parameter values are not valid. The update expression attempted to update a secondary index key " +
					"to a value that is not supported. " + emptyKeyText(part) + ".")
			case v.Text() == "":
				return refusal.Invalid(fmt.Sprintf("One or more parameter values are not valid. A value specified for a secondary index key "+
					"is not supported. %s. IndexName: %s, IndexKey: %s", emptyKeyText(part), ix.name, part.name))
			}
		}
		if err := ix.schema.checkSizes(it); err != nil && !ix.schema.of(it).Equal(ix.schema.of(before)) {
			return err
		}
	}
	return nil
}

func typeMismatch(ix *index, part keyAttribute, actual attribute.Kind) error {
	return refusal.InvalidValues("Type mismatch for Index Key %s Expected: %v Actual: %v IndexName: %s",
		part.name, part.kind, actual, ix.name)
}

// index returns the index of that name.
func (t *table) index(name string) (*index, error) {
	for _, ix := range t.allIndexes() {
		if ix.name == name {
			return ix, nil
		}
	}
	return nil, refusal.Invalid("The table does not have the specified index: " + name)
}

// allIndexes returns the indexes, global ones first, which must not be changed.
func (t *table) allIndexes() []*index {
	if ixs := t.indexes.Load(); ixs != nil {
		return *ixs
	}
	return nil
}

// hasLocal reports whether the table has a local index, and so item
// collections.
func (t *table) hasLocal() bool {
	return slices.ContainsFunc(t.allIndexes(), func(ix *index) bool { return !ix.global })
}

// indexByID returns the index at work that has an id, or nil.
func (t *table) indexByID(id uint64) *index {
	for _, ix := range t.allIndexes() {
		if ix.id == id {
			return ix
		}
	}
	return nil
}

// newIndex puts an index to work.
func (t *table) newIndex(x *plan.Index, d indexDescription, kinds map[string]attribute.Kind) *index {
	ix := &index{
		name:   x.IndexName,
		arn:    t.arn + "/index/" + x.IndexName,
		global: x.Global,
		schema: newKeySchema(d.KeySchema, kinds),
		all:    d.Projection.ProjectionType == "ALL",
	}
	ix.id = d.ID
	ix.filling.Store(x.Creating() && !x.Filled)
	for part := range ix.schema.parts {
		ix.keep = append(ix.keep, part.name)
	}
	for part := range t.schema.parts {
		ix.keep = append(ix.keep, part.name)
	}
	ix.keep = append(ix.keep, d.Projection.NonKeyAttributes...)
	slices.SortFunc(ix.keep, strings.Compare)
	ix.keep = slices.Compact(ix.keep)
	return ix
}
