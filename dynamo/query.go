package dynamo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lullaby/attribute"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// Query returns a page of the items of one partition key, in the order of the
// sort key. The error is a refusal.Validation, a refusal.NotFound, a
// *ThrottleError, or of storage.
func (e *Engine) Query(_ context.Context, now instant.Instant, in *request.QueryInput) (*PageOutput, error) {
	sel, keys, err := in.Check()
	if err != nil {
		return nil, err
	}
	r, err := e.newPageRead(now, &in.Selection, sel)
	if err != nil {
		return nil, err
	}
	r.backward = in.Backward()
	if n := r.schema().size(); in.KeyConditionExpression != nil && len(keys) > n {
		return nil, refusal.Invalid(fmt.Sprintf("The number of query conditions (%d) exceeds the number of key attributes defined in the schema (%d)", len(keys), n))
	}
	if err := r.query(keys, in.ExclusiveStartKey); err != nil {
		return nil, err
	}
	if err := r.t.checkNested(sel.Paths); err != nil {
		return nil, err
	}
	if err := r.checkFilterKeys(sel.Filter); err != nil {
		return nil, err
	}
	if err := r.checkProjection(&in.Selection, sel); err != nil {
		return nil, err
	}
	if err := r.t.checkNested(sel.Filter.Paths()); err != nil {
		return nil, err
	}
	return e.pageOutput(now, r, &in.Selection)
}

// checkFilterKeys rejects a filter on key attributes of the table or index. The
// error is a refusal.Validation.
func (r *pageRead) checkFilterKeys(filter *request.Predicate) error {
	names, parameter := filter.Attributes()
	for part := range r.schema().parts {
		if slices.Contains(names, part.name) {
			return refusal.Invalid(parameter + " can only contain non-primary key attributes: Primary key attribute: " + part.name)
		}
	}
	return nil
}

// query sets the bounds of the page from the conditions on the key and the
// ExclusiveStartKey, nil if there is none
// (docs/aws/messages.md#queries-of-one-item). The error is a refusal.Validation.
func (r *pageRead) query(keys []request.Comparison, start attribute.Item) error {
	schema := r.schema()
	r.single = r.ix == nil && len(schema.sort) == 0
	if start != nil && len(start) != len(r.keyNames()) {
		return startInvalid("")
	}
	q := keyQuery{keys: keys, single: schema.size() == 1}
	for part := range schema.parts {
		if start != nil {
			if err := part.checkStart(start); err != nil {
				return err
			}
		}
		if len(schema.sort) > 1 && part == schema.sort[0] {
			if err := q.checkSort(schema.sort); err != nil {
				return err
			}
		}
		if err := q.add(part, slices.Contains(schema.hash, part)); err != nil {
			return err
		}
	}
	if q.used < len(keys) {
		return errQueryKey
	}
	values := attribute.NewItem(q.values...)
	r.bound(values, q.last)
	if start == nil {
		return nil
	}
	if err := r.checkQueryStart(start, values, q.last); err != nil {
		return err
	}
	r.goOn(start)
	return nil
}

// A keyQuery assigns the conditions of a Query to the parts of the key, one part
// after the other.
type keyQuery struct {
	keys   []request.Comparison
	single bool // the key has one part

	used   int                   // of keys
	values []attribute.Attribute // values of the parts with an equality
	last   *request.Comparison   // on the part after them; nil: none
}

var errQueryKey = refusal.Invalid("Query key condition not supported")

// checkSort refuses a condition on a part of a sort key of several parts if a part
// before it has no equality (docs/aws/messages.md#queries). The error is a
// refusal.Validation.
func (q *keyQuery) checkSort(sort []keyAttribute) error {
	var without []string // parts without an equality
	for _, part := range sort {
		i := slices.IndexFunc(q.keys, func(c request.Comparison) bool { return c.Attribute == part.name })
		if i >= 0 && without != nil {
			return refusal.Invalid("RANGE key attributes " + strings.Join(without, ", ") +
				" must have equality conditions specified in the query because a condition is present on key attribute " + part.name)
		}
		if i < 0 || q.keys[i].Operator != "EQ" {
			without = append(without, part.name)
		}
	}
	return nil
}

