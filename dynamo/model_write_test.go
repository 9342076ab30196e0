package dynamo_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A modelWrite is one write in the model's language: by itself, in a batch or
// in a transaction.
type modelWrite struct {
	verb    string // Put, Update, Delete, ConditionCheck
	table   int
	key     modelItem
	item    modelItem // of Put
	updates []modelUpdate
	cond    *modelCond
	old     bool // asks for what a condition found
	returns string
}

// request writes the parameters of the write, but for the table's name, which
// begins them.
func (w *modelWrite) request(t *modelTable) string {
	r := newRendering()
	text := fmt.Sprintf(`"TableName":%q`, t.name)
	if w.verb == "Put" {
		text += `,"Item":` + w.item.String()
	} else {
		text += `,"Key":` + w.key.String()
	}
	if w.verb == "Update" && w.updates != nil {
		text += fmt.Sprintf(`,"UpdateExpression":%q`, renderUpdates(w.updates, r))
	}
	if w.cond != nil {
		text += fmt.Sprintf(`,"ConditionExpression":%q`, w.cond.render(r))
	}
	if w.old {
		text += `,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"`
	}
	return text + r.parameters()
}

// A modelOutcome is what a write does to the model.
type modelOutcome struct {
	t             *modelTable
	key           string
	before, after modelItem
	cost          modelCost
	failed        bool // the condition
}

// static returns the refusal of a write before anything is read.
func (w *modelWrite) static(t *modelTable) error {
	if w.verb != "Put" {
		return nil
	}
	return t.checkIndexKeys(w.item)
}

// outcome finds out what the write does, without doing it.
func (w *modelWrite) outcome(t *modelTable) (o modelOutcome, err error) {
	o = modelOutcome{t: t, key: t.keyText(w.key)}
	o.before = t.items[o.key]
	if !w.cond.holds(o.before) {
		o.failed = true
		return o, nil
	}
	switch w.verb {
	case "Put":
		o.after = w.item
	case "ConditionCheck":
		o.after = o.before
	case "Update":
		base := o.before
		if base == nil && onlyRemove(w.updates) {
			break
		}
		if base == nil {
			base = w.key
		}
		if o.after, err = applyUpdates(w.updates, base); err == nil {
			err = t.checkIndexKeys(o.after)
		}
	}
	if err == nil {
		o.cost = t.writeCost(o.before, o.after)
	}
	return o, err
}

func (o *modelOutcome) apply() {
	if o.after == nil {
		delete(o.t.items, o.key)
		return
	}
	o.t.items[o.key] = o.after
}

// A modelCost is what a request takes from a table and its indexes, in units.
type modelCost struct {
	table   float64
	indexes map[string]float64 // those touched
}

func started(size int64, portion int64) float64 {
	return float64(max(1, (size+portion-1)/portion))
}

func writeUnits(sizes ...int64) float64 { return started(slices.Max(sizes), 1024) }

// writeCost is the arithmetic of docs/aws/units.md#single-writes,
// docs/aws/units.md#global-index-writes and docs/aws/units.md#local-indexes.
func (t *modelTable) writeCost(before, after modelItem) modelCost {
	c := modelCost{table: writeUnits(before.size(), after.size()), indexes: map[string]float64{}}
	for _, ix := range t.indexes {
		var old, now modelItem
		if before != nil {
			old = t.entry(ix, before)
		}
		if after != nil {
			now = t.entry(ix, after)
		}
		switch {
		case old == nil && now == nil, old != nil && now != nil && old.equal(now):
		case old == nil || now == nil || old.only(ix.parts()).equal(now.only(ix.parts())):
			c.indexes[ix.name] = writeUnits(old.size(), now.size())
		default:
			c.indexes[ix.name] = writeUnits(old.size()) + writeUnits(now.size())
		}
	}
	return c
}

func (c *modelCost) add(other modelCost) {
	c.table += other.table
	if c.indexes == nil {
		c.indexes = map[string]float64{}
	}
	for name, units := range other.indexes {
		c.indexes[name] += units
	}
}

// text formats the cost as consumedText does the engine's; direction is R, W or,
// if the units have no direction, empty.
func (c *modelCost) text(t *modelTable, direction string) string {
	total := c.table
	var locals, globals []string
	for _, name := range slices.Sorted(maps.Keys(c.indexes)) {
		units := c.indexes[name]
		total += units
		part := fmt.Sprintf("%s=%v%s", name, units, direction)
		if slices.ContainsFunc(t.indexes, func(ix *modelIndex) bool { return ix.name == name && ix.local }) {
			locals = append(locals, part)
		} else {
			globals = append(globals, part)
		}
	}
	return fmt.Sprintf("%s=%v%s table=%v%s local=[%s] global=[%s]", t.name, total, direction, c.table, direction,
		strings.Join(locals, " "), strings.Join(globals, " "))
}
