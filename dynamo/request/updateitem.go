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
	if in.Key == nil {
		return in.checkIn(olderLayer)
	}
	condition, u, err := in.checkIn(writeLayer)
	if err != nil {
		if l := in.layer(); l != writeLayer {
			return in.checkIn(l)
		}
	}
	return condition, u, err
}

// layer is that of Write, with the values of AttributeUpdates.
func (in *UpdateItemInput) layer() *layer {
	for _, a := range in.AttributeUpdates {
		if a.Value != nil && a.Value.Deep() {
			return olderLayer
		}
	}
	return in.Write.layer(in.Key)
}

func (in *UpdateItemInput) checkIn(l *layer) (*Predicate, Update, error) {
	if err := in.checkName(l); err != nil {
		return nil, Update{}, err
	}
	if err := in.checkModel(l); err != nil {
		return nil, Update{}, err
	}
	condition, u, err := in.checkUpdate(l)
	return condition, u, l.word(err)
}

// checkModel checks the constraints of AWS's API model. In the layer of writes
// those without a name come alone.
func (in *UpdateItemInput) checkModel(l *layer) error {
	if l == writeLayer {
		alone := violations{layer: l}
		alone.returnValues(in.ReturnValues)
		if alone.texts == nil {
			alone.conditionalOperator(in.ConditionalOperator)
		}
		if err := alone.err(); err != nil {
			return err
		}
	}
	v := violations{layer: l}
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	in.name(&v)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	v.returnValues(in.ReturnValues)
	in.violations(&v)
	v.notNull(in.Key != nil, "key")
	for _, name := range sortedKeys(in.AttributeUpdates) {
		v.oneOf(in.AttributeUpdates[name].Action, "attributeUpdates."+name+".member.action", attributeActions...)
	}
	v.returnOnFailure(in.ReturnValuesOnConditionCheckFailure, "")
	return v.err()
}

// checkUpdate checks the request beyond the API model. In a transaction the
// expressions come before the values of the key.
func (in *UpdateItemInput) checkUpdate(l *layer) (condition *Predicate, u Update, err error) {
	none := Update{}
	if err := in.exclude(l,
		[]parameter{{"UpdateExpression", in.UpdateExpression != nil}, {"ConditionExpression", in.ConditionExpression != nil}}, nil,
		[]parameter{{"AttributeUpdates", in.AttributeUpdates != nil}, {"Expected", in.Expected != nil}, {"ConditionalOperator", in.ConditionalOperator != nil}}); err != nil {
		return nil, none, err
	}
	if err := in.Key.Err(); err != nil && l != transactionLayer {
		return nil, none, invalid(err)
	}
	if err := in.checkAttributes(); err != nil {
		return nil, none, err
	}
	if err := in.checkExpected(); err != nil {
		return nil, none, err
	}
	p, err := in.parse(l)
	if err != nil {
		return nil, none, err
	}
	u = Update{attributes: in.AttributeUpdates}
	if u.expression, err = parse("UpdateExpression", in.UpdateExpression, p, expr.ParseUpdate); err != nil {
		return nil, none, err
	}
	if condition, err = in.predicate(p); err != nil {
		return nil, none, err
	}
	if err := p.Unused(); err != nil {
		return nil, none, invalid(err)
	}
	return condition, u, invalid(in.Key.Err())
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
