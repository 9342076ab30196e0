package request

import (
	"slices"

	"lullaby/attribute"
	"lullaby/dynamo/expr"
	"lullaby/dynamo/refusal"
)

// An Update changes an item by an expression or by legacy AttributeUpdates. The
// zero Update changes nothing.
type Update struct {
	expression *expr.Update
	attributes map[string]AttributeValueUpdate
}

// Targets calls f with each path that the update changes and its new type, which
// is attribute.Invalid if it depends on the item. Attributes are in no order.
func (u Update) Targets(f func(expr.Path, attribute.Kind)) {
	if u.expression != nil {
		u.expression.Paths(f)
	}
	for name, a := range u.attributes {
		kind := attribute.Invalid
		if a.Value != nil {
			kind = a.Value.Kind()
		}
		f(expr.Path{{Name: name}}, kind)
	}
}

// Paths returns all paths of the expression, read and written.
func (u Update) Paths() []expr.Path {
	if u.expression == nil {
		return nil
	}
	var paths []expr.Path
	u.expression.Paths(func(p expr.Path, _ attribute.Kind) { paths = append(paths, p) })
	u.expression.Sources(func(p expr.Path) { paths = append(paths, p) })
	return paths
}

// OnlyRemoves reports whether the update names attributes and can give an item
// none. It creates no item then (docs/aws/units.md#updates-that-only-remove).
func (u Update) OnlyRemoves() bool {
	if u.expression != nil {
		return u.expression.OnlyRemoves()
	}
	for _, a := range u.attributes {
		if !is(a.Action, "DELETE") {
			return false
		}
	}
	return len(u.attributes) > 0
}

// Size returns how much the update writes, in bytes (expr.Update.Size). Assumed:
// AttributeUpdates count as the expression of the same effect.
func (u Update) Size() int64 {
	if u.expression != nil {
		return u.expression.Size()
	}
	n := int64(expr.UpdateSize)
	for name, a := range u.attributes {
		target := expr.Path{{Name: name}}
		if a.Value == nil || is(a.Action, "DELETE") {
			n += expr.SizeOfRemoval(target)
		} else {
			n += expr.SizeOfWrite(target, *a.Value)
		}
	}
	return n
}

// Touched returns the attributes of an item that the update names; nil if there
// are none. The nil item has none. The error matches attribute.ErrCorrupt.
func (u Update) Touched(form attribute.Encoded) (attribute.Encoded, error) {
	paths := make([]expr.Path, 0, len(u.attributes))
	for name := range u.attributes {
		paths = append(paths, expr.Path{{Name: name}})
	}
	p := expr.NewProjection(paths...)
	if u.expression != nil {
		p = u.expression.Touched()
	}
	found, err := p.Apply(form)
	if err != nil || found.Empty() {
		return nil, err
	}
	return found, nil
}

// Apply returns the updated item, without changing it. The error is a
// refusal.Validation.
func (u Update) Apply(it attribute.Item) (attribute.Item, error) {
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

// apply returns the new value of an attribute, and whether the attribute remains.
func (a AttributeValueUpdate) apply(old attribute.Value, found bool) (v attribute.Value, remains bool, err error) {
	switch {
	case a.Value == nil:
		return attribute.Value{}, false, nil
	case a.Action == nil || *a.Action == "PUT":
		return *a.Value, true, nil
	case found && old.Kind() != a.Value.Kind():
		return attribute.Value{}, false, refusal.Invalid("Type mismatch for attribute to update")
	case *a.Action == "DELETE":
		v, remains, err = expr.Delete(old, found, *a.Value)
	case found && old.Kind() == attribute.L:
		return attribute.List(slices.Concat(old.Elems(), a.Value.Elems())...), true, nil
	default:
		v, err = expr.Add(old, found, *a.Value)
		remains = true
	}
	return v, remains, invalid(err)
}
