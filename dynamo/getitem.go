package dynamo

import (
	"context"
	"time"

	"lullaby/attribute"
	"lullaby/capacity"
	"lullaby/dynamo/expr"
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
	Item             attribute.Item    `json:",omitzero"`
	ConsumedCapacity *ConsumedCapacity `json:",omitzero"`
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
	it, cost, err := e.get(t, key, in.consistency())
	if err != nil {
		return nil, err
	}
	if it != nil && projected != nil {
		it = projected.Apply(it)
	}
	costs := costs{table: cost}
	return &GetItemOutput{Item: it, ConsumedCapacity: costs.consumed(in.ReturnConsumedCapacity, *in.TableName)}, nil
}

// get reads the item of a storage key, nil if there is none, and charges it.
func (e *Engine) get(t *table, key []byte, c capacity.Consistency) (attribute.Item, capacity.Tokens, error) {
	if err := e.open(t, time.Now(), capacity.Read); err != nil {
		return nil, 0, err
	}
	from, done := e.reader(c == capacity.Strong)
	found, err := read(from, key, true)
	done()
	if err != nil {
		return nil, 0, err
	}
	cost := capacity.ReadCost(found.size, c)
	if err := e.admit(t, time.Now(), capacity.Read, cost); err != nil {
		return nil, 0, err
	}
	return found.item, cost, nil
}
