package request

import (
	"lullaby/attribute"
	"lullaby/dynamo/expr"
	"lullaby/dynamo/refusal"
)

// UpdateItemInput is the request of UpdateItem.
type UpdateItemInput struct {
	Key              attribute.Item
	UpdateExpression *string
	AttributeUpdates map[string]AttributeValueUpdate

	Write
}

// AttributeValueUpdate is the change of one attribute by AttributeUpdates.
type AttributeValueUpdate struct {
	Action *string // one of attributeActions; nil: PUT
	Value  *attribute.Value
}

// attributeActions are in the order in which AWS's client of DAX prints them.
var attributeActions = []string{"ADD", "DELETE", "PUT"}

// Check returns the condition of the request, nil if it has none, and its update.
// The error is a refusal.Validation.
func (in *UpdateItemInput) Check() (*Predicate, Update, error) {
	none := Update{}
	if err := in.checkModel(); err != nil {
		return nil, none, err
	}
	if err := in.exclude(
		[]parameter{{"UpdateExpression", in.UpdateExpression != nil}, {"ConditionExpression", in.ConditionExpression != nil}}, nil,
		[]parameter{{"AttributeUpdates", in.AttributeUpdates != nil}, {"Expected", in.Expected != nil}}); err != nil {
		return nil, none, err
	}
	if err := in.Key.Err(); err != nil {
		return nil, none, invalid(err)
	}
	if err := in.checkAttributes(); err != nil {
		return nil, none, err
	}
	if err := in.checkExpected(); err != nil {
		return nil, none, err
	}
	p, err := in.parse()
	if err != nil {
		return nil, none, err
	}
	u := Update{attributes: in.AttributeUpdates}
	if u.expression, err = parse("UpdateExpression", in.UpdateExpression, p, expr.ParseUpdate); err != nil {
		return nil, none, err
	}
	condition, err := in.predicate(p)
	if err != nil {
		return nil, none, err
	}
	return condition, u, invalid(p.Unused())
}

// checkModel checks the constraints of AWS's API model.
func (in *UpdateItemInput) checkModel() error {
	var v violations
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.tableName(in.TableName)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	v.returnValues(in.ReturnValues)
	v.notNull(in.Key != nil, "key")
	in.violations(&v)
	for _, name := range sortedKeys(in.AttributeUpdates) {
		v.oneOf(in.AttributeUpdates[name].Action, "attributeUpdates."+name+".member.action", attributeActions...)
	}
	v.returnOnFailure(in.ReturnValuesOnConditionCheckFailure)
	return v.err()
}

// checkAttributes checks AttributeUpdates.
func (in *UpdateItemInput) checkAttributes() error {
	if err := checkConditions(len(in.AttributeUpdates)); err != nil {
		return err
	}
	for _, name := range sortedKeys(in.AttributeUpdates) {
		if err := attribute.CheckName(name); err != nil {
			return invalid(err)
		}
		if err := in.AttributeUpdates[name].check(); err != nil {
			return err
		}
	}
	return nil
}

func (a AttributeValueUpdate) check() error {
	if a.Value == nil {
		if !is(a.Action, "DELETE") {
			return refusal.InvalidValues("Only DELETE action is allowed when no attribute value is specified")
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
		return refusal.InvalidValues("DELETE action with value is not supported for the type %v", k)
	case is(a.Action, "ADD") && !set && k != attribute.L && k != attribute.N:
		return refusal.InvalidValues("ADD action is not supported for the type %v", k)
	}
	return nil
}
