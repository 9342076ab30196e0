package request

import (
	"lullaby/attribute"
	"lullaby/dynamo/refusal"
)

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
		if v.full() {
			return
		}
		operator, path := f[name].ComparisonOperator, path+"."+name+".member.comparisonOperator"
		if v.notNull(operator != nil, path) {
			v.oneOf(operator, path, comparisonOperators...)
		}
	}
}

// maxConditions bounds the conditions, and the updates, of a request by legacy
// parameters, and the values of one condition. Assumed: both bounds and the text;
// AWS documents none but that of the whole request, and took 27,500 values
// (architect/dynalite, test/scan.js).
const (
	maxConditions = 50_000
	maxValues     = 30_000
)

// checkConditions rejects too many conditions or updates.
func checkConditions(n int) error {
	if n > maxConditions {
		return refusal.InvalidValues("Number of attributes exceeds the limit of %d", maxConditions)
	}
	return nil
}

// check returns the comparisons in the order of their attributes. The error is a
// refusal.Validation.
func (f Filter) check() ([]Comparison, error) {
	if err := checkConditions(len(f)); err != nil {
		return nil, err
	}
	var comparisons []Comparison
	for _, name := range sortedKeys(f) {
		if err := attribute.CheckName(name); err != nil {
			return nil, invalid(err)
		}
		c := Comparison{Attribute: name, Operator: *f[name].ComparisonOperator, Values: f[name].AttributeValueList}
		if err := c.check(); err != nil {
			return nil, err
		}
		comparisons = append(comparisons, c)
	}
	return comparisons, nil
}
