package dynamo

import (
	"slices"
	"time"

	"lullaby/attribute"
	"lullaby/capacity"
)

// maxPage is how many bytes of items a page of Query or Scan evaluates (API
// Reference, "Query"), as pageSize counts them: the item that passes it is the
// page's last.
const maxPage = 1 << 20

// pageSize returns what an item counts for in the size of a page. It is not the
// billed size: names count one byte, values a little more than they hold, and
// an item has a head, of which there is one more for every 3 KB, each with the
// sort key again. Assumed: this, which architect/dynalite found to end pages
// where the service ends them.
func pageSize(it attribute.Item, sort []keyAttribute) int64 {
	const head, portion, fixed = 18, 3_072, 2
	var size, sortSize int64
	for _, a := range it {
		if slices.ContainsFunc(sort, func(part keyAttribute) bool { return part.name == a.Name }) {
			sortSize += a.Value.Size()
		} else {
			size += 1 + storedSize(a.Value)
		}
	}
	return fixed + size + (1+(1+size)/portion)*(head+sortSize)
}

// storedSize is the size of a value with its length and kind.
func storedSize(v attribute.Value) int64 {
	switch size := v.Size(); v.Kind() {
	case attribute.S:
		switch {
		case size < 1<<7:
			return size + 1
		case size < 1<<14:
			return size + 2
		}
		return size + 3
	case attribute.B, attribute.N:
		return size + 1
	case attribute.SS, attribute.NS, attribute.BS:
		return size + int64(len(v.Elems())) + 1
	case attribute.NULL:
		return 0
	case attribute.L:
		size = 3
		for _, e := range v.Elems() {
			size += 1 + storedSize(e)
		}
		return size
	case attribute.M:
		size = 3
		for _, a := range v.Attrs() {
			size += 2 + storedSize(a.Value)
		}
		return size
	default:
		return size
	}
}

// A pageRead is what one page of Query or Scan reads.
type pageRead struct {
	t            *table
	ix           *index // nil: the table itself
	lower, upper []byte // bounds in storage
	backward     bool
	limit        int64 // of items evaluated; 0: none
	filter       *check
	projection   func(attribute.Item) attribute.Item // nil: whole
	fetch        bool                                // whether a local index's entries are read whole from the table
	countOnly    bool
	consistent   bool
}

// A page is what was read.
type page struct {
	items   []attribute.Item
	count   int64
	scanned int64
	last    attribute.Item // key of the last item evaluated, if there may be more
	costs   costs
}

// readPage reads a page. It is admitted on a positive balance and charged when
// its size is known.
func (e *Engine) readPage(r *pageRead) (*page, error) {
	if err := e.open(r.t, time.Now(), capacity.Read); err != nil {
		return nil, err
	}
	p := &page{items: []attribute.Item{}}
	var bytes, filled int64 // billed, and of the page
	fetched := capacity.Tokens(0)
	consistency := capacity.Eventual
	if r.consistent {
		consistency = capacity.Strong
	}
	from, done := e.reader(r.consistent)
	defer done()
	visit := func(_, record []byte) (bool, error) {
		size, form, err := recordSize(record)
		if err != nil {
			return false, err
		}
		it, err := attribute.DecodeItem(form)
		if err != nil {
			return false, err
		}
		bytes += size
		filled += pageSize(it, r.t.schema.sort)
		p.scanned++
		full := p.scanned == r.limit || filled >= maxPage
		if full {
			p.last = r.keyOf(it)
		}
		if r.fetch {
			whole, err := read(from, r.t.schema.appendKey(newKey(r.t.id), it), true)
			if err != nil {
				return false, err
			}
			fetched += capacity.ReadCost(whole.size, consistency)
			it = whole.item
		}
		if r.filter.holds(it) {
			p.count++
			if r.projection != nil {
				it = r.projection(it)
			}
			if !r.countOnly {
				p.items = append(p.items, it)
			}
		}
		return !full, nil
	}
	scan := from.Scan
	if r.backward {
		scan = from.ScanBackward
	}
	if err := scan(r.lower, r.upper, visit); err != nil {
		return nil, err
	}
	read := capacity.ReadCost(bytes, consistency)
	if r.ix == nil {
		p.costs.table = read
	} else {
		p.costs.table = fetched
		p.costs.addIndex(r.ix, read)
	}
	e.charge(r.t, time.Now(), capacity.Read, p.costs.ofTable())
	return p, nil
}

// keyOf returns the key from which a next page goes on after it.
func (r *pageRead) keyOf(it attribute.Item) attribute.Item {
	key := r.t.schema.of(it)
	if r.ix == nil {
		return key
	}
	return attribute.NewItem(append(key, r.ix.schema.of(it)...)...)
}

// schema returns the key that the page is read in order of.
func (r *pageRead) schema() keySchema {
	if r.ix == nil {
		return r.t.schema
	}
	return r.ix.schema
}

// startKey returns the storage key of an ExclusiveStartKey, which is checked.
func (r *pageRead) startKey(k attribute.Item) []byte {
	if r.ix == nil {
		return r.t.schema.appendKey(newKey(r.t.id), k)
	}
	return r.ix.entryKey(r.t.schema, k)
}

// goOn moves the bound behind which the page begins to a checked
// ExclusiveStartKey.
func (r *pageRead) goOn(k attribute.Item) {
	if r.backward {
		r.upper = r.startKey(k)
		return
	}
	r.lower = after(r.startKey(k))
}
