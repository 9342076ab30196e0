package dynamo

import (
	"context"
	"slices"

	"lullaby/attribute"
	"lullaby/dynamo/expr"
)

// UpdateItemInput is the request of UpdateItem.
type UpdateItemInput struct {
	Key              attribute.Item
	UpdateExpression *string
	AttributeUpdates map[string]AttributeValueUpdate

	writeInput
}

// AttributeValueUpdate is what AttributeUpdates does to one attribute.
type AttributeValueUpdate struct {
	Action *string // PUT (the default), ADD or DELETE
	Value  *attribute.Value
}

// An update changes an item; the zero one leaves it as it is.
type update struct {
	expression *expr.Update
	attributes map[string]AttributeValueUpdate
}

// validate checks what the request alone shows, and returns its condition and
// update.
func (in *UpdateItemInput) validate() (condition *check, u update, err error) {
	var v violations
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.tableName(in.TableName)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	v.returnValues(in.ReturnValues)
	v.notNull(in.Key != nil, "key")
	in.violations(&v)
	v.returnOnFailure(in.ReturnValuesOnConditionCheckFailure)
	if err := v.err(); err != nil {
		return nil, u, err
	}
	if err := in.checkUse(
		[]parameter{{"UpdateExpression", in.UpdateExpression != nil}, {"ConditionExpression", in.ConditionExpression != nil}}, nil,
		[]parameter{{"AttributeUpdates", in.AttributeUpdates != nil}, {"Expected", in.Expected != nil}}); err != nil {
		return nil, u, err
	}
	if err := in.Key.Err(); err != nil {
		return nil, u, invalid(err)
	}
	for _, name := range sortedKeys(in.AttributeUpdates) {
		if err := attribute.CheckName(name); err != nil {
			return nil, u, invalid(err)
		}
		if err := in.AttributeUpdates[name].validate(); err != nil {
			return nil, u, err
		}
	}
	if err := checkExpected(in.Expected); err != nil {
		return nil, u, err
	}
	p, err := in.placeholders()
	if err != nil {
		return nil, u, err
	}
	u.attributes = in.AttributeUpdates
	if u.expression, err = parse("UpdateExpression", in.UpdateExpression, p, expr.ParseUpdate); err != nil {
		return nil, u, err
	}
	if condition, err = in.check(p); err != nil {
		return nil, u, err
	}
	if err := p.Unused(); err != nil {
		return nil, u, invalid(err)
	}
	return condition, u, nil
}

func (a AttributeValueUpdate) validate() error {
	refuse := func(text string) error { return &ValidationError{"One or more parameter values were invalid: " + text} }
	if a.Value == nil {
		if !is(a.Action, "DELETE") {
			return refuse("Only DELETE action is allowed when no attribute value is specified")
		}
		return nil
	}
	if err := a.Value.Err(); err != nil {
		return invalid(err)
	}
	k := a.Value.Kind()
	set := k == attribute.SS || k == attribute.NS || k == attribute.BS
	switch {
	case is(a.Action, "DELETE") && !set:
		return refuse("DELETE action with value is not supported for the type " + k.String())
	case is(a.Action, "ADD") && !set && k != attribute.L && k != attribute.N:
		return refuse("ADD action is not supported for the type " + k.String())
	}
	return nil
}

// UpdateItem changes attributes of an item, or makes it.
func (e *Engine) UpdateItem(_ context.Context, in *UpdateItemInput) (*WriteOutput, error) {
	condition, u, err := in.validate()
	if err != nil {
		return nil, err
	}
	o, err := e.write(&in.writeInput, condition, func(t *table) (*mutation, error) { return t.update(in.Key, u) })
	if err != nil {
		return nil, err
	}
	out := in.answer(o)
	out.Attributes = u.answer(in.ReturnValues, o)
	return out, nil
}

// update returns the mutation that changes the item of a key in t.
func (t *table) update(k attribute.Item, u update) (*mutation, error) {
	key, err := t.schema.primaryKey(t.id, k)
	if err != nil {
		return nil, err
	}
	if err := u.checkKeys(t); err != nil {
		return nil, err
	}
	apply := func(before attribute.Item) (attribute.Item, error) {
		if before == nil {
			before = k
		}
		it, err := u.apply(before)
		if err != nil {
			return nil, err
		}
		if it.Size() > attribute.MaxItemSize {
			return nil, &ValidationError{"Item size to update has exceeded the maximum allowed size"}
		}
		if err := it.Nesting(); err != nil {
			return nil, invalid(err)
		}
		return it, t.checkIndexKeys(before, it, byUpdate)
	}
	return &mutation{t: t, key: key, verb: verbUpdate, item: k, update: apply}, nil
}

