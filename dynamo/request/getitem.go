package request

import (
	"lullaby/attribute"
	"lullaby/dynamo/expr"
)

// GetItemInput is the request of GetItem.
type GetItemInput struct {
	TableName              *string
	Key                    attribute.Item
	ReturnConsumedCapacity *string

	Lookup
}

// Check returns the projection of the request, nil for the whole item, and its
// paths. The error is a refusal.Validation.
func (in *GetItemInput) Check() (*expr.Projection, []expr.Path, error) {
	var v violations
	v.attributesToGet(in.AttributesToGet, "attributesToGet")
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.notNull(in.Key != nil, "key")
	v.tableName(in.TableName)
	if err := v.err(); err != nil {
		return nil, nil, err
	}
	return in.check(readLayer)
}

// check checks the request beyond the API model. In a transaction the projection
// comes before the values of the key.
func (in *GetItemInput) check(l *layer) (*expr.Projection, []expr.Path, error) {
	if err := in.excludes(); err != nil {
		return nil, nil, err
	}
	if err := in.Key.Err(); err != nil && l != transactionLayer {
		return nil, nil, l.word(err)
	}
	projected, paths, err := in.Projected()
	if err != nil {
		return nil, nil, err
	}
	return projected, paths, l.word(in.Key.Err())
}
