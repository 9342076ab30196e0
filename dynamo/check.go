package dynamo

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"lullaby/attribute"
	"lullaby/dynamo/expr"
)

// expressions are the parameters that stand for parts of expressions.
type expressions struct {
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues attribute.Item
}

func (x *expressions) placeholders() (*expr.Placeholders, error) {
	p, err := expr.NewPlaceholders(x.ExpressionAttributeNames, x.ExpressionAttributeValues)
	if err != nil {
		return nil, invalid(err)
	}
	return p, nil
}

// A parameter is one that a request may or may not have.
type parameter struct {
	name  string
	given bool
}

// checkUse refuses a request that has both expressions and the parameters that
// they replaced, or names and values without an expression that takes them.
func (x *expressions) checkUse(takesValues, takesNames, replaced []parameter) error {
	given := append(names(takesNames, true), names(takesValues, true)...)
	if old := names(replaced, true); given != nil && old != nil {
		return &ValidationError{"Can not use both expression and non-expression parameters in the same request: " +
			"Non-expression parameters: {" + strings.Join(old, ", ") + "} Expression parameters: {" + strings.Join(given, ", ") + "}"}
	}
	if x.ExpressionAttributeNames != nil && given == nil {
		return &ValidationError{"ExpressionAttributeNames can only be specified when using expressions"}
	}
	if x.ExpressionAttributeValues != nil && names(takesValues, true) == nil && len(takesValues) > 0 {
		verb := " is null"
		if len(takesValues) > 1 {
			verb = " are null"
		}
		return &ValidationError{"ExpressionAttributeValues can only be specified when using expressions: " +
			strings.Join(names(takesValues, false), " and ") + verb}
	}
	return nil
}

// sortedKeys returns the keys of a map in order. Most requests have empty maps.
func sortedKeys[V any](m map[string]V) []string {
	if len(m) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(m))
}

// names returns the names of parameters, or of those that are given.
func names(ps []parameter, given bool) []string {
	var found []string
	for _, p := range ps {
		if p.given || !given {
			found = append(found, p.name)
		}
	}
	return found
}

// parse reads the expression of a parameter, if there is one.
func parse[T any](parameter string, text *string, p *expr.Placeholders, read func(string, *expr.Placeholders) (T, error)) (T, error) {
	var none T
	if text == nil {
		return none, nil
	}
	parsed, err := read(*text, p)
	if err != nil {
		return none, &ValidationError{"Invalid " + parameter + ": " + err.Error()}
	}
	return parsed, nil
}

// conditions are the parameters that make a write depend on what it finds.
type conditions struct {
	ConditionExpression                 *string
	ConditionalOperator                 *string
	Expected                            map[string]ExpectedAttributeValue
	ReturnValuesOnConditionCheckFailure *string

	expressions
}

// A check is a condition on an item. The nil check always holds.
type check struct {
	condition *expr.Condition
	legacy    []legacyCondition
	any       bool // whether one legacy condition is enough
}

func (c *check) holds(it attribute.Item) bool {
	switch {
	case c == nil:
		return true
	case c.condition != nil:
		return c.condition.Holds(it)
	case c.any:
		return slices.ContainsFunc(c.legacy, func(l legacyCondition) bool { return l.holds(it) })
	}
	return !slices.ContainsFunc(c.legacy, func(l legacyCondition) bool { return !l.holds(it) })
}

// check returns the condition that the parameters make, or nil.
func (c *conditions) check(p *expr.Placeholders) (*check, error) {
	condition, err := parse("ConditionExpression", c.ConditionExpression, p, expr.ParseCondition)
	switch {
	case err != nil:
		return nil, err
	case condition != nil:
		return &check{condition: condition}, nil
	case len(c.Expected) == 0:
		return nil, nil //nolint:nilnil // no condition is one that holds
	}
	k := &check{any: is(c.ConditionalOperator, "OR")}
	for _, name := range sortedKeys(c.Expected) {
		k.legacy = append(k.legacy, c.Expected[name].condition(name))
	}
	return k, nil
}

// validateCondition returns the condition of a request whose only expression it
// is, or nil.
func (c *conditions) validateCondition() (*check, error) {
	if err := checkExpected(c.Expected); err != nil {
		return nil, err
	}
	p, err := c.placeholders()
	if err != nil {
		return nil, err
	}
	k, err := c.check(p)
	if err != nil {
		return nil, err
	}
	if err := p.Unused(); err != nil {
		return nil, invalid(err)
	}
	return k, nil
}

// violations checks what the model says of the parameters.
func (c *conditions) violations(v *violations) {
	v.one(c.ConditionalOperator, "conditionalOperator", "OR", "AND")
	for _, name := range sortedKeys(c.Expected) {
		v.one(c.Expected[name].ComparisonOperator, "expected."+name+".member.comparisonOperator", comparisonOperators...)
	}
}

// failure returns the error of a condition that failed, with the item only if
// the request asked for it.
func (c *conditions) failure(err error) error {
	if failed, ok := errors.AsType[*ConditionError](err); ok && !is(c.ReturnValuesOnConditionCheckFailure, "ALL_OLD") {
		failed.Item = nil
	}
	return err
}
