package dynamo

import (
	"errors"
	"slices"

	"lullaby/attribute"
	"lullaby/capacity"
	"lullaby/dynamo/expr"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/storage"
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
func pageSize(form attribute.Encoded, sort []keyAttribute) (int64, error) {
	const head, portion, fixed = 18, 3_072, 2
	var size, sortSize int64
	err := form.Attributes(func(name []byte, v attribute.EncodedValue) error {
		if slices.ContainsFunc(sort, func(part keyAttribute) bool { return part.name == string(name) }) {
			sortSize += v.Size()
			return nil
		}
		n, err := storedSize(v)
		size += 1 + n
		return err
	})
	return fixed + size + (1+(1+size)/portion)*(head+sortSize), err
}

// storedSize is the size of a value with its length and kind.
func storedSize(v attribute.EncodedValue) (int64, error) {
	switch size := v.Size(); v.Kind() {
	case attribute.S:
		switch {
		case size < 1<<7:
			return size + 1, nil
		case size < 1<<14:
			return size + 2, nil
		}
		return size + 3, nil
	case attribute.B, attribute.N:
		return size + 1, nil
	case attribute.NULL:
		return 0, nil
	case attribute.BOOL:
		return size, nil
	default:
		return storedMembers(v)
	}
}

// storedMembers is the size of a container.
func storedMembers(v attribute.EncodedValue) (int64, error) {
	set := v.Kind() != attribute.L && v.Kind() != attribute.M
	sum := int64(3)
	if set {
		sum = 1
	}
	err := v.Members(func(_ []byte, m attribute.EncodedValue) error {
		if set {
			sum += 1 + m.Size()
			return nil
		}
		n, err := storedSize(m)
		sum += 1 + n
		if v.Kind() == attribute.M {
			sum++
		}
		return err
	})
	return sum, err
}

// A pageRead is what one page of Query or Scan reads.
type pageRead struct {
	t            *table
	ix           *index // nil: the table itself
	lower, upper []byte // bounds in storage
	backward     bool
	limit        int64 // of items evaluated; 0: none
	filter       *request.Predicate
	projection   *expr.Projection // nil: whole
	fetch        bool             // whether a local index's entries are read whole from the table
	countOnly    bool
	everywhere   bool // a Scan: it comes through all partitions
	consistent   bool
}

// A page is what was read.
type page struct {
	items   []attribute.Encoded
	count   int64
	scanned int64
	last    attribute.Item // key of the last item evaluated, if there may be more
	costs   costs

	bytes   int64           // billed, of the items evaluated
	filled  int64           // of maxPage
	fetched capacity.Tokens // for items of the table, with fetch
	forms   []byte          // memory of items
}

// readPage reads a page. It is admitted on a positive balance and charged when
// its size is known.
func (e *Engine) readPage(now instant.Instant, r *pageRead) (p *page, err error) {
	if err := e.open(now, r.t, r.demand(0)); err != nil {
		return nil, err
	}
	p = &page{items: []attribute.Encoded{}}
	from, done := e.reader(r.consistent)
	defer done()
	if r.fetch && from == storage.Reader(e.db) { // an entry's item is that of the same instant
		snapshot := e.db.Snapshot()
		defer func() { err = errors.Join(err, snapshot.Close()) }()
		from = snapshot
	}
	scan := from.Scan
	if r.backward {
		scan = from.ScanBackward
	}
	err = scan(r.lower, r.upper, func(_, record []byte) (bool, error) { return p.visit(r, from, record) })
	if err != nil {
		return nil, err
	}
	read := capacity.ReadCost(p.bytes, r.consistency())
	if r.ix == nil {
		p.costs.table = read
	} else {
		p.costs.table = p.fetched
		p.costs.addIndex(r.ix, read)
	}
	cost := p.costs.ofTable()
	if r.ix != nil && r.ix.global {
		cost = read
	}
	e.charge(now, r.t, r.demand(cost))
	return p, nil
}

// demand is what the page asks. Assumed: a Scan does not meet the ceiling of a
// partition, for it goes through one after the other, no faster than pages come.
func (r *pageRead) demand(cost capacity.Tokens) capacity.Demand {
	begin := r.lower
	if r.backward {
		begin = r.upper
	}
	d := r.t.readDemand(r.ix, begin, cost)
	if r.everywhere {
		d.Key = nil
	}
	return d
}

func (r *pageRead) consistency() capacity.Consistency {
	if r.consistent {
		return capacity.Strong
	}
	return capacity.Eventual
}

// visit evaluates one record and reports whether the page goes on behind it.
func (p *page) visit(r *pageRead, from storage.Reader, record []byte) (more bool, err error) {
	size, part, err := recordSize(record)
	if err != nil {
		return false, err
	}
	form := attribute.Encoded(part)
	filled, err := pageSize(form, r.t.schema.sort)
	if err != nil {
		return false, err
	}
	p.bytes += size
	p.filled += filled
	p.scanned++
	full := p.scanned == r.limit || p.filled >= maxPage
	if full || r.fetch {
		it, err := form.Item()
		if err != nil {
			return false, err
		}
		if full {
			p.last = r.keyOf(it)
		}
		if r.fetch {
			whole, size, err := readForm(from, r.t.schema.appendKey(newKey(r.t.id), it))
			if err != nil {
				return false, err
			}
			p.fetched += capacity.ReadCost(size, r.consistency())
			form = whole
		}
	}
	return !full, p.keep(r, form)
}

// keep adds an item to the page if the filter lets it.
func (p *page) keep(r *pageRead, form attribute.Encoded) error {
	if r.filter != nil {
		it, err := form.Item()
		if err != nil {
			return err
		}
		if !r.filter.Holds(it) {
			return nil
		}
	}
	p.count++
	if r.countOnly {
		return nil
	}
	form, err := project(form, r.projection)
	if err != nil {
		return err
	}
	// The items of a page share memory that is not moved, in growing portions.
	if cap(p.forms)-len(p.forms) < len(form) {
		p.forms = make([]byte, 0, max(len(form), min(2*cap(p.forms), maxPortion), minPortion))
	}
	start := len(p.forms)
	p.forms = append(p.forms, form...)
	p.items = append(p.items, p.forms[start:len(p.forms):len(p.forms)])
	return nil
}

// Bounds of what memory a page takes at a time.
const (
	minPortion = 4 << 10
	maxPortion = 256 << 10
)

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
