package request

import (
	"strings"

	"lullaby/attribute"
	"lullaby/dynamo/expr"
	"lullaby/dynamo/refusal"
)

// A Selection has the parameters that Query and Scan share.
type Selection struct {
	TableName              *string
	IndexName              *string
	Select                 *string
	AttributesToGet        []string
	ProjectionExpression   *string
	FilterExpression       *string
	ConditionalOperator    *string
	ConsistentRead         *bool
	Limit                  *int32
	ExclusiveStartKey      attribute.Item
	ReturnConsumedCapacity *string

	Placeholders
}

// A Selected is the result of parsing a Selection.
type Selected struct {
	Filter     *Predicate
	Projection *expr.Projection // nil: whole items
	Paths      []expr.Path      // of the projection
}

// CountOnly reports whether the output has counts but no items.
func (s *Selection) CountOnly() bool { return is(s.Select, "COUNT") }

// AllAttributes reports whether the output has whole items even if the index
// projects less.
func (s *Selection) AllAttributes() bool { return is(s.Select, "ALL_ATTRIBUTES") }

// Consistent reports whether the read is strongly consistent.
func (s *Selection) Consistent() bool { return isTrue(s.ConsistentRead) }

// selects checks Select; its values are in the order in which AWS prints them.
func (v *violations) selects(s *string) {
	v.oneOf(s, "select", "SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")
}

// resolve returns the parsed selection. comparisons are the filter if there is no
// expression; p are the placeholders.
func (s *Selection) resolve(filter *expr.Condition, comparisons []Comparison, p *expr.Placeholders) (sel Selected, err error) {
	sel.Filter = newPredicate(filter, comparisons, s.ConditionalOperator)
	if sel.Projection, sel.Paths, err = project(s.AttributesToGet, s.ProjectionExpression, p); err != nil {
		return sel, err
	}
	return sel, invalid(p.Unused())
}

// checkStart checks the values of ExclusiveStartKey. Only some messages have a
// preface, as those of the service.
func (s *Selection) checkStart(l *layer) error {
	err := l.word(s.ExclusiveStartKey.Err())
	if err == nil {
		return nil
	}
	for _, bare := range []string{"contains duplicates", "number set", "numeric value", "significant digits", "number with magnitude"} {
		if strings.Contains(err.Error(), bare) {
			return err
		}
	}
	return refusal.Invalid("The provided starting key is invalid: " + err.Error())
}

// checkSelect checks Select against the other parameters. preface begins what a
// newer layer of the operation refuses.
func (s *Selection) checkSelect(preface string) error {
	projected := ""
	switch {
	case s.AttributesToGet != nil:
		projected = "AttributesToGet"
	case s.ProjectionExpression != nil:
		projected = "ProjectionExpression"
	}
	switch {
	case s.Select == nil:
	case *s.Select == "SPECIFIC_ATTRIBUTES" && projected == "":
		return refusal.Invalid(preface + "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
	case *s.Select != "SPECIFIC_ATTRIBUTES" && projected != "":
		what := *s.Select
		if s.CountOnly() {
			what = "only the Count"
		}
		return refusal.Invalid(preface + "Cannot specify the " + projected + " when choosing to get " + what)
	case *s.Select == "ALL_PROJECTED_ATTRIBUTES" && s.IndexName == nil:
		return refusal.InvalidValues("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
	}
	return nil
}
