package dynamo

import (
	"fmt"
	"slices"

	"lullaby/attribute"
	"lullaby/dynamo/expr"
)

// The parameters that came before expressions: Expected, QueryFilter,
// ScanFilter, KeyConditions.

// ExpectedAttributeValue is a condition on one attribute of an item to be
// written.
type ExpectedAttributeValue struct {
	AttributeValueList []attribute.Value
	ComparisonOperator *string
	Exists             *bool
	Value              *attribute.Value
}

// Condition is a condition on one attribute of an item to be read.
type Condition struct {
	AttributeValueList []attribute.Value
	ComparisonOperator *string
}

// comparisonOperators in the order in which the service prints them.
var comparisonOperators = []string{
	"IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE", "BEGINS_WITH", "GE", "CONTAINS",
}

// A legacyCondition compares one attribute.
type legacyCondition struct {
	name     string
	operator string
	args     []attribute.Value
}

func (e ExpectedAttributeValue) condition(name string) legacyCondition {
	switch {
	case e.ComparisonOperator != nil && e.Value != nil:
		return legacyCondition{name, *e.ComparisonOperator, []attribute.Value{*e.Value}}
	case e.ComparisonOperator != nil:
		return legacyCondition{name, *e.ComparisonOperator, e.AttributeValueList}
	case e.Value != nil:
		return legacyCondition{name, "EQ", []attribute.Value{*e.Value}}
	default: // Exists is false
		return legacyCondition{name, "NULL", nil}
	}
}

// comparisons are the operators that take one value and an order or equality.
var comparisons = map[string]expr.Comparison{
	"EQ": expr.Equal, "NE": expr.NotEqual, "LT": expr.Less, "LE": expr.LessEqual, "GT": expr.Greater, "GE": expr.GreaterEqual,
}

func (c *legacyCondition) holds(it attribute.Item) bool {
	v, found := it.Value(c.name)
	switch c.operator {
	case "NULL":
		return !found
	case "NOT_NULL":
		return found
	case "NE":
		return !found || !v.Equal(c.args[0])
	case "NOT_CONTAINS":
		return !found || !expr.Contains(v, c.args[0])
	}
	if !found {
		return false
	}
	switch c.operator {
	case "CONTAINS":
		return expr.Contains(v, c.args[0])
	case "BEGINS_WITH":
		return expr.BeginsWith(v, c.args[0])
	case "IN":
		return slices.ContainsFunc(c.args, v.Equal)
	case "BETWEEN":
		return expr.Compare(expr.GreaterEqual, v, c.args[0]) && expr.Compare(expr.LessEqual, v, c.args[1])
	}
	return expr.Compare(comparisons[c.operator], v, c.args[0])
}

// wants reports whether an operator takes so many values.
func wants(operator string, values int) bool {
	switch operator {
	case "NULL", "NOT_NULL":
		return values == 0
	case "BETWEEN":
		return values == 2
	case "IN":
		return values > 0
	}
	return values == 1
}

func badCount(operator string) error {
	return &ValidationError{"One or more parameter values were invalid: Invalid number of argument(s) for the " + operator + " ComparisonOperator"}
}

// checkList checks the values of one condition against each other.
func checkList(values []attribute.Value) error {
	for _, v := range values {
		if v.Kind() != values[0].Kind() {
			return &ValidationError{"One or more parameter values were invalid: AttributeValues inside AttributeValueList must be of same type"}
		}
	}
	return nil
}

func checkBounds(operator string, values []attribute.Value) error {
	if operator == "BETWEEN" && expr.Compare(expr.Greater, values[0], values[1]) {
		return &ValidationError{"The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"}
	}
	return nil
}

// checkExpected says what is wrong with Expected.
func checkExpected(expected map[string]ExpectedAttributeValue) error {
	for _, name := range sortedKeys(expected) {
		if err := expected[name].validate(name); err != nil {
			return err
		}
	}
	return nil
}

