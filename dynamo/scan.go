package dynamo

import (
	"bytes"
	"context"
	"encoding/binary"
	"math/bits"

	"lullaby/dynamo/expr"
)

// ScanInput is the request of Scan.
type ScanInput struct {
	selection

	ScanFilter    filter
	Segment       *int32
	TotalSegments *int32
}

// maxSegments bounds TotalSegments (API_Scan).
const maxSegments = 1_000_000

// validate checks what the request alone shows, and returns what it selects.
func (in *ScanInput) validate() (sel selected, err error) {
	var v violations
	v.selects(in.Select)
	v.indexName(in.IndexName)
	v.between(wide(in.TotalSegments), "totalSegments", 1, maxSegments)
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.tableName(in.TableName)
	v.one(in.ConditionalOperator, "conditionalOperator", "OR", "AND")
	in.ScanFilter.violations(&v, "scanFilter")
	v.between(wide(in.Segment), "segment", 0, maxSegments-1)
	v.between(wide(in.Limit), "limit", 1, 0)
	v.attributesToGet(in.AttributesToGet)
	if err := v.err(); err != nil {
		return sel, err
	}
	if err := in.checkUse(
		[]parameter{{"FilterExpression", in.FilterExpression != nil}},
		[]parameter{{"ProjectionExpression", in.ProjectionExpression != nil}},
		[]parameter{
			{"AttributesToGet", in.AttributesToGet != nil},
			{"ScanFilter", in.ScanFilter != nil},
			{"ConditionalOperator", in.ConditionalOperator != nil},
		}); err != nil {
		return sel, err
	}
	if err := checkAttributesToGet(in.AttributesToGet); err != nil {
		return sel, err
	}
	legacy, err := in.ScanFilter.conditions()
	if err != nil {
		return sel, err
	}
	if err := in.checkStart(); err != nil {
		return sel, err
	}
	if err := in.checkSegments(); err != nil {
		return sel, err
	}
	if err := in.checkSelect(); err != nil {
		return sel, err
	}
	p, err := in.placeholders()
	if err != nil {
		return sel, err
	}
	filter, err := parse("FilterExpression", in.FilterExpression, p, expr.ParseCondition)
	switch {
	case err != nil:
		return sel, err
	case filter != nil:
		sel.filter = &check{condition: filter}
	case legacy != nil:
		sel.filter = &check{legacy: legacy, any: is(in.ConditionalOperator, "OR")}
	}
	if sel.projection, sel.paths, err = projection(in.AttributesToGet, in.ProjectionExpression, p); err != nil {
		return sel, err
	}
	if err := p.Unused(); err != nil {
		return sel, invalid(err)
	}
	return sel, nil
}

func (in *ScanInput) checkSegments() error {
	switch {
	case in.Segment != nil && in.TotalSegments == nil:
		return &ValidationError{"The TotalSegments parameter is required but was not present in the request when Segment parameter is present"}
	case in.Segment == nil && in.TotalSegments != nil:
		return &ValidationError{"The Segment parameter is required but was not present in the request when parameter TotalSegments is present"}
	case in.Segment != nil && *in.Segment >= *in.TotalSegments:
		return &ValidationError{"The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: " +
			itoa(int64(*in.Segment)) + " is not less than TotalSegments: " + itoa(int64(*in.TotalSegments))}
	}
	return nil
}

// Scan reads items in the order of the hash space, all of it or a segment.
func (e *Engine) Scan(_ context.Context, in *ScanInput) (*PageOutput, error) {
	sel, err := in.validate()
	if err != nil {
		return nil, err
	}
	r, err := in.from(e, sel)
	if err != nil {
		return nil, err
	}
	r.everywhere = true
	if err := in.checkStartKey(r); err != nil {
		return nil, err
	}
	if err := r.checkProjection(&in.selection, sel); err != nil {
		return nil, err
	}
	if in.ExclusiveStartKey != nil {
		if _, err := r.t.schema.primaryKey(r.t.id, r.t.schema.of(in.ExclusiveStartKey)); err != nil {
			return nil, startInvalid(": " + err.Error())
		}
	}
	r.segment(in.Segment, in.TotalSegments)
	if in.ExclusiveStartKey != nil {
		if at := r.startKey(in.ExclusiveStartKey); bytes.Compare(at, r.lower) < 0 || bytes.Compare(at, r.upper) >= 0 {
			return nil, startInvalid(": Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: " +
				itoa(int64(*in.TotalSegments)) + " Segment: " + itoa(int64(*in.Segment)))
		}
		r.goOn(in.ExclusiveStartKey)
	}
	if err := r.t.checkNested(sel.paths); err != nil {
		return nil, err
	}
	if err := sel.checkFilter(r.t); err != nil {
		return nil, err
	}
	return e.answer(r, &in.selection)
}

// checkStartKey checks that ExclusiveStartKey is a key of what is scanned.
func (in *ScanInput) checkStartKey(r *pageRead) error {
	start := in.ExclusiveStartKey
	switch {
	case start == nil:
		return nil
	case len(start) != len(r.keyNames()) && r.ix == nil:
		return startInvalid(": " + msgKeySchema)
	case len(start) != len(r.keyNames()):
		return startInvalid("")
	case r.ix == nil:
		return nil
	}
	for part := range r.ix.schema.parts {
		if err := part.checkStart(start); err != nil {
			return err
		}
	}
	return r.ix.schema.checkSizes(start)
}

// segment sets the bounds of the page to the share of the hash space that a
// segment has.
func (r *pageRead) segment(segment, total *int32) {
	id := r.t.id
	if r.ix != nil {
		id = r.ix.id
	}
	r.lower, r.upper = keyRange(id)
	if total == nil || *total == 1 {
		return
	}
	bound := func(n int32) []byte {
		share, _ := bits.Div64(uint64(n), 0, uint64(*total)) // n/total of 2^64
		return binary.BigEndian.AppendUint64(newKey(id), share)
	}
	r.lower = bound(*segment)
	if *segment+1 < *total {
		r.upper = bound(*segment + 1)
	}
}
