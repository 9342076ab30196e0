package dynamo

import (
	"context"
	"slices"

	"lullaby/attribute"
	"lullaby/capacity"
	"lullaby/dynamo/expr"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/awsjson"
)

// GetItemOutput is the output of GetItem. Item is nil if there is none.
type GetItemOutput struct {
	Item             attribute.Encoded
	ConsumedCapacity *ConsumedCapacity
}

// AppendJSON implements awsjson.Appender.
func (out *GetItemOutput) AppendJSON(dst []byte, drain awsjson.Drain) ([]byte, error) {
	o := awsjson.NewObject(slices.Grow(dst, len(out.Item)+len(out.Item)/4+512), drain) // as a page
	if out.Item != nil {
		o.Append("Item", out.Item)
	}
	if out.ConsumedCapacity != nil {
		o.Any("ConsumedCapacity", out.ConsumedCapacity)
	}
	return o.End()
}

// consistency returns the consistency that a read asks for, which determines its
// cost.
func consistency(l *request.Lookup) capacity.Consistency {
	if l.Consistent() {
		return capacity.Strong
	}
	return capacity.Eventual
}

// GetItem returns the item of a key. The error is a refusal.Validation, a
// refusal.NotFound, a *ThrottleError, or of storage.
func (e *Engine) GetItem(_ context.Context, now instant.Instant, in *request.GetItemInput) (*GetItemOutput, error) {
	projected, paths, err := in.Check()
	if err != nil {
		return nil, err
	}
	t, err := e.table(now, *in.TableName)
	if err != nil {
		return nil, err
	}
	key, err := t.schema.primaryKey(t.id, in.Key)
	if err != nil {
		return nil, err
	}
	if err := t.checkNested(paths); err != nil {
		return nil, err
	}
	found, err := e.get(now, t, key, consistency(&in.Lookup), projected)
	if err != nil {
		return nil, err
	}
	costs := costs{table: found.cost}
	return &GetItemOutput{Item: found.item, ConsumedCapacity: costs.consumed(in.ReturnConsumedCapacity, *in.TableName)}, nil
}

// A foundItem is the result of a read.
type foundItem struct {
	item attribute.Encoded // nil: there is none
	size int64             // billed bytes of item
	cost capacity.Tokens
}

// get reads and charges the item of a storage key, projected to part; nil: whole.
// The error is a *ThrottleError or of storage.
func (e *Engine) get(now instant.Instant, t *table, key []byte, c capacity.Consistency, part *expr.Projection) (foundItem, error) {
	if err := e.open(now, t, t.readDemand(nil, key, 0)); err != nil {
		return foundItem{}, err
	}
	from, done := e.reader(c == capacity.Strong)
	form, size, err := readForm(from, key)
	done()
	if err != nil {
		return foundItem{}, err
	}
	f := foundItem{form, size, capacity.ReadCost(size, c)}
	if err := e.admit(now, t, t.readDemand(nil, key, f.cost)); err != nil {
		return foundItem{}, err
	}
	if part != nil && form != nil {
		f.item, err = part.Apply(form)
		f.size = f.item.Size()
	}
	return f, err
}

// project returns the part of an item that a projection selects, the whole item
// if the projection is nil. A nil item stays nil.
func project(form attribute.Encoded, part *expr.Projection) (attribute.Encoded, error) {
	if part == nil || form == nil {
		return form, nil
	}
	return part.Apply(form)
}
