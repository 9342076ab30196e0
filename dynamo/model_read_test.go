package dynamo_test

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"
)

// A modelGet reads items by their keys: one by GetItem, several in a batch or
// a transaction.
type modelGet struct {
	how        string     // GetItem, BatchGetItem, TransactGetItems
	keys       []modelRef // of a batch, in the order of their tables
	project    []string   // nil: whole; of GetItem alone
	consistent bool       // not of transactions
}

// A modelRef is the key of an item.
type modelRef struct {
	table int
	key   modelItem
}

func readUnits(size int64, consistent bool) float64 {
	if consistent {
		return started(size, 4096)
	}
	return started(size, 4096) / 2
}

func (g *modelGet) play(in *world) error {
	var sums modelSums
	found := make([]modelItem, len(g.keys))
	for i, ref := range g.keys {
		t := in.tables[ref.table]
		found[i] = t.items[t.keyText(ref.key)]
		units := readUnits(found[i].size(), g.consistent)
		if g.how == "TransactGetItems" {
			units = 2 * started(found[i].size(), 4096)
		}
		sums.add(t, modelCost{table: units})
	}
	switch g.how {
	case "GetItem":
		return g.playOne(in, found[0], &sums)
	case "BatchGetItem":
		return g.playBatch(in, found, &sums)
	}
	var texts, want []string
	for i, ref := range g.keys {
		texts = append(texts, fmt.Sprintf(`{"Get":{"TableName":%q,"Key":%s}}`, in.tables[ref.table].name, ref.key))
		want = append(want, found[i].String())
	}
	text := strings.Join(want, " ") + " " + sums.text("R")
	for i := range texts {
		if slices.Contains(texts[:i], texts[i]) {
			text = "validation"
		}
	}
	return in.expect(g.how, `{"TransactItems":[`+strings.Join(texts, ",")+"]"+indexesToo, text)
}

func (g *modelGet) playOne(in *world, found modelItem, sums *modelSums) error {
	r := newRendering()
	body := fmt.Sprintf(`{"TableName":%q,"Key":%s,"ConsistentRead":%t`, in.tables[g.keys[0].table].name, g.keys[0].key, g.consistent)
	body += renderProjection(g.project, r)
	if found != nil && g.project != nil {
		found = found.only(g.project)
	}
	return in.expect(g.how, body+r.parameters()+indexesToo, found.String()+" "+sums.text(""))
}

func renderProjection(names []string, r *rendering) string {
	if names == nil {
		return ""
	}
	texts := make([]string, len(names))
	for i, n := range names {
		texts[i] = r.path(top(n))
	}
	return fmt.Sprintf(`,"ProjectionExpression":%q`, strings.Join(texts, ", "))
}

func (g *modelGet) playBatch(in *world, found []modelItem, sums *modelSums) error {
	var tables []string
	want := []string{"0 left"}
	twice := false
	for n, t := range in.tables {
		var keys []string
		var items []modelItem
		for i, ref := range g.keys {
			if ref.table != n {
				continue
			}
			twice = twice || slices.Contains(keys, ref.key.String())
			keys = append(keys, ref.key.String())
			if found[i] != nil {
				items = append(items, found[i])
			}
		}
		if keys != nil {
			tables = append(tables, fmt.Sprintf(`%q:{"ConsistentRead":%t,"Keys":[%s]}`, t.name, g.consistent, strings.Join(keys, ",")))
			want = append(want, t.name+sortedText(items))
		}
	}
	text := strings.Join(want, " ") + " " + sums.text("")
	if twice {
		text = "validation"
	}
	return in.expect(g.how, `{"RequestItems":{`+strings.Join(tables, ",")+"}"+indexesToo, text)
}

// A modelRead is a Query or a Scan with all its pages.
type modelRead struct {
	table, index int        // index -1: the table itself
	equal        modelItem  // of Query: what parts of the key equal
	last         *modelCond // of Query: a condition on the next part of the sort key
	backward     bool
	segment, of  int // of Scan; of 0: the whole
	limit        int // 0: none
	filter       *modelCond
	project      []string
	whole, count bool // Select ALL_ATTRIBUTES, COUNT
	consistent   bool
}