// checkKeys refuses an update of key attributes, or one that can be seen to
// give an index's key a type that it cannot have.
func (u update) checkKeys(t *table) error {
	kinds := make(map[string]attribute.Kind) // of attributes that are changed whole
	var heads []string
	if u.expression != nil {
		u.expression.Paths(func(p expr.Path, k attribute.Kind) {
			heads = append(heads, p[0].Name)
			if len(p) == 1 {
				kinds[p[0].Name] = k
			}
		})
	}
	for name, a := range u.attributes {
		heads = append(heads, name)
		if a.Value != nil {
			kinds[name] = a.Value.Kind()
		}
	}
	for part := range t.schema.parts {
		if slices.Contains(heads, part.name) {
			return &ValidationError{"One or more parameter values were invalid: Cannot update attribute " + part.name + ". This attribute is part of the key"}
		}
	}
	for _, ix := range t.allIndexes() {
		for part := range ix.schema.parts {
			if k := kinds[part.name]; k != attribute.Invalid && k != part.kind {
				return typeMismatch(ix, part, k)
			}
		}
	}
	if u.expression == nil {
		return nil
	}
	var paths []expr.Path
	u.expression.Paths(func(p expr.Path, _ attribute.Kind) { paths = append(paths, p) })
	u.expression.Sources(func(p expr.Path) { paths = append(paths, p) })
	return t.checkNested(paths)
}

// checkNested refuses paths that lead into key attributes, which are scalars.
func (t *table) checkNested(paths []expr.Path) error {
	nested := func(name string) bool {
		return slices.ContainsFunc(paths, func(p expr.Path) bool { return len(p) > 1 && p[0].Name == name })
	}
	const text = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
	for part := range t.schema.parts {
		if nested(part.name) {
			return &ValidationError{text + "Key: " + part.name}
		}
	}
	for _, ix := range t.allIndexes() {
		for part := range ix.schema.parts {
			if nested(part.name) {
				return &ValidationError{text + "IndexKey: " + part.name}
			}
		}
	}
	return nil
}

// apply returns it after the update.
func (u update) apply(it attribute.Item) (attribute.Item, error) {
	if u.expression != nil {
		after, err := u.expression.Apply(it)
		if err != nil {
			return nil, invalid(err)
		}
		return after, nil
	}
	changed := make(map[string]attribute.Value, len(it))
	for _, a := range it {
		changed[a.Name] = a.Value
	}
	for name, a := range u.attributes {
		old, found := changed[name]
		v, remains, err := a.apply(old, found)
		switch {
		case err != nil:
			return nil, err
		case remains:
			changed[name] = v
		default:
			delete(changed, name)
		}
	}
	attrs := make([]attribute.Attribute, 0, len(changed))
	for name, v := range changed {
		attrs = append(attrs, attribute.Attribute{Name: name, Value: v})
	}
	return attribute.NewItem(attrs...), nil
}

// apply returns what becomes of one attribute and whether it remains.
func (a AttributeValueUpdate) apply(old attribute.Value, found bool) (v attribute.Value, remains bool, err error) {
	switch {
	case a.Value == nil:
		return attribute.Value{}, false, nil
	case a.Action == nil || *a.Action == "PUT":
		return *a.Value, true, nil
	case found && old.Kind() != a.Value.Kind():
		return attribute.Value{}, false, &ValidationError{"Type mismatch for attribute to update"}
	case *a.Action == "DELETE":
		v, remains, err = expr.Delete(old, found, *a.Value)
	case found && old.Kind() == attribute.L:
		return attribute.List(slices.Concat(old.Elems(), a.Value.Elems())...), true, nil
	default:
		v, err = expr.Add(old, found, *a.Value)
		remains = true
	}
	if err != nil {
		err = invalid(err)
	}
	return v, remains, err
}

// answer returns the attributes that ReturnValues asks for.
func (u update) answer(returnValues *string, o *outcome) attribute.Item {
	if returnValues == nil {
		return nil
	}
	switch *returnValues {
	case "ALL_OLD":
		return o.before.item
	case "ALL_NEW":
		return o.after.item
	case "UPDATED_OLD":
		return u.touched(o.before.item)
	case "UPDATED_NEW":
		return u.touched(o.after.item)
	}
	return nil
}

// touched returns the attributes of it that the update names, nil if none.
func (u update) touched(it attribute.Item) attribute.Item {
	paths := make([]expr.Path, 0, len(u.attributes))
	for name := range u.attributes {
		paths = append(paths, expr.Path{{Name: name}})
	}
	p := expr.NewProjection(paths...)
	if u.expression != nil {
		p = u.expression.Touched()
	}
	if found := p.Apply(it); len(found) > 0 {
		return found
	}
	return nil
}
