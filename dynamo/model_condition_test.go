package dynamo_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// A modelCond is a condition in a small language of the model's own: it is
// written out as an expression for the engine and evaluated here.
type modelCond struct {
	op   string // and, or, not, a comparator, or the name of a function
	path modelPath
	size bool // compares size(path)
	vals []modelValue
	kids []modelCond
}

// A modelPath is a top attribute and at most one step into it.
type modelPath struct {
	head   string
	member string // of a map; empty: none
	index  int    // in a list; -1: none
}

func top(name string) modelPath { return modelPath{head: name, index: -1} }

func (p modelPath) find(it modelItem) (modelValue, bool) {
	v, found := it[p.head]
	switch {
	case !found:
		return v, false
	case p.member != "":
		v, found = v.attrs[p.member]
	case p.index >= 0:
		if p.index >= len(v.elems) || v.kind != "L" {
			return v, false
		}
		v = v.elems[p.index]
	}
	return v, found
}

// A rendering collects the placeholders of an expression. Names of even length
// go by placeholders, the others by themselves.
type rendering struct {
	names  map[string]string
	values modelItem
}

func newRendering() *rendering { return &rendering{map[string]string{}, modelItem{}} }

func (r *rendering) name(n string) string {
	if len(n)%2 == 1 {
		return n
	}
	r.names["#"+n] = n
	return "#" + n
}

func (r *rendering) path(p modelPath) string {
	text := r.name(p.head)
	if p.member != "" {
		text += "." + r.name(p.member)
	}
	if p.index >= 0 {
		text += "[" + strconv.Itoa(p.index) + "]"
	}
	return text
}

func (r *rendering) value(v modelValue) string {
	name := ":v" + strconv.Itoa(len(r.values))
	r.values[name] = v
	return name
}

// parameters are what goes with the expressions.
func (r *rendering) parameters() string {
	var b strings.Builder
	for i, n := range slices.Sorted(maps.Keys(r.names)) {
		b.WriteString(map[bool]string{true: `,"ExpressionAttributeNames":{`, false: ","}[i == 0])
		fmt.Fprintf(&b, "%q:%q", n, r.names[n])
		if i == len(r.names)-1 {
			b.WriteByte('}')
		}
	}
	if len(r.values) > 0 {
		b.WriteString(`,"ExpressionAttributeValues":` + r.values.String())
	}
	return b.String()
}

func (c *modelCond) render(r *rendering) string {
	kid := func(k *modelCond) string {
		if k.kids != nil {
			return "(" + k.render(r) + ")"
		}
		return k.render(r)
	}
	operand := func() string {
		if c.size {
			return "size(" + r.path(c.path) + ")"
		}
		return r.path(c.path)
	}
	switch c.op {
	case "AND", "OR":
		return kid(&c.kids[0]) + " " + c.op + " " + kid(&c.kids[1])
	case "NOT":
		return "NOT " + kid(&c.kids[0])
	case "attribute_exists", "attribute_not_exists":
		return c.op + "(" + operand() + ")"
	case "begins_with", "contains", "attribute_type":
		return c.op + "(" + operand() + ", " + r.value(c.vals[0]) + ")"
	case "BETWEEN":
		return operand() + " BETWEEN " + r.value(c.vals[0]) + " AND " + r.value(c.vals[1])
	case "IN":
		texts := make([]string, len(c.vals))
		for i, v := range c.vals {
			texts[i] = r.value(v)
		}
		return operand() + " IN (" + strings.Join(texts, ", ") + ")"
	}
	return operand() + " " + c.op + " " + r.value(c.vals[0])
}

// holds evaluates the condition; the nil one always holds.
func (c *modelCond) holds(it modelItem) bool {
	if c == nil {
		return true
	}
	switch c.op {
	case "AND":
		return c.kids[0].holds(it) && c.kids[1].holds(it)
	case "OR":
		return c.kids[0].holds(it) || c.kids[1].holds(it)
	case "NOT":
		return !c.kids[0].holds(it)
	}
	v, found := c.path.find(it)
	if c.size && found {
		v, found = v.length()
	}
	switch {
	case c.op == "attribute_exists":
		return found
	case c.op == "attribute_not_exists":
		return !found
	case !found:
		return c.op == "<>"
	}
	return c.test(v)
}

func (c *modelCond) test(v modelValue) bool {
	w := c.vals[0]
	switch c.op {
	case "=":
		return v.equal(w)
	case "<>":
		return !v.equal(w)
	case "IN":
		return slices.ContainsFunc(c.vals, v.equal)
	case "attribute_type":
		return v.kind == w.text
	case "begins_with":
		return v.kind == w.kind && strings.HasPrefix(v.text, w.text)
	case "contains":
		if v.kind == "S" || v.kind == "B" {
			return v.kind == w.kind && strings.Contains(v.text, w.text)
		}
		return slices.ContainsFunc(v.elems, w.equal)
	}
	if v.kind != w.kind {
		return false
	}
	order := v.compare(w)
	switch c.op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	}
	return order >= 0 && v.compare(c.vals[1]) <= 0 // BETWEEN
}

// length is what size() gives.
func (v modelValue) length() (modelValue, bool) {
	n := len(v.text)
	switch v.kind {
	case "S":
		n = len(utf16.Encode([]rune(v.text)))
	case "B":
	case "M":
		n = len(v.attrs)
	case "L", "SS", "NS", "BS":
		n = len(v.elems)
	default:
		return v, false
	}
	return num(strconv.Itoa(n)), true
}

// randomCond makes a condition on attributes of those names, of so many levels
// at most.
func randomCond(rng *rand.Rand, names []string, levels int) *modelCond {
	if levels > 0 && rng.IntN(3) == 0 {
		c := &modelCond{op: pick(rng, "AND", "OR", "NOT"), kids: []modelCond{*randomCond(rng, names, levels-1)}}
		if c.op != "NOT" {
			c.kids = append(c.kids, *randomCond(rng, names, levels-1))
		}
		return c
	}
	c := &modelCond{path: randomPath(rng, names), op: pick(rng, "attribute_exists", "attribute_not_exists",
		"=", "<>", "<", "<=", ">", ">=", "BETWEEN", "IN", "begins_with", "contains", "attribute_type")}
	value := func() modelValue { return randomValue(rng, scalarKind(rng, c.path.head)) }
	switch c.op {
	case "attribute_exists", "attribute_not_exists":
		return c
	case "attribute_type":
		c.vals = []modelValue{str(pick(rng, "S", "N", "B", "L", "M", "SS"))}
		return c
	case "begins_with":
		c.vals = []modelValue{randomValue(rng, pick(rng, "S", "B"))}
		return c
	case "=", "<>", "contains":
		c.vals = []modelValue{value()}
		if c.op != "contains" && rng.IntN(4) == 0 {
			c.vals[0] = randomOf(rng, c.path.head)
		}
		return c
	case "IN":
		c.vals = []modelValue{value(), value(), value()}
		return c
	}
	if rng.IntN(4) == 0 {
		c.size, c.vals = true, []modelValue{num("1"), num("3")}
		return c
	}
	kind := scalarKind(rng, c.path.head)
	c.vals = []modelValue{randomValue(rng, kind), randomValue(rng, kind)}
	if c.vals[0].compare(c.vals[1]) > 0 {
		slices.Reverse(c.vals)
	}
	return c
}

func pick[T any](rng *rand.Rand, of ...T) T { return of[rng.IntN(len(of))] }
