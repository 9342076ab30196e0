package request

import (
	"slices"

	"lullaby/attribute"
	"lullaby/dynamo/expr"
)

// A Predicate is what an item must be for a write to happen, or to pass a
// filter: an expression, or comparisons of the parameters that came before
// expressions. The nil Predicate always holds.
type Predicate struct {
	expression  *expr.Condition
	comparisons []Comparison
	any         bool // whether one comparison is enough
}

// All returns the predicate that all those comparisons hold.
func All(comparisons ...Comparison) *Predicate { return &Predicate{comparisons: comparisons} }

// newPredicate returns the predicate of a parameter: an expression unless it is
// nil, or comparisons with a ConditionalOperator. Without either it is nil.
func newPredicate(expression *expr.Condition, comparisons []Comparison, operator *string) *Predicate {
	switch {
	case expression != nil:
		return &Predicate{expression: expression}
	case comparisons != nil:
		return &Predicate{comparisons: comparisons, any: is(operator, "OR")}
	}
	return nil
}

// Holds reports whether an item, nil if there is none, is as it must be.
func (p *Predicate) Holds(it attribute.Item) bool {
	switch {
	case p == nil:
		return true
	case p.expression != nil:
		return p.expression.Holds(it)
	case p.any:
		return slices.ContainsFunc(p.comparisons, func(c Comparison) bool { return c.Holds(it) })
	}
	return !slices.ContainsFunc(p.comparisons, func(c Comparison) bool { return !c.Holds(it) })
}

// Paths returns the paths of the expression, nil if there is none.
func (p *Predicate) Paths() []expr.Path {
	if p == nil || p.expression == nil {
		return nil
	}
	var paths []expr.Path
	p.expression.Paths(func(path expr.Path) { paths = append(paths, path) })
	return paths
}

// Attributes returns the names of the attributes that the predicate looks at or
// into, and the parameter that names them in AWS's messages about a Query.
func (p *Predicate) Attributes() (names []string, parameter string) {
	if p == nil {
		return nil, ""
	}
	for _, path := range p.Paths() {
		names = append(names, path[0].Name)
	}
	for _, c := range p.comparisons {
		names = append(names, c.Attribute)
	}
	if p.expression != nil {
		return names, "Filter Expression"
	}
	return names, "QueryFilter"
}

// Conditions are the parameters that make a write depend on what it finds.
type Conditions struct {
	ConditionExpression                 *string
	ConditionalOperator                 *string
	Expected                            map[string]ExpectedAttributeValue
	ReturnValuesOnConditionCheckFailure *string

	Placeholders
}

// violations checks what the model says of the parameters.
func (c *Conditions) violations(v *violations) {
	v.conditionalOperator(c.ConditionalOperator)
	for _, name := range sortedKeys(c.Expected) {
		v.oneOf(c.Expected[name].ComparisonOperator, "expected."+name+".member.comparisonOperator", comparisonOperators...)
	}
}

// checkExpected checks what the model leaves of Expected.
func (c *Conditions) checkExpected() error {
	for _, name := range sortedKeys(c.Expected) {
		if err := c.Expected[name].check(name); err != nil {
			return err
		}
	}
	return nil
}

// predicate returns the condition that the checked parameters make, or nil.
func (c *Conditions) predicate(p *expr.Placeholders) (*Predicate, error) {
	expression, err := parse("ConditionExpression", c.ConditionExpression, p, expr.ParseCondition)
	if err != nil {
		return nil, err
	}
	var comparisons []Comparison
	for _, name := range sortedKeys(c.Expected) {
		comparisons = append(comparisons, c.Expected[name].comparison(name))
	}
	return newPredicate(expression, comparisons, c.ConditionalOperator), nil
}

// check returns the condition of a request whose only expression it is, or nil.
func (c *Conditions) check() (*Predicate, error) {
	if err := c.checkExpected(); err != nil {
		return nil, err
	}
	p, err := c.parse()
	if err != nil {
		return nil, err
	}
	condition, err := c.predicate(p)
	if err != nil {
		return nil, err
	}
	return condition, invalid(p.Unused())
}
