package request

import (
	"lullaby/attribute"
	"lullaby/dynamo/expr"
	"lullaby/dynamo/refusal"
)

// A Predicate is the condition of a write or a filter: an expression, or legacy
// comparisons. The nil Predicate always holds. Not safe for concurrent use.
type Predicate struct {
	expression  *expr.Condition
	comparisons []Comparison
	any         bool // one true comparison is enough

	// A request may have thousands of comparisons, and a page thousands of items. So an
	// item is asked for its attributes, and not for those of the comparisons.
	of      map[string][]*Comparison // by the attribute
	without int                      // comparisons that hold of items without their attribute
}

// All returns the predicate that every comparison holds.
func All(comparisons ...Comparison) *Predicate { return legacy(comparisons, false) }

// legacy returns the predicate that every comparison holds, or one of them.
func legacy(comparisons []Comparison, one bool) *Predicate {
	p := &Predicate{comparisons: comparisons, any: one, of: make(map[string][]*Comparison, len(comparisons))}
	for i := range comparisons {
		c := &comparisons[i]
		p.of[c.Attribute] = append(p.of[c.Attribute], c)
		if c.holdsWithout() {
			p.without++
		}
	}
	return p
}

// newPredicate returns the predicate of an expression if it is not nil, else of
// comparisons with a ConditionalOperator. It is nil without either.
func newPredicate(expression *expr.Condition, comparisons []Comparison, operator *string) *Predicate {
	switch {
	case expression != nil:
		return &Predicate{expression: expression}
	case comparisons != nil:
		return legacy(comparisons, is(operator, "OR"))
	}
	return nil
}

// Holds reports whether the predicate is true of an item; nil is no item. Nothing of
// the item is decoded. The error matches attribute.ErrCorrupt.
func (p *Predicate) Holds(form attribute.Encoded) (bool, error) {
	switch {
	case p == nil:
		return true, nil
	case p.expression != nil:
		return p.expression.Holds(form)
	}
	lacking, without := len(p.comparisons), p.without // of the attributes that it lacks
	i := form.Iterate()
	for name, v, more := i.Next(); more; name, v, more = i.Next() {
		for _, c := range p.of[string(name)] {
			if c.holds(v) == p.any {
				return p.any, nil
			}
			lacking--
			if c.holdsWithout() {
				without--
			}
		}
	}
	if p.any {
		return without > 0, i.Err()
	}
	return without == lacking, i.Err()
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

// Attributes returns the names of the top attributes of the predicate, and the
// parameter to name in AWS's messages about a Query.
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

// Conditions are the parameters of a conditional write.
type Conditions struct {
	ConditionExpression                 *string
	ConditionalOperator                 *string
	Expected                            map[string]ExpectedAttributeValue
	ReturnValuesOnConditionCheckFailure *string

	Placeholders
}

// violations adds the violations of the API model.
func (c *Conditions) violations(v *violations) {
	v.conditionalOperator(c.ConditionalOperator)
	for _, name := range sortedKeys(c.Expected) {
		v.oneOf(c.Expected[name].ComparisonOperator, "expected."+name+".member.comparisonOperator", comparisonOperators...)
	}
}

// checkExpected checks Expected beyond the API model.
func (c *Conditions) checkExpected() error {
	if err := checkConditions(len(c.Expected)); err != nil {
		return err
	}
	for _, name := range sortedKeys(c.Expected) {
		if err := attribute.CheckName(name); err != nil {
			return invalid(err)
		}
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
	return newPredicate(expression, comparisons, c.ConditionalOperator), checkConnective(c.ConditionalOperator, len(comparisons))
}

// checkConnective refuses a ConditionalOperator that has less than two conditions
// to connect (docs/aws/messages.md#legacy-conditions).
func checkConnective(operator *string, conditions int) error {
	switch {
	case operator == nil || conditions > 1:
		return nil
	case conditions == 0:
		return refusal.Invalid("ConditionalOperator cannot be used without Filter or Expected")
	}
	return refusal.Invalid("ConditionalOperator can only be used when Filter or Expected has two or more elements")
}

// check returns the condition of a request without other expressions, or nil.
func (c *Conditions) check(l *layer) (*Predicate, error) {
	if err := c.checkExpected(); err != nil {
		return nil, err
	}
	p, err := c.parse(l)
	if err != nil {
		return nil, err
	}
	condition, err := c.predicate(p)
	if err != nil {
		return nil, err
	}
	return condition, invalid(p.Unused())
}
