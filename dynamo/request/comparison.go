package request

import (
	"slices"

	"lullaby/attribute"
	"lullaby/dynamo/expr"
	"lullaby/dynamo/refusal"
)

// A Comparison is a condition on one attribute, as in the legacy parameters
// Expected, QueryFilter, ScanFilter and KeyConditions. Not safe for concurrent use.
type Comparison struct {
	Attribute string
	Operator  string            // one of comparisonOperators
	Values    []attribute.Value // as many as the operator takes

	forms  []attribute.EncodedValue // of Values, from when they are first looked at
	choice *attribute.Choice        // of IN: Values, from when they are first looked at
}

// comparisonOperators in the order in which the service prints them.
var comparisonOperators = []string{
	"IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE", "BEGINS_WITH", "GE", "CONTAINS",
}

// orders are the operators that take one value and an order or equality.
var orders = map[string]expr.Comparison{
	"EQ": expr.Equal, "NE": expr.NotEqual, "LT": expr.Less, "LE": expr.LessEqual, "GT": expr.Greater, "GE": expr.GreaterEqual,
}

// Holds reports whether the comparison is true of an item; nil is no item.
func (c *Comparison) Holds(it attribute.Item) bool {
	if v := it.Find(c.Attribute); v != nil {
		return c.holds(v.Encode())
	}
	return c.holdsWithout()
}

// holdsWithout reports whether the comparison is true of items that lack the
// attribute.
func (c *Comparison) holdsWithout() bool {
	return c.Operator == "NULL" || c.Operator == "NE" || c.Operator == "NOT_CONTAINS"
}

// holds reports whether the comparison is true of items whose attribute is v.
func (c *Comparison) holds(v attribute.EncodedValue) bool {
	if c.forms == nil {
		c.forms = make([]attribute.EncodedValue, len(c.Values))
		for i, w := range c.Values {
			c.forms[i] = w.Encode()
		}
	}
	switch c.Operator {
	case "NULL":
		return false
	case "NOT_NULL":
		return true
	case "CONTAINS":
		return expr.Contains(v, c.forms[0])
	case "NOT_CONTAINS":
		return !expr.Contains(v, c.forms[0])
	case "BEGINS_WITH":
		return expr.BeginsWith(v, c.forms[0])
	case "IN":
		if c.choice == nil {
			c.choice = new(attribute.Choice)
			c.choice.Add(c.forms...)
		}
		return c.choice.Has(v)
	case "BETWEEN":
		return expr.Compare(expr.GreaterEqual, v, c.forms[0]) && expr.Compare(expr.LessEqual, v, c.forms[1])
	}
	return expr.Compare(orders[c.Operator], v, c.forms[0])
}

// operandKinds are the types that each operator takes; an operator that is not
// there takes all (docs/aws/messages.md#legacy-conditions).
var operandKinds = func() map[string][]attribute.Kind {
	ordered := []attribute.Kind{attribute.S, attribute.N, attribute.B}
	return map[string][]attribute.Kind{
		"LE": ordered, "LT": ordered, "GE": ordered, "GT": ordered, "CONTAINS": ordered,
		"NOT_CONTAINS": ordered, "BEGINS_WITH": {attribute.S, attribute.B}, "IN": ordered, "BETWEEN": ordered,
	}
}()

// check checks the operator and the values of a comparison.
func (c *Comparison) check() error {
	if err := c.checkValues(); err != nil {
		return err
	}
	for _, v := range c.Values {
		if kinds, limited := operandKinds[c.Operator]; limited && !slices.Contains(kinds, v.Kind()) {
			return refusal.InvalidValues("ComparisonOperator %s is not valid for %v AttributeValue type", c.Operator, v.Kind())
		}
	}
	return c.checkBounds()
}

// checkValues checks the values by themselves, their number and their types.
func (c *Comparison) checkValues() error {
	for _, v := range c.Values {
		if err := v.Err(); err != nil {
			return invalid(err)
		}
	}
	if !takes(c.Operator, len(c.Values)) {
		return refusal.InvalidValues("Invalid number of argument(s) for the %s ComparisonOperator", c.Operator)
	}
	for _, v := range c.Values {
		if v.Kind() != c.Values[0].Kind() {
			return refusal.InvalidValues("AttributeValues inside AttributeValueList must be of same type")
		}
	}
	return nil
}

// checkBounds refuses a range that ends before it begins.
func (c *Comparison) checkBounds() error {
	if c.Operator == "BETWEEN" && expr.Compare(expr.Greater, c.Values[0].Encode(), c.Values[1].Encode()) {
		return refusal.Invalid("The BETWEEN condition was provided a range where the lower bound is greater than the upper bound")
	}
	return nil
}

// takes reports whether an operator takes so many values.
func takes(operator string, values int) bool {
	switch operator {
	case "NULL", "NOT_NULL":
		return values == 0
	case "BETWEEN":
		return values == 2
	case "IN":
		return values > 0 && values <= maxValues
	}
	return values == 1
}
