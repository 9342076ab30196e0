package request

import (
	"lullaby/dynamo/expr"
	"lullaby/dynamo/refusal"
)

// QueryInput is the request of Query.
type QueryInput struct {
	Selection

	KeyConditionExpression *string
	KeyConditions          Filter
	QueryFilter            Filter
	ScanIndexForward       *bool
}

// Backward reports whether the order of the sort key is descending.
func (in *QueryInput) Backward() bool { return in.ScanIndexForward != nil && !*in.ScanIndexForward }

// Check returns the selection of the request, and the comparisons of key
// attributes. The error is a refusal.Validation.
func (in *QueryInput) Check() (sel Selected, keys []Comparison, err error) {
	if err := in.checkModel(); err != nil {
		return sel, nil, err
	}
	sel, keys, err = in.check(readLayer)
	return sel, keys, readLayer.word(err)
}

func (in *QueryInput) check(l *layer) (sel Selected, keys []Comparison, err error) {
	if err := in.excludes(l); err != nil {
		return sel, nil, err
	}
	filter, err := in.QueryFilter.check()
	if err != nil {
		return sel, nil, err
	}
	if err := checkAttributesToGet(in.AttributesToGet); err != nil {
		return sel, nil, err
	}
	if err := in.checkStart(l); err != nil {
		return sel, nil, err
	}
	if in.KeyConditions == nil && in.KeyConditionExpression == nil {
		return sel, nil, refusal.Invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	if err := in.checkSelect(oneDetected); err != nil {
		return sel, nil, err
	}
	if sel, keys, err = in.parseExpressions(l, filter); err != nil {
		return sel, nil, err
	}
	if n := len(keys); in.KeyConditionExpression == nil && (n == 0 || n > maxIndexKey || n > maxTableKey && in.IndexName == nil) {
		return sel, nil, refusal.Invalid("Conditions can be of length 1 or 2 only")
	}
	return sel, keys, checkConnective(in.ConditionalOperator, len(filter))
}

// checkModel checks the constraints of AWS's API model.
func (in *QueryInput) checkModel() error {
	alone := violations{layer: readLayer}
	if alone.conditionalOperator(in.ConditionalOperator); alone.texts != nil {
		return refusal.Invalid(alone.texts[0]) // without a count
	}
	var v violations
	v.selects(in.Select)
	v.name(in.IndexName, "indexName")
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	in.QueryFilter.violations(&v, "queryFilter")
	v.tableName(in.TableName)
	v.attributesToGet(in.AttributesToGet, "attributesToGet")
	if in.Limit != nil && *in.Limit < 1 {
		v.unvalued("Limit", "value greater than or equal to 1")
	}
	in.KeyConditions.violations(&v, "keyConditions")
	return v.err()
}

// excludes rejects parameters that exclude each other.
func (in *QueryInput) excludes(l *layer) error {
	return in.exclude(l,
		[]parameter{{"FilterExpression", in.FilterExpression != nil}, {"KeyConditionExpression", in.KeyConditionExpression != nil}},
		[]parameter{{"ProjectionExpression", in.ProjectionExpression != nil}},
		[]parameter{
			{"AttributesToGet", in.AttributesToGet != nil},
			{"QueryFilter", in.QueryFilter != nil},
			{"ConditionalOperator", in.ConditionalOperator != nil},
			{"KeyConditions", in.KeyConditions != nil && in.KeyConditionExpression != nil},
		})
}

// parseExpressions parses the expressions and the key conditions of either form.
func (in *QueryInput) parseExpressions(l *layer, comparisons []Comparison) (sel Selected, keys []Comparison, err error) {
	p, err := in.parse(l)
	if err != nil {
		return sel, nil, err
	}
	condition, err := parse("KeyConditionExpression", in.KeyConditionExpression, p, expr.ParseCondition)
	if err != nil {
		return sel, nil, err
	}
	filter, err := parse("FilterExpression", in.FilterExpression, p, expr.ParseCondition)
	if err != nil {
		return sel, nil, err
	}
	if sel, err = in.resolve(filter, comparisons, p); err != nil {
		return sel, nil, err
	}
	if condition == nil {
		keys, err = in.KeyConditions.check()
		return sel, keys, err
	}
	parts, err := condition.KeyConditions()
	if err != nil {
		return sel, nil, invalid(err)
	}
	for _, part := range parts {
		c := Comparison{Attribute: part.Name, Operator: part.Operator, Values: part.Values}
		if err := c.checkBounds(); err != nil {
			return sel, nil, err
		}
		keys = append(keys, c)
	}
	return sel, keys, nil
}
