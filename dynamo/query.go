package dynamo

import (
	"context"
	"slices"

	"lullaby/attribute"
	"lullaby/dynamo/expr"
)

// QueryInput is the request of Query.
type QueryInput struct {
	selection

	KeyConditionExpression *string
	KeyConditions          filter
	QueryFilter            filter
	ScanIndexForward       *bool
}

// maxKeyConditions is the most that any index's key takes.
const maxKeyConditions = 8

// validate checks what the request alone shows, and returns what it selects and
// the conditions on the key.
func (in *QueryInput) validate() (sel selected, keys []legacyCondition, err error) {
	var v violations
	v.selects(in.Select)
	v.indexName(in.IndexName)
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	in.QueryFilter.violations(&v, "queryFilter")
	v.tableName(in.TableName)
	v.one(in.ConditionalOperator, "conditionalOperator", "OR", "AND")
	v.attributesToGet(in.AttributesToGet)
	v.between(wide(in.Limit), "limit", 1, 0)
	in.KeyConditions.violations(&v, "keyConditions")
	if err := v.err(); err != nil {
		return sel, nil, err
	}
	replaced := []parameter{
		{"AttributesToGet", in.AttributesToGet != nil},
		{"QueryFilter", in.QueryFilter != nil},
		{"ConditionalOperator", in.ConditionalOperator != nil},
		{"KeyConditions", in.KeyConditions != nil && in.KeyConditionExpression != nil},
	}
	if err := in.checkUse(
		[]parameter{{"FilterExpression", in.FilterExpression != nil}, {"KeyConditionExpression", in.KeyConditionExpression != nil}},
		[]parameter{{"ProjectionExpression", in.ProjectionExpression != nil}}, replaced); err != nil {
		return sel, nil, err
	}
	legacy, err := in.QueryFilter.conditions()
	if err != nil {
		return sel, nil, err
	}
	if err := checkAttributesToGet(in.AttributesToGet); err != nil {
		return sel, nil, err
	}
	if err := in.checkStart(); err != nil {
		return sel, nil, err
	}
	if in.KeyConditions == nil && in.KeyConditionExpression == nil {
		return sel, nil, &ValidationError{"Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."}
	}
	if err := in.checkSelect(); err != nil {
		return sel, nil, err
	}
	if sel, keys, err = in.parse(); err != nil {
		return sel, nil, err
	}
	if legacy != nil {
		sel.filter = &check{legacy: legacy, any: is(in.ConditionalOperator, "OR")}
	}
	if n := len(keys); n == 0 || n > maxKeyConditions || n > 2 && in.IndexName == nil {
		return sel, nil, &ValidationError{"Conditions can be of length 1 or 2 only"}
	}
	return sel, keys, nil
}

// parse reads the expressions, and the conditions on the key whichever way they
// are given.
func (in *QueryInput) parse() (sel selected, keys []legacyCondition, err error) {
	p, err := in.placeholders()
	if err != nil {
		return sel, nil, err
	}
	condition, err := parse("KeyConditionExpression", in.KeyConditionExpression, p, expr.ParseCondition)
	if err != nil {
		return sel, nil, err
	}
	filter, err := parse("FilterExpression", in.FilterExpression, p, expr.ParseCondition)
	if err != nil {
		return sel, nil, err
	}
	if filter != nil {
		sel.filter = &check{condition: filter}
	}
	if sel.projection, sel.paths, err = projection(in.AttributesToGet, in.ProjectionExpression, p); err != nil {
		return sel, nil, err
	}
	if err := p.Unused(); err != nil {
		return sel, nil, invalid(err)
	}
	if condition == nil {
		keys, err = in.KeyConditions.conditions()
		return sel, keys, err
	}
	parts, err := condition.KeyConditions()
	if err != nil {
		return sel, nil, invalid(err)
	}
	for _, part := range parts {
		c := legacyCondition{part.Name, part.Operator, part.Values}
		if err := c.validate(); err != nil {
			return sel, nil, err
		}
		keys = append(keys, c)
	}
	return sel, keys, nil
}

// Query reads the items of one partition key, in the order of the sort key.
func (e *Engine) Query(_ context.Context, in *QueryInput) (*PageOutput, error) {
	sel, keys, err := in.validate()
	if err != nil {
		return nil, err
	}
	r, err := in.from(e, sel)
	if err != nil {
		return nil, err
	}
	r.backward = in.ScanIndexForward != nil && !*in.ScanIndexForward
	if err := r.query(keys, in.ExclusiveStartKey); err != nil {
		return nil, err
	}
	if err := r.t.checkNested(sel.paths); err != nil {
		return nil, err
	}
	if err := in.checkFilterKeys(r, sel); err != nil {
		return nil, err
	}
	if err := r.checkProjection(&in.selection, sel); err != nil {
		return nil, err
	}
	if err := sel.checkFilter(r.t); err != nil {
		return nil, err
	}
	return e.answer(r, &in.selection)
}

