package dynamo

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"lullaby/attribute"
	"lullaby/capacity"
	"lullaby/dynamo/expr"
	"lullaby/dynamo/meter"
	"lullaby/dynamo/plan"
	"lullaby/dynamo/refusal"
)

// An index is a published secondary index. An entry is an item of the attributes
// that the index projects; it changes in the storage batch of its item.
type index struct {
	tally
	name     string
	arn      string
	global   bool
	schema   keySchema
	capacity *capacity.Throughput // guarded by the lock of table.capacity; nil: local
	meter    *meter.Meter         // nil: local
	all      bool                 // projects every attribute
	keep     []string             // if not all: the projected names, sorted, keys included
	keys     *expr.Projection     // the attributes of its key and of the table's
	kept     *expr.Projection     // keep

	creating    atomic.Bool // reads are refused
	filling     atomic.Bool // entries may be missing
	beingFilled bool        // a task fills it; guarded by ddl
}

// An entry is the state of a storage key of an index. It has no key if the index has
// no entry for an item.
type entry struct {
	key []byte
	stored
}

// entry returns the index's entry for the whole state of an item. There is none if the
// item lacks an attribute of the index's key or has a value that a key may not have,
// which an item from before the index can. The error matches attribute.ErrCorrupt.
func (ix *index) entry(table keySchema, s *stored) (entry, error) {
	if !s.found {
		return entry{}, nil
	}
	form, err := ix.keys.Apply(s.form())
	if err != nil {
		return entry{}, err
	}
	it, err := form.Item()
	if err != nil {
		return entry{}, err
	}
	for part := range ix.schema.parts {
		if v, found := it.Value(part.name); !found || v.Kind() != part.kind || v.Text() == "" {
			return entry{}, nil
		}
	}
	if ix.schema.checkSizes(it) != nil {
		return entry{}, nil
	}
	kept := entry{ix.entryKey(table, it), *s}
	if ix.all {
		return kept, nil
	}
	if form, err = ix.kept.Apply(s.form()); err != nil {
		return entry{}, err
	}
	kept.size = form.Size()
	kept.record = recordOf(kept.size, form)
	return kept, nil
}

// entryKey returns the storage key of an entry. Entries with equal keys are in
// the order of the hash of the item's whole primary key, as architect/dynalite
// found in real indexes.
func (ix *index) entryKey(table keySchema, entry attribute.Item) []byte {
	whole := keySchema{hash: slices.Concat(table.hash, table.sort)}
	return whole.appendHash(ix.schema.appendKey(newKey(ix.id), entry), entry)
}

// missing returns the names that the index does not project.
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

// An entryChange is the effect of a write on an index.
type entryChange struct {
	ix            *index
	before, after entry // the one before without its record
	missing       bool  // the backfill has not written before yet
	cost          capacity.Tokens
}

// A costPart is a part of the cost of a change, for the partition of a key.
type costPart struct {
	key  []byte
	cost capacity.Tokens
}

// parts divides the cost between the removed and the added entry. An entry that
// keeps its key has one part.
func (c *entryChange) parts() [2]costPart {
	switch {
	case c.before.key == nil:
		return [2]costPart{{c.after.key, c.cost}}
	case c.after.key == nil || bytes.Equal(c.before.key, c.after.key):
		return [2]costPart{{c.before.key, c.cost}}
	}
	gone := capacity.WriteCost(c.before.size, 0)
	return [2]costPart{{c.before.key, gone}, {c.after.key, c.cost - gone}}
}

// change returns the effect on the index when an item of a table with that key
// changes from before to after, and whether there is one (Developer Guide, "Using
// Global Secondary Indexes", "Write capacity units"). The error matches
// attribute.ErrCorrupt.
func (ix *index) change(table keySchema, before, after *stored) (c entryChange, changes bool, err error) {
	c.ix = ix
	if c.before, err = ix.entry(table, before); err != nil {
		return c, false, err
	}
	if c.after, err = ix.entry(table, after); err != nil {
		return c, false, err
	}
	if c.before.found == c.after.found && bytes.Equal(c.before.form(), c.after.form()) {
		return c, false, nil
	}
	c.before.record = nil
	if c.before.found && c.after.found && !bytes.Equal(c.before.key, c.after.key) {
		c.cost = capacity.WriteCost(c.before.size, 0) + capacity.WriteCost(0, c.after.size)
	} else {
		c.cost = capacity.WriteCost(c.before.size, c.after.size)
	}
	return c, true, nil
}

// A usage is the way an item gets its values, which determines the text of a
// refusal.
type usage uint8

const (
	byPut usage = iota
	byUpdate
)

// checkIndexKeys rejects an item with invalid values for keys of indexes.
// Assumed: an update may leave an invalid value that is older than the index; the
// index has no entry for such an item. The error is a refusal.Validation.
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
				return &emptyIndexKeyError{refusal.Invalid("One or more parameter values are not valid. The update expression attempted to " +
					"update a secondary index key to a value that is not supported. " + emptyKeyText(part) + ".")}
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

// An emptyIndexKeyError refuses an update that makes a key of an index empty. It
// refuses a transaction as a whole, without a cancellation.
type emptyIndexKeyError struct{ error }

// Unwrap returns the refusal.Validation.
func (e *emptyIndexKeyError) Unwrap() error { return e.error }

func typeMismatch(ix *index, part keyAttribute, actual attribute.Kind) error {
	return mismatch(refusal.InvalidValues("Type mismatch for Index Key %s Expected: %v Actual: %v IndexName: %s",
		part.name, part.kind, actual, ix.name))
}

// index returns the index of that name. The error is a refusal.Validation.
func (t *table) index(name string) (*index, error) {
	for _, ix := range t.allIndexes() {
		if ix.name == name {
			return ix, nil
		}
	}
	return nil, refusal.Invalid("The table does not have the specified index: " + name)
}

// allIndexes returns the indexes of the table. The slice is shared and must not
// change.
func (t *table) allIndexes() []*index {
	if ixs := t.indexes.Load(); ixs != nil {
		return *ixs
	}
	return nil
}

// hasLocal reports whether the table has a local index, and so item collections.
func (t *table) hasLocal() bool {
	return slices.ContainsFunc(t.allIndexes(), func(ix *index) bool { return !ix.global })
}

// indexByID returns the published index with an id, or nil.
func (t *table) indexByID(id uint64) *index {
	for _, ix := range t.allIndexes() {
		if ix.id == id {
			return ix
		}
	}
	return nil
}

// newIndex returns an index from its plan and its description. It is not
// published, and has no capacity and no meter.
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
	ix.keys = onNames(ix.keep)
	ix.keep = append(ix.keep, d.Projection.NonKeyAttributes...)
	slices.SortFunc(ix.keep, strings.Compare)
	ix.keep = slices.Compact(ix.keep)
	ix.kept = onNames(ix.keep)
	return ix
}

// onNames returns the projection on attributes. A name may be there twice.
func onNames(names []string) *expr.Projection {
	paths := make([]expr.Path, len(names))
	for i, name := range names {
		paths[i] = expr.Path{{Name: name}}
	}
	return expr.NewProjection(paths...)
}
