package request

import (
	"fmt"

	"lullaby/dynamo/expr"
	"lullaby/dynamo/refusal"
)

// ScanInput is the request of Scan.
type ScanInput struct {
	Selection

	ScanFilter    Filter
	Segment       *int32
	TotalSegments *int32
}

// maxSegments bounds TotalSegments (API_Scan).
const maxSegments = 1_000_000

// Check returns the selection of the request. The error is a refusal.Validation.
func (in *ScanInput) Check() (sel Selected, err error) {
	if err := in.checkModel(); err != nil {
		return sel, err
	}
	sel, err = in.check(olderLayer)
	return sel, olderLayer.word(err)
}

func (in *ScanInput) check(l *layer) (sel Selected, err error) {
	if err := in.excludes(l); err != nil {
		return sel, err
	}
	if err := checkAttributesToGet(in.AttributesToGet); err != nil {
		return sel, err
	}
	comparisons, err := in.ScanFilter.check()
	if err != nil {
		return sel, err
	}
	if err := in.checkStart(l); err != nil {
		return sel, err
	}
	if err := in.checkSegments(); err != nil {
		return sel, err
	}
	if err := in.checkSelect(""); err != nil {
		return sel, err
	}
	p, err := in.parse(l)
	if err != nil {
		return sel, err
	}
	filter, err := parse("FilterExpression", in.FilterExpression, p, expr.ParseCondition)
	if err != nil {
		return sel, err
	}
	if sel, err = in.resolve(filter, comparisons, p); err != nil {
		return sel, err
	}
	return sel, checkConnective(in.ConditionalOperator, len(comparisons))
}

// checkModel checks the constraints of AWS's API model.
func (in *ScanInput) checkModel() error {
	var v violations
	v.selects(in.Select)
	v.name(in.IndexName, "indexName")
	v.between(long(in.TotalSegments), "totalSegments", 1, maxSegments)
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.tableName(in.TableName)
	v.conditionalOperator(in.ConditionalOperator)
	in.ScanFilter.violations(&v, "scanFilter")
	v.between(long(in.Segment), "segment", 0, maxSegments-1)
	v.between(long(in.Limit), "limit", 1, 0)
	v.attributesToGet(in.AttributesToGet, "attributesToGet")
	return v.err()
}

// excludes rejects parameters that exclude each other.
func (in *ScanInput) excludes(l *layer) error {
	return in.exclude(l,
		[]parameter{{"FilterExpression", in.FilterExpression != nil}},
		[]parameter{{"ProjectionExpression", in.ProjectionExpression != nil}},
		[]parameter{
			{"AttributesToGet", in.AttributesToGet != nil},
			{"ScanFilter", in.ScanFilter != nil},
			{"ConditionalOperator", in.ConditionalOperator != nil},
		})
}

func (in *ScanInput) checkSegments() error {
	switch {
	case in.Segment != nil && in.TotalSegments == nil:
		return refusal.Invalid("The TotalSegments parameter is required but was not present in the request when Segment parameter is present")
	case in.Segment == nil && in.TotalSegments != nil:
		return refusal.Invalid("The Segment parameter is required but was not present in the request when parameter TotalSegments is present")
	case in.Segment != nil && *in.Segment >= *in.TotalSegments:
		return refusal.Invalid(fmt.Sprintf("The Segment parameter is zero-based and must be less than parameter TotalSegments: "+
			"Segment: %d is not less than TotalSegments: %d", *in.Segment, *in.TotalSegments))
	}
	return nil
}
