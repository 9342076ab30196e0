package request

import "lullaby/attribute"

// Condition is a condition on one attribute of an item that is read.
type Condition struct {
	AttributeValueList []attribute.Value
	ComparisonOperator *string
}

// A Filter has conditions by the names of their attributes.
type Filter map[string]Condition

// violations adds the violations of the API model by the parameter at path.
func (f Filter) violations(v *violations, path string) {
	for _, name := range sortedKeys(f) {
		operator, path := f[name].ComparisonOperator, path+"."+name+".member.comparisonOperator"
		if v.notNull(operator != nil, path) {
			v.oneOf(operator, path, comparisonOperators...)
		}
	}
}

// check returns the comparisons in the order of their attributes. The error is a
// refusal.Validation.
func (f Filter) check() ([]Comparison, error) {
	var comparisons []Comparison
	for _, name := range sortedKeys(f) {
		if err := attribute.CheckName(name); err != nil {
			return nil, invalid(err)
		}
		c := Comparison{name, *f[name].ComparisonOperator, f[name].AttributeValueList}
		if err := c.check(); err != nil {
			return nil, err
		}
		comparisons = append(comparisons, c)
	}
	return comparisons, nil
}
