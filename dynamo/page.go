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

// maxPage bounds the items that a page of Query or Scan evaluates, in bytes of
// pageSize (API Reference, "Query"). The item that reaches it is the last.
const maxPage = 1 << 20

// pageSize returns the size of an item towards maxPage, in bytes. It differs from
// the billed size: a name counts one byte, a value counts its length and a little
// more, and each item has a head, with one more for every 3 KB and the sort key
// again in each. Assumed: this formula, which architect/dynalite found to match
// the service's pages.
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

// storedSize returns the size of a value with its length and type, in bytes of
// pageSize.
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

// storedMembers returns the size of a list, map or set, in bytes of pageSize.
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

// A pageRead describes one page of a Query or Scan.
type pageRead struct {
	t            *table
	ix           *index // nil: the table itself
	lower, upper []byte // storage keys; upper is exclusive
	backward     bool
	limit        int64 // of items evaluated; 0: none
	filter       *request.Predicate
	projection   *expr.Projection // nil: whole
	fetch        bool             // read the whole items of a local index from the table
	countOnly    bool
	single       bool // a Query of a table without range key: no page follows
	everywhere   bool // a Scan: it reads all partitions
	consistent   bool
}

// A page is the result of a pageRead.
type page struct {
	items   []attribute.Encoded
	count   int64
	scanned int64
	last    attribute.Item // key of the last item evaluated; nil: there are no more
	costs   costs

	bytes   int64           // billed, of the items evaluated
	filled  int64           // bytes towards maxPage
	fetched capacity.Tokens // for items of the table, with fetch
	forms   []byte          // backing memory of items
	end     []byte          // the storage key before which it ends; nil: that of pageRead
}

// readPage reads a page. A positive balance admits it, and it is charged when its
// size is known. The error is a *ThrottleError or of storage.
func (e *Engine) readPage(now instant.Instant, r *pageRead) (p *page, err error) {
	if err := e.open(now, r.t, r.demand(0)); err != nil {
		return nil, err
	}
	p = &page{items: []attribute.Encoded{}}
	from, done := e.reader(r.consistent)
	defer done()
	if r.fetch && from == storage.Reader(e.db) { // an entry and its item must be of the same instant
		snapshot := e.db.Snapshot()
		defer func() { err = errors.Join(err, snapshot.Close()) }()
		from = snapshot
	}
	scan := from.Scan
	if r.backward {
		scan = from.ScanBackward
	}
	err = scan(r.lower, r.upper, func(key, record []byte) (bool, error) {
		more, err := p.visit(r, from, record)
		if !more {
			p.end = after(key)
		}
		return more, err
	})
	if err != nil {
		return nil, err
	}
	read := max(capacity.ReadCost(p.bytes, r.consistency()), r.leastOf(now, p))
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

// leastOf returns the least that a page costs: a Scan pays the minimum of a read
// in each partition that it passes (docs/aws/units.md#query-and-scan-pages).
func (r *pageRead) leastOf(now instant.Instant, p *page) capacity.Tokens {
	least := capacity.ReadCost(0, r.consistency())
	if !r.everywhere {
		return least
	}
	end := p.end
	if end == nil {
		end = r.upper
	}
	end = placementOf(end)
	if len(end) == 0 { // the next table begins there
		end = nil
	}
	of := r.demand(0).Of
	r.t.capacity.Lock()
	defer r.t.capacity.Unlock()
	return least * capacity.Tokens(of.Passed(now, placementOf(r.lower), end))
}

// demand returns the demand of the page for a cost. Assumed: a Scan is not held
// to the limit of a partition, since it reads one after the other, no faster than
// its pages.
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

// visit evaluates one record and reports whether the page has room for more.
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
	if r.fetch {
		if form, err = p.fetch(r, from, form); err != nil {
			return false, err
		}
	}
	full := p.scanned == r.limit || p.filled >= maxPage
	if full && !r.single {
		if p.last, err = r.keyOf(form); err != nil {
			return false, err
		}
	}
	return !full, p.keep(r, form)
}

// fetch returns the item of an entry. Assumed: it counts towards maxPage as well.
func (p *page) fetch(r *pageRead, from storage.Reader, entry attribute.Encoded) (attribute.Encoded, error) {
	key, err := r.t.schema.ofForm(entry)
	if err != nil {
		return nil, err
	}
	form, size, err := readForm(from, r.t.schema.appendKey(newKey(r.t.id), key))
	if err != nil {
		return nil, err
	}
	filled, err := pageSize(form, r.t.schema.sort)
	p.filled += filled
	p.fetched += capacity.ReadCost(size, r.consistency())
	return form, err
}

// keep adds an item to the page if it passes the filter.
func (p *page) keep(r *pageRead, form attribute.Encoded) error {
	if r.filter != nil {
		if holds, err := r.filter.Holds(form); err != nil || !holds {
			return err
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
	// The items of a page share blocks of memory of growing size.
	if cap(p.forms)-len(p.forms) < len(form) {
		p.forms = make([]byte, 0, max(len(form), min(2*cap(p.forms), maxPortion), minPortion))
	}
	start := len(p.forms)
	p.forms = append(p.forms, form...)
	p.items = append(p.items, p.forms[start:len(p.forms):len(p.forms)])
	return nil
}

// Bounds of a block of memory of a page, in bytes.
const (
	minPortion = 4 << 10
	maxPortion = 256 << 10
)

// keyOf returns the ExclusiveStartKey of a page that begins after an item.
func (r *pageRead) keyOf(form attribute.Encoded) (attribute.Item, error) {
	key, err := r.t.schema.ofForm(form)
	if err != nil || r.ix == nil {
		return key, err
	}
	more, err := r.ix.schema.ofForm(form)
	return attribute.NewItem(append(key, more...)...), err
}

// schema returns the key in whose order the page is read.
func (r *pageRead) schema() keySchema {
	if r.ix == nil {
		return r.t.schema
	}
	return r.ix.schema
}

// startKey returns the storage key of a checked ExclusiveStartKey.
func (r *pageRead) startKey(k attribute.Item) []byte {
	if r.ix == nil {
		return r.t.schema.appendKey(newKey(r.t.id), k)
	}
	return r.ix.entryKey(r.t.schema, k)
}

// goOn has the page begin after a checked ExclusiveStartKey.
func (r *pageRead) goOn(k attribute.Item) {
	if r.backward {
		r.upper = r.startKey(k)
		return
	}
	r.lower = after(r.startKey(k))
}
