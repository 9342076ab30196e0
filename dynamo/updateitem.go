package dynamo

import (
	"context"
	"slices"

	"lullaby/attribute"
	"lullaby/dynamo/expr"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// UpdateItem changes attributes of an item, or creates it. The error is a
// refusal.Validation, a refusal.NotFound, a *ConditionError, a *ThrottleError,
// refusal.Conflict, or of storage.
func (e *Engine) UpdateItem(_ context.Context, now instant.Instant, in *request.UpdateItemInput) (*WriteOutput, error) {
	condition, u, err := in.Check()
	if err != nil {
		return nil, err
	}
	o, err := e.write(now, &in.Write, condition, func(t *table) (*mutation, error) { return t.update(in.Key, u) })
	if err != nil {
		return nil, err
	}
	out := writeOutput(&in.Write, o)
	if out.Attributes, err = returned(u, in.ReturnValues, o); err != nil {
		return nil, err
	}
	return out, nil
}

// update returns the mutation that changes the item of a key. The error is a
// refusal.Validation.
func (t *table) update(k attribute.Item, u request.Update) (*mutation, error) {
	key, err := t.schema.primaryKey(t.id, k)
	if err != nil {
		return nil, err
	}
	if err := t.checkUpdate(u); err != nil {
		return nil, err
	}
	apply := func(before attribute.Item) (attribute.Item, error) {
		switch {
		case before != nil:
		case u.OnlyRemoves():
			return nil, nil
		default:
			before = k
		}
		it, err := u.Apply(before)
		if err != nil {
			return nil, err
		}
		if it.Size() > attribute.MaxItemSize {
			return nil, errUpdateSize
		}
		if err := it.Nesting(); err != nil {
			return nil, &nestingError{refusal.Invalid(err.Error())}
		}
		return it, t.checkIndexKeys(before, it, byUpdate)
	}
	m := &mutation{t: t, key: key, verb: verbUpdate, item: k, update: apply}
	if u.Size() > attribute.MaxItemSize {
		m.refused = errUpdateSize
	}
	return m, nil
}

var errUpdateSize = refusal.Invalid("Item size to update has exceeded the maximum allowed size")

// A nestingError refuses an update that makes an item with too many levels.
type nestingError struct{ error }

// Unwrap returns the refusal.Validation.
func (e *nestingError) Unwrap() error { return e.error }

// checkUpdate rejects an update of attributes of the primary key, and one that
// certainly gives a key of an index a wrong type. The error is a
// refusal.Validation.
func (t *table) checkUpdate(u request.Update) error {
	kinds := make(map[string]attribute.Kind) // of attributes that change as a whole
	var heads []string
	u.Targets(func(p expr.Path, k attribute.Kind) {
		heads = append(heads, p[0].Name)
		if len(p) == 1 {
			kinds[p[0].Name] = k
		}
	})
	for part := range t.schema.parts {
		if slices.Contains(heads, part.name) {
			return refusal.InvalidValues("Cannot update attribute %s. This attribute is part of the key", part.name)
		}
	}
	for _, ix := range t.allIndexes() {
		for part := range ix.schema.parts {
			if k := kinds[part.name]; k != attribute.Invalid && k != part.kind {
				return typeMismatch(ix, part, k)
			}
		}
	}
	return t.checkNested(u.Paths())
}

// checkNested rejects paths into key attributes, which are scalars. The error is
// a refusal.Validation.
func (t *table) checkNested(paths []expr.Path) error {
	nested := func(name string) bool {
		return slices.ContainsFunc(paths, func(p expr.Path) bool { return len(p) > 1 && p[0].Name == name })
	}
	const text = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
	for part := range t.schema.parts {
		if nested(part.name) {
			return refusal.Invalid(text + "Key: " + part.name)
		}
	}
	for _, ix := range t.allIndexes() {
		for part := range ix.schema.parts {
			if nested(part.name) {
				return refusal.Invalid(text + "IndexKey: " + part.name)
			}
		}
	}
	return nil
}

// returned returns the attributes for a value of ReturnValues. The error is of storage.
func returned(u request.Update, returnValues *string, o *outcome) (attribute.Encoded, error) {
	if returnValues == nil {
		return nil, nil
	}
	switch *returnValues {
	case "ALL_OLD":
		return o.before.form(), nil
	case "ALL_NEW":
		return o.after.form(), nil
	case "UPDATED_OLD":
		return u.Touched(o.before.form())
	case "UPDATED_NEW":
		return u.Touched(o.after.form())
	}
	return nil, nil
}