func (q *modelRead) play(in *world) error {
	t := in.tables[q.table]
	ix := t.primary()
	if q.index >= 0 {
		ix = t.indexes[q.index]
	}
	found := slices.DeleteFunc(t.entries(ix), func(e modelEntry) bool { return !q.selects(e) })
	if q.backward {
		slices.Reverse(found)
	}
	operation, body := q.request(t, ix)
	start, from := "", q.bound(q.segment)
	for {
		evaluated, more := found, false
		if q.limit > 0 && len(found) >= q.limit {
			evaluated, more = found[:q.limit], true
		}
		found = found[len(evaluated):]
		var last modelItem
		if single := q.equal != nil && q.index < 0 && ix.sort == nil; more && !single {
			last = evaluated[len(evaluated)-1].entry.only(slices.Concat(ix.parts(), t.parts()))
		}
		to := q.bound(q.segment+1) - 1
		if more {
			to = evaluated[len(evaluated)-1].place
		}
		passed := int64(to>>62) - int64(from>>62) + 1 //nolint:gosec // quarters: a table on demand has four partitions
		if q.equal != nil {
			passed = 1
		}
		if err := in.expect(operation, body+start+indexesToo, q.answer(t, ix, evaluated, last, passed)); err != nil || last == nil {
			return err
		}
		from = to
		start = `,"ExclusiveStartKey":` + last.String()
	}
}

// bound returns where a segment of a Scan begins in the hash space; 0 is also its
// end.
func (q *modelRead) bound(segment int) uint64 {
	if q.of == 0 || segment == q.of {
		return 0
	}
	share, _ := bits.Div64(uint64(segment), 0, uint64(q.of)) //nolint:gosec // small
	return share
}

// selects reports whether an entry is among those to evaluate.
func (q *modelRead) selects(e modelEntry) bool {
	if q.equal == nil {
		if q.of == 0 {
			return true
		}
		segment, _ := bits.Mul64(e.place, uint64(q.of))
		return int(segment) == q.segment
	}
	return e.entry.only(slices.Collect(maps.Keys(q.equal))).equal(q.equal) && q.last.holds(e.entry)
}

func (q *modelRead) request(t *modelTable, ix *modelIndex) (operation, body string) {
	r := newRendering()
	operation, body = "Scan", fmt.Sprintf(`{"TableName":%q`, t.name)
	if ix.name != "" {
		body += fmt.Sprintf(`,"IndexName":%q`, ix.name)
	}
	if q.equal != nil {
		operation = "Query"
		var texts []string
		for _, part := range slices.Sorted(maps.Keys(q.equal)) {
			texts = append(texts, r.path(top(part))+" = "+r.value(q.equal[part]))
		}
		if q.last != nil {
			texts = append(texts, q.last.render(r))
		}
		body += fmt.Sprintf(`,"KeyConditionExpression":%q,"ScanIndexForward":%t`, strings.Join(texts, " AND "), !q.backward)
	}
	if q.of > 0 {
		body += fmt.Sprintf(`,"Segment":%d,"TotalSegments":%d`, q.segment, q.of)
	}
	if q.limit > 0 {
		body += fmt.Sprintf(`,"Limit":%d`, q.limit)
	}
	if q.filter != nil {
		body += fmt.Sprintf(`,"FilterExpression":%q`, q.filter.render(r))
	}
	body += renderProjection(q.project, r)
	switch {
	case q.whole:
		body += `,"Select":"ALL_ATTRIBUTES"`
	case q.count:
		body += `,"Select":"COUNT"`
	}
	if q.consistent {
		body += `,"ConsistentRead":true`
	}
	return operation, body + r.parameters()
}

// answer is the answer of one page, which passed so many partitions.
func (q *modelRead) answer(t *modelTable, ix *modelIndex, evaluated []modelEntry, last modelItem, passed int64) string {
	has := t.projects(ix)
	lacks := func(n string) bool { return !slices.Contains(has, n) }
	fetch := has != nil && (q.whole || slices.ContainsFunc(q.project, lacks))
	var size int64
	var fetched float64
	count := int64(0)
	items := []modelItem{}
	for _, e := range evaluated {
		size += e.entry.size()
		it := e.entry
		if fetch {
			it = e.whole
			fetched += readUnits(it.size(), q.consistent)
		}
		if !q.filter.holds(it) {
			continue
		}
		count++
		if q.project != nil {
			it = it.only(q.project)
		}
		if !q.count {
			items = append(items, it)
		}
	}
	cost := modelCost{table: max(readUnits(size, q.consistent), float64(passed)*readUnits(0, q.consistent))}
	if ix.name != "" {
		cost = modelCost{table: fetched, indexes: map[string]float64{ix.name: cost.table}}
	}
	return pageText(count, int64(len(evaluated)), items, last) + " " + cost.text(t, "")
}