// checkFilterKeys refuses a filter on the attributes of the key that is queried.
func (in *QueryInput) checkFilterKeys(r *pageRead, sel selected) error {
	if sel.filter == nil {
		return nil
	}
	name, heads := "QueryFilter", []string(nil)
	if sel.filter.condition != nil {
		name = "Filter Expression"
		sel.filter.condition.Paths(func(p expr.Path) { heads = append(heads, p[0].Name) })
	}
	for _, c := range sel.filter.legacy {
		heads = append(heads, c.name)
	}
	for part := range r.schema().parts {
		if slices.Contains(heads, part.name) {
			return &ValidationError{name + " can only contain non-primary key attributes: Primary key attribute: " + part.name}
		}
	}
	return nil
}

// query sets the bounds of the page by the conditions on the key and where it
// goes on.
func (r *pageRead) query(keys []legacyCondition, start attribute.Item) error {
	schema := r.schema()
	if start != nil && len(start) != len(r.keyNames()) {
		return startInvalid("")
	}
	find := func(name string) *legacyCondition {
		for i := range keys {
			if keys[i].name == name {
				return &keys[i]
			}
		}
		return nil
	}
	used := 0
	values := make(attribute.Item, 0, len(keys))
	var last *legacyCondition // the condition on the sort key that is not an equality
	check := func(part keyAttribute, hash bool) error {
		if start != nil {
			if err := part.checkStart(start); err != nil {
				return err
			}
		}
		if hash && schema.size() == 1 && len(keys) > 1 {
			return &ValidationError{"Query key condition not supported"}
		}
		c := find(part.name)
		if c == nil {
			if hash || used < len(keys) {
				return &ValidationError{"Query condition missed key schema element: " + part.name}
			}
			return nil
		}
		used++
		switch c.operator {
		case "NULL", "NOT_NULL", "NE", "CONTAINS", "NOT_CONTAINS", "IN":
			return &ValidationError{"Attempted conditional constraint is not an indexable operation"}
		}
		for _, v := range c.args {
			if v.Kind() != part.kind {
				return &ValidationError{"One or more parameter values were invalid: Condition parameter type does not match schema type"}
			}
			if v.Text() == "" && (hash || c.operator != "BETWEEN" && c.operator != "BEGINS_WITH") {
				return &ValidationError{"One or more parameter values are not valid. " + emptyKeyText(part) + ". Key: " + part.name}
			}
		}
		if c.operator != "EQ" && (hash || last != nil) || last != nil {
			return &ValidationError{"Query key condition not supported"}
		}
		if c.operator != "EQ" {
			last = c
			return nil
		}
		values = append(values, attribute.Attribute{Name: part.name, Value: c.args[0]})
		return nil
	}
	for _, part := range schema.hash {
		if err := check(part, true); err != nil {
			return err
		}
	}
	for _, part := range schema.sort {
		if err := check(part, false); err != nil {
			return err
		}
	}
	if used < len(keys) {
		return &ValidationError{"Query key condition not supported"}
	}
	r.bound(attribute.NewItem(values...), last)
	if start == nil {
		return nil
	}
	if err := r.checkQueryStart(start, attribute.NewItem(values...), last); err != nil {
		return err
	}
	r.goOn(start)
	return nil
}

// checkStart checks the value that a starting key gives for a part of a key.
func (part keyAttribute) checkStart(start attribute.Item) error {
	if _, found := start.Value(part.name); !found {
		return startInvalid("")
	}
	return keySchema{hash: []keyAttribute{part}}.checkKey(start)
}

// bound sets the bounds of the page: the values that parts of the key equal,
// and the condition on the next part of the sort key, if any.
func (r *pageRead) bound(values attribute.Item, last *legacyCondition) {
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
	v := last.args[0]
	switch last.operator {
	case "LT":
		r.upper = at(v)
	case "LE":
		r.upper = after(at(v))
	case "GT":
		r.lower = after(at(v))
	case "GE":
		r.lower = at(v)
	case "BETWEEN":
		r.lower, r.upper = at(v), after(at(last.args[1]))
	case "BEGINS_WITH":
		start := at(v)
		r.lower = start[:len(start)-attribute.KeyEndSize]
		r.upper = after(r.lower)
	}
}

// checkQueryStart refuses a starting key that is not one of what is queried.
func (r *pageRead) checkQueryStart(start, values attribute.Item, last *legacyCondition) error {
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
	conditioned, matches := last != nil, last == nil || last.holds(start)
	for _, part := range schema.sort {
		if w, given := values.Value(part.name); given {
			v, _ := start.Value(part.name)
			conditioned = true
			matches = matches && v.Equal(w)
		}
	}
	switch {
	case !conditioned && !inPartition:
		return &ValidationError{"The provided starting key is outside query boundaries based on provided conditions"}
	case conditioned && !matches:
		return &ValidationError{"The provided starting key does not match the range key predicate"}
	case !inPartition:
		return &ValidationError{"The query can return at most one row and cannot be restarted"}
	}
	return nil
}

// keyNames returns the names of the attributes of a key to go on from.
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
