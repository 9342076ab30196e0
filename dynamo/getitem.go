package dynamo

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"lullaby/attribute"
	"lullaby/capacity"
)

// GetItemInput is the request of GetItem.
type GetItemInput struct {
	TableName                *string
	Key                      attribute.Item
	AttributesToGet          []string
	ConsistentRead           *bool
	ReturnConsumedCapacity   *string
	ProjectionExpression     jsontext.Value
	ExpressionAttributeNames jsontext.Value
}

// GetItemOutput is the answer of GetItem; Item is nil when there is none.
type GetItemOutput struct {
	Item             attribute.Item    `json:",omitzero"`
	ConsumedCapacity *ConsumedCapacity `json:",omitzero"`
}

// maxAttributesToGet bounds the legacy projection (API_GetItem of old).
const maxAttributesToGet = 255

func (in *GetItemInput) validate() error {
	var v violations
	if in.AttributesToGet != nil {
		printed := func() string { return "[" + strings.Join(in.AttributesToGet, ", ") + "]" }
		v.count(len(in.AttributesToGet), printed, "attributesToGet", 1, maxAttributesToGet)
	}
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.notNull(in.Key != nil, "key")
	v.tableName(in.TableName)
	if err := v.err(); err != nil {
		return err
	}
	if in.ProjectionExpression != nil {
		return unsupported("ProjectionExpression")
	}
	if in.ExpressionAttributeNames != nil {
		return &ValidationError{"ExpressionAttributeNames can only be specified when using expressions"}
	}
	if err := in.Key.Err(); err != nil {
		return invalid(err)
	}
	for i, name := range in.AttributesToGet {
		if slices.Contains(in.AttributesToGet[:i], name) {
			return &ValidationError{"One or more parameter values were invalid: Duplicate value in attribute name: " + name}
		}
	}
	return nil
}

// GetItem returns the item of a key.
func (e *Engine) GetItem(_ context.Context, in *GetItemInput) (*GetItemOutput, error) {
	if err := in.validate(); err != nil {
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
	if err := e.open(t, time.Now(), capacity.Read); err != nil {
		return nil, err
	}
	found, err := e.read(key, true)
	if err != nil {
		return nil, err
	}
	consistency := capacity.Eventual
	if in.ConsistentRead != nil && *in.ConsistentRead {
		consistency = capacity.Strong
	}
	cost := capacity.ReadCost(found.size, consistency)
	if err := e.admit(t, time.Now(), capacity.Read, cost); err != nil {
		return nil, err
	}
	out := &GetItemOutput{ConsumedCapacity: consumed(in.ReturnConsumedCapacity, t.name, cost)}
	if found.found {
		out.Item = project(found.item, in.AttributesToGet)
	}
	return out, nil
}

// project keeps the named attributes, or all if names is nil.
func project(it attribute.Item, names []string) attribute.Item {
	if names == nil {
		return it
	}
	kept := attribute.Item{}
	for _, a := range it {
		if slices.Contains(names, a.Name) {
			kept = append(kept, a)
		}
	}
	return kept
}