// add assigns the condition on the next part of the key, which belongs to the
// partition key if hash is set. The error is a refusal.Validation.
func (q *keyQuery) add(part keyAttribute, hash bool) error {
	if hash && q.single && len(q.keys) > 1 {
		return errQueryKey
	}
	i := slices.IndexFunc(q.keys, func(c request.Comparison) bool { return c.Attribute == part.name })
	if i < 0 {
		if hash || q.used < len(q.keys) {
			return refusal.Invalid("Query condition missed key schema element: " + part.name)
		}
		return nil
	}
	q.used++
	c := &q.keys[i]
	if err := part.checkCondition(c, hash); err != nil {
		return err
	}
	switch {
	case q.last != nil, c.Operator != "EQ" && hash:
		return errQueryKey
	case c.Operator != "EQ":
		q.last = c
	default:
		q.values = append(q.values, attribute.Attribute{Name: part.name, Value: c.Values[0]})
	}
	return nil
}

// checkCondition rejects an operator that no index supports, and values that the
// part cannot have. hash is set for a part of the partition key. The error is a
// refusal.Validation.
func (part keyAttribute) checkCondition(c *request.Comparison, hash bool) error {
	switch c.Operator {
	case "NULL", "NOT_NULL", "NE", "CONTAINS", "NOT_CONTAINS", "IN":
		return refusal.Invalid("Attempted conditional constraint is not an indexable operation")
	}
	for _, v := range c.Values {
		if v.Kind() != part.kind {
			return refusal.InvalidValues("Condition parameter type does not match schema type")
		}
		if v.Text() == "" && (hash || c.Operator != "BETWEEN" && c.Operator != "BEGINS_WITH") {
			return emptyKey(part)
		}
	}
	return nil
}

// checkStart rejects an ExclusiveStartKey with a missing or invalid value of the
// part. The error is a refusal.Validation.
func (part keyAttribute) checkStart(start attribute.Item) error {
	if _, found := start.Value(part.name); !found {
		return startInvalid("")
	}
	return keySchema{hash: []keyAttribute{part}}.checkKey(start)
}

// bound sets the bounds of the page from the values of the first parts of the
// key, and the condition on the next part, nil if there is none.
func (r *pageRead) bound(values attribute.Item, last *request.Comparison) {
	id := r.t.id
	if r.ix != nil {
		id = r.ix.id
	}
	schema := r.schema()
	prefix := schema.appendHash(newKey(id), values)
	for _, part := range schema.sort {
		v, given := values.Value(part.name)
		if !given {
			break
		}
		prefix = v.AppendKey(prefix)
	}
	r.lower, r.upper = prefix, after(prefix)
	if last == nil {
		return
	}
	at := func(v attribute.Value) []byte { return v.AppendKey(slices.Clone(prefix)) }
	v := last.Values[0]
	switch last.Operator {
	case "LT":
		r.upper = at(v)
	case "LE":
		r.upper = after(at(v))
	case "GT":
		r.lower = after(at(v))
	case "GE":
		r.lower = at(v)
	case "BETWEEN":
		r.lower, r.upper = at(v), after(at(last.Values[1]))
	case "BEGINS_WITH":
		start := at(v)
		r.lower = start[:len(start)-attribute.KeyEndSize]
		r.upper = after(r.lower)
	}
}

// checkQueryStart rejects an ExclusiveStartKey outside the range of the Query.
// The error is a refusal.Validation.
func (r *pageRead) checkQueryStart(start, values attribute.Item, last *request.Comparison) error {
	key := r.t.schema.of(start)
	if _, err := r.t.schema.primaryKey(r.t.id, key); err != nil {
		return startInvalid(": " + err.Error())
	}
	schema := r.schema()
	inPartition := true
	for _, part := range schema.hash {
		v, _ := start.Value(part.name)
		w, _ := values.Value(part.name)
		inPartition = inPartition && v.Equal(w)
	}
	conditioned, matches := last != nil, last == nil || last.Holds(start)
	for _, part := range schema.sort {
		if w, given := values.Value(part.name); given {
			v, _ := start.Value(part.name)
			conditioned = true
			matches = matches && v.Equal(w)
		}
	}
	switch {
	case !conditioned && !inPartition:
		return refusal.Invalid("The provided starting key is outside query boundaries based on provided conditions")
	case conditioned && !matches:
		return refusal.Invalid("The provided starting key does not match the range key predicate")
	case !inPartition, r.single:
		return refusal.Invalid("The query can return at most one row and cannot be restarted")
	}
	return nil
}

// keyNames returns the names of the attributes of an ExclusiveStartKey.
func (r *pageRead) keyNames() []string {
	var names []string
	for part := range r.t.schema.parts {
		names = append(names, part.name)
	}
	if r.ix != nil {
		for part := range r.ix.schema.parts {
			if !slices.Contains(names, part.name) {
				names = append(names, part.name)
			}
		}
	}
	return names
}
