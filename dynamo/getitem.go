package dynamo

import (
	"context"

	"lullaby/attribute"
	"lullaby/capacity"
	"lullaby/dynamo/expr"
	"lullaby/internal/awsjson"
)

// GetItemInput is the request of GetItem.
type GetItemInput struct {
	TableName              *string
	Key                    attribute.Item
	ReturnConsumedCapacity *string

	lookup
}

// lookup are the parameters that say how items are read by their keys.
type lookup struct {
	AttributesToGet          []string
	ConsistentRead           *bool
	ProjectionExpression     *string
	ExpressionAttributeNames map[string]string
}

// GetItemOutput is the answer of GetItem; Item is nil when there is none.
type GetItemOutput struct {
	Item             attribute.Encoded
	ConsumedCapacity *ConsumedCapacity
}

// AppendJSON implements awsjson.Appender.
func (out *GetItemOutput) AppendJSON(dst []byte) ([]byte, error) {
	o := awsjson.NewObject(dst)
	if out.Item != nil {
		o.Append("Item", out.Item)
	}
	if out.ConsumedCapacity != nil {
		o.Any("ConsumedCapacity", out.ConsumedCapacity)
	}
	return o.End()
}

// validate checks what the request alone shows, and returns its projection.
func (in *GetItemInput) validate() (*expr.Projection, []expr.Path, error) {
	var v violations
	v.attributesToGet(in.AttributesToGet)
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.notNull(in.Key != nil, "key")
	v.tableName(in.TableName)
	if err := v.err(); err != nil {
		return nil, nil, err
	}
	if err := in.checkUse(); err != nil {
		return nil, nil, err
	}
	if err := in.Key.Err(); err != nil {
		return nil, nil, invalid(err)
	}
	return in.projection()
}

// checkUse refuses parameters that exclude each other.
func (l *lookup) checkUse() error {
	x := expressions{ExpressionAttributeNames: l.ExpressionAttributeNames}
	return x.checkUse(nil, []parameter{{"ProjectionExpression", l.ProjectionExpression != nil}},
		[]parameter{{"AttributesToGet", l.AttributesToGet != nil}})
}

// projection returns what is asked for of each item, nil for the whole.
func (l *lookup) projection() (*expr.Projection, []expr.Path, error) {
	if err := checkAttributesToGet(l.AttributesToGet); err != nil {
		return nil, nil, err
	}
	x := expressions{ExpressionAttributeNames: l.ExpressionAttributeNames}
	p, err := x.placeholders()
	if err != nil {
		return nil, nil, err
	}
	projected, paths, err := projection(l.AttributesToGet, l.ProjectionExpression, p)
	if err != nil {
		return nil, nil, err
	}
	if err := p.Unused(); err != nil {
		return nil, nil, invalid(err)
	}
	return projected, paths, nil
}

// consistency returns what the reads are to be and to cost.
func (l *lookup) consistency() capacity.Consistency {
	if l.ConsistentRead != nil && *l.ConsistentRead {
		return capacity.Strong
	}
	return capacity.Eventual
}

// GetItem returns the item of a key.
func (e *Engine) GetItem(_ context.Context, in *GetItemInput) (*GetItemOutput, error) {
	projected, paths, err := in.validate()
	if err != nil {
		return nil, err
	}
	t, err := e.table(*in.TableName)
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
	it, cost, err := e.get(t, key, in.consistency(), projected)
	if err != nil {
		return nil, err
	}
	costs := costs{table: cost}
	return &GetItemOutput{Item: it, ConsumedCapacity: costs.consumed(in.ReturnConsumedCapacity, *in.TableName)}, nil
}

// get reads the item of a storage key, or a part of it, nil if there is none,
// and charges it.
func (e *Engine) get(t *table, key []byte, c capacity.Consistency, part *expr.Projection) (attribute.Encoded, capacity.Tokens, error) {
	if err := e.open(t, t.readDemand(nil, key, 0)); err != nil {
		return nil, 0, err
	}
	from, done := e.reader(c == capacity.Strong)
	form, size, err := readForm(from, key)
	done()
	if err != nil {
		return nil, 0, err
	}
	cost := capacity.ReadCost(size, c)
	if err := e.admit(t, t.readDemand(nil, key, cost)); err != nil {
		return nil, 0, err
	}
	form, err = project(form, part)
	return form, cost, err
}

// project returns a part of an item: all of it if part is nil, nil if it is nil.
func project(form attribute.Encoded, part *expr.Projection) (attribute.Encoded, error) {
	if part == nil || form == nil {
		return form, nil
	}
	it, err := form.Item()
	if err != nil {
		return nil, err
	}
	return part.Apply(it).Encode(), nil
}