func (e ExpectedAttributeValue) validate(name string) error {
	refuse := func(text string, args ...any) error {
		return &ValidationError{"One or more parameter values were invalid: " + fmt.Sprintf(text, args...)}
	}
	if e.AttributeValueList != nil && e.Value != nil {
		return refuse("Value and AttributeValueList cannot be used together for Attribute: %s", name)
	}
	if e.ComparisonOperator == nil {
		switch {
		case e.AttributeValueList != nil:
			return refuse("AttributeValueList can only be used with a ComparisonOperator for Attribute: %s", name)
		case (e.Exists == nil || *e.Exists) && e.Value == nil:
			exists := "null"
			if e.Exists != nil {
				exists = "true"
			}
			return refuse("Value must be provided when Exists is %s for Attribute: %s", exists, name)
		case e.Exists != nil && !*e.Exists && e.Value != nil:
			return refuse("Value cannot be used when Exists is false for Attribute: %s", name)
		case e.Value != nil && e.Value.Err() != nil:
			return invalid(e.Value.Err())
		}
		return nil
	}
	operator := *e.ComparisonOperator
	if e.Exists != nil {
		return refuse("Exists and ComparisonOperator cannot be used together for Attribute: %s", name)
	}
	if operator != "NULL" && operator != "NOT_NULL" && e.AttributeValueList == nil && e.Value == nil {
		return refuse("Value or AttributeValueList must be used with ComparisonOperator: %s for Attribute: %s", operator, name)
	}
	c := e.condition(name)
	for _, v := range c.args {
		if err := v.Err(); err != nil {
			return invalid(err)
		}
	}
	if !wants(operator, len(c.args)) {
		return badCount(operator)
	}
	if err := checkList(c.args); err != nil {
		return err
	}
	return checkBounds(operator, c.args)
}

// filterKinds are the types that each operator of a filter or key condition
// takes.
var filterKinds = func() map[string][]attribute.Kind {
	ordered := []attribute.Kind{attribute.S, attribute.N, attribute.B}
	equal := append(slices.Clone(ordered), attribute.SS, attribute.NS, attribute.BS)
	return map[string][]attribute.Kind{
		"EQ": equal, "NE": equal, "LE": ordered, "LT": ordered, "GE": ordered, "GT": ordered, "CONTAINS": ordered,
		"NOT_CONTAINS": ordered, "BEGINS_WITH": {attribute.S, attribute.B}, "IN": ordered, "BETWEEN": ordered,
	}
}()

// A filter is a legacy parameter of conditions on attributes.
type filter map[string]Condition

// violations checks what the model says of the parameter at path.
func (f filter) violations(v *violations, path string) {
	for _, name := range sortedKeys(f) {
		at := path + "." + name + ".member.comparisonOperator"
		if v.notNull(f[name].ComparisonOperator != nil, at) {
			v.one(f[name].ComparisonOperator, at, comparisonOperators...)
		}
	}
}

// conditions returns the conditions in order of their attributes, checked.
func (f filter) conditions() ([]legacyCondition, error) {
	var cs []legacyCondition
	for _, name := range sortedKeys(f) {
		c := legacyCondition{name, *f[name].ComparisonOperator, f[name].AttributeValueList}
		if err := c.validate(); err != nil {
			return nil, err
		}
		cs = append(cs, c)
	}
	return cs, nil
}

func (c *legacyCondition) validate() error {
	for _, v := range c.args {
		if err := v.Err(); err != nil {
			return invalid(err)
		}
	}
	if !wants(c.operator, len(c.args)) {
		return badCount(c.operator)
	}
	if err := checkList(c.args); err != nil {
		return err
	}
	for _, v := range c.args {
		if kinds, limited := filterKinds[c.operator]; limited && !slices.Contains(kinds, v.Kind()) {
			return &ValidationError{fmt.Sprintf("One or more parameter values were invalid: ComparisonOperator %s is not valid for %v AttributeValue type",
				c.operator, v.Kind())}
		}
	}
	return checkBounds(c.operator, c.args)
}
