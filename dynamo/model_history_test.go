package dynamo_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// A modelHistory makes random operations on tables.
type modelHistory struct {
	rng    *rand.Rand
	tables []*modelTable
	made   []modelOp
}

func newModelHistory(seed uint64) *modelHistory {
	h := &modelHistory{rng: rand.New(rand.NewPCG(seed, 0))}
	for i := range 1 + h.rng.IntN(3) {
		h.tables = append(h.tables, randomTable(h.rng, fmt.Sprintf("table%d", i)))
	}
	return h
}

// make adds so many operations.
func (h *modelHistory) make(n int) {
	for range n {
		h.made = append(h.made, h.op())
	}
}

func (h *modelHistory) op() modelOp {
	switch n := h.rng.IntN(100); {
	case n < 40:
		w := h.write(true, "Put", "Put", "Update", "Update", "Delete")
		w.returns = pick(h.rng, "", "NONE", "ALL_OLD")
		if w.verb == "Update" && !slices.ContainsFunc(w.updates, func(u modelUpdate) bool { return u.path.member != "" || u.path.index >= 0 }) {
			w.returns = pick(h.rng, "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW")
		}
		return w
	case n < 48:
		return h.get()
	case n < 65:
		return h.query()
	case n < 75:
		return h.scan()
	case n < 82:
		b := &modelBatch{}
		for range 1 + h.rng.IntN(6) {
			b.writes = append(b.writes, h.write(false, "Put", "Put", "Delete"))
		}
		slices.SortStableFunc(b.writes, func(a, b *modelWrite) int { return a.table - b.table })
		return b
	case n < 98:
		return h.transaction()
	}
	return &modelRestart{closed: h.rng.IntN(2) == 0}
}

func (h *modelHistory) write(conditional bool, verbs ...string) *modelWrite {
	w := &modelWrite{verb: pick(h.rng, verbs...), table: h.rng.IntN(len(h.tables))}
	w.key = h.tables[w.table].randomKey(h.rng)
	switch w.verb {
	case "Put":
		w.item = randomItem(h.rng, w.key)
	case "Update":
		w.updates = randomUpdates(h.rng)
	}
	if conditional && h.rng.IntN(3) == 0 || w.verb == "ConditionCheck" {
		w.cond = randomCond(h.rng, append(slices.Clone(allNames), h.tables[w.table].parts()...), 2)
		w.old = h.rng.IntN(2) == 0
	}
	return w
}

// transaction makes a new transaction or repeats one of before.
func (h *modelHistory) transaction() modelOp {
	if h.rng.IntN(6) == 0 {
		for _, op := range slices.Backward(h.made) {
			if x, ok := op.(*modelTransaction); ok && x.token != "" {
				return x
			}
		}
	}
	x := &modelTransaction{}
	for range 1 + h.rng.IntN(4) {
		w := h.write(true, "Put", "Update", "Delete", "ConditionCheck")
		if w.verb == "ConditionCheck" && h.rng.IntN(2) == 0 {
			w.cond = &modelCond{op: "attribute_exists", path: top("h")}
		}
		x.writes = append(x.writes, w)
	}
	if h.rng.IntN(3) == 0 {
		x.token = fmt.Sprintf("token%d", h.rng.IntN(20))
	}
	return x
}

func (h *modelHistory) get() modelOp {
	g := &modelGet{how: pick(h.rng, "GetItem", "BatchGetItem", "TransactGetItems"), consistent: h.rng.IntN(2) == 0}
	n := 1
	if g.how == "GetItem" {
		g.project = h.project(allNames)
	} else {
		n += h.rng.IntN(5)
	}
	for range n {
		table := h.rng.IntN(len(h.tables))
		g.keys = append(g.keys, modelRef{table, h.tables[table].randomKey(h.rng)})
	}
	if g.how == "BatchGetItem" {
		slices.SortStableFunc(g.keys, func(a, b modelRef) int { return a.table - b.table })
	}
	return g
}

// project picks some of the names, or nil.
func (h *modelHistory) project(names []string) []string {
	if h.rng.IntN(3) > 0 {
		return nil
	}
	names = slices.Clone(names)
	slices.Sort(names)
	names = slices.Compact(names)
	h.rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	return names[:1+h.rng.IntN(len(names))]
}

// read makes what Query and Scan have in common.
func (h *modelHistory) read() (q *modelRead, ix *modelIndex) {
	q = &modelRead{table: h.rng.IntN(len(h.tables)), index: -1, limit: h.rng.IntN(5)}
	t := h.tables[q.table]
	ix = t.primary()
	if len(t.indexes) > 0 && h.rng.IntN(4) > 0 {
		q.index = h.rng.IntN(len(t.indexes))
		ix = t.indexes[q.index]
	}
	global := q.index >= 0 && !ix.local
	q.consistent = !global && h.rng.IntN(2) == 0
	names := slices.Concat(allNames, t.parts())
	if has := t.projects(ix); global && has != nil {
		names = has
	}
	switch q.project = h.project(names); {
	case q.project != nil:
	case (!global || ix.all) && h.rng.IntN(4) == 0:
		q.whole = true
	case h.rng.IntN(4) == 0:
		q.count = true
	}
	return q, ix
}

func (h *modelHistory) query() modelOp {
	q, ix := h.read()
	t := h.tables[q.table]
	q.backward = h.rng.IntN(2) == 0
	some := t.randomKey(h.rng)
	value := func(part string) modelValue {
		if v, found := some[part]; found {
			return v
		}
		return randomValue(h.rng, t.kinds[part])
	}
	q.equal = modelItem{}
	for _, part := range ix.hash {
		q.equal[part] = value(part)
	}
	for _, part := range ix.sort {
		if h.rng.IntN(2) == 0 {
			q.equal[part] = value(part)
			continue
		}
		if h.rng.IntN(2) == 0 {
			q.last = &modelCond{op: pick(h.rng, "=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"), path: top(part)}
			q.last.vals = []modelValue{randomValue(h.rng, t.kinds[part]), randomValue(h.rng, t.kinds[part])}
			switch {
			case q.last.op == "begins_with" && t.kinds[part] == "N":
				q.last.op = "<"
			case q.last.op == "BETWEEN" && q.last.vals[0].compare(q.last.vals[1]) > 0:
				slices.Reverse(q.last.vals)
			}
		}
		break
	}
	if h.rng.IntN(3) == 0 {
		q.filter = randomCond(h.rng, freeNames, 1)
	}
	return q
}

func (h *modelHistory) scan() modelOp {
	q, _ := h.read()
	if h.rng.IntN(2) == 0 {
		q.of = 1 + h.rng.IntN(4)
		q.segment = h.rng.IntN(q.of)
	}
	if h.rng.IntN(3) == 0 {
		q.filter = randomCond(h.rng, allNames, 1)
	}
	return q
}
