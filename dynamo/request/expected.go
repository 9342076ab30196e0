package request

import (
	"lullaby/attribute"
	"lullaby/dynamo/refusal"
)

// ExpectedAttributeValue is a condition on one attribute of an item to be
// written.
type ExpectedAttributeValue struct {
	AttributeValueList []attribute.Value
	ComparisonOperator *string
	Exists             *bool
	Value              *attribute.Value
}

// comparison converts a checked condition on the attribute.
func (e ExpectedAttributeValue) comparison(name string) Comparison {
	switch {
	case e.ComparisonOperator != nil && e.Value != nil:
		return Comparison{Attribute: name, Operator: *e.ComparisonOperator, Values: []attribute.Value{*e.Value}}
	case e.ComparisonOperator != nil:
		return Comparison{Attribute: name, Operator: *e.ComparisonOperator, Values: e.AttributeValueList}
	case e.Value != nil:
		return Comparison{Attribute: name, Operator: "EQ", Values: []attribute.Value{*e.Value}}
	default: // Exists is false
		return Comparison{Attribute: name, Operator: "NULL"}
	}
}

func (e ExpectedAttributeValue) check(name string) error {
	switch {
	case e.AttributeValueList != nil && e.Value != nil:
		return refusal.InvalidValues("Value and AttributeValueList cannot be used together for Attribute: %s", name)
	case e.ComparisonOperator == nil:
		return e.checkExists(name)
	case e.Exists != nil:
		return refusal.InvalidValues("Exists and ComparisonOperator cannot be used together for Attribute: %s", name)
	}
	operator := *e.ComparisonOperator
	if operator != "NULL" && operator != "NOT_NULL" && e.AttributeValueList == nil && e.Value == nil {
		return refusal.InvalidValues("Value or AttributeValueList must be used with ComparisonOperator: %s for Attribute: %s", operator, name)
	}
	c := e.comparison(name)
	return c.check()
}

// checkExists checks a condition without an operator: the attribute does not
// exist, or has a value.
func (e ExpectedAttributeValue) checkExists(name string) error {
	switch {
	case e.AttributeValueList != nil:
		return refusal.InvalidValues("AttributeValueList can only be used with a ComparisonOperator for Attribute: %s", name)
	case e.Exists == nil && e.Value == nil:
		return refusal.InvalidValues("Value must be provided when Exists is null for Attribute: %s", name)
	case isTrue(e.Exists) && e.Value == nil:
		return refusal.InvalidValues("Value must be provided when Exists is true for Attribute: %s", name)
	case e.Exists != nil && !*e.Exists && e.Value != nil:
		return refusal.InvalidValues("Value cannot be used when Exists is false for Attribute: %s", name)
	case e.Value != nil:
		return invalid(e.Value.Err())
	}
	return nil
}
