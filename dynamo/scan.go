package dynamo

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/bits"

	"lullaby/attribute"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// Scan returns a page of the items of a table, an index or a segment of it, in
// the order of the hash of the partition key. The error is a refusal.Validation,
// a refusal.NotFound, a *ThrottleError, or of storage.
func (e *Engine) Scan(_ context.Context, now instant.Instant, in *request.ScanInput) (*PageOutput, error) {
	sel, err := in.Check()
	if err != nil {
		return nil, err
	}
	r, err := e.newPageRead(now, &in.Selection, sel)
	if err != nil {
		return nil, err
	}
	r.everywhere = true
	if err := r.checkScanStart(in.ExclusiveStartKey); err != nil {
		return nil, err
	}
	if err := r.checkProjection(&in.Selection, sel); err != nil {
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
			return nil, startInvalid(fmt.Sprintf(": Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. "+
				"TotalSegments: %d Segment: %d", *in.TotalSegments, *in.Segment))
		}
		r.goOn(in.ExclusiveStartKey)
	}
	if err := r.t.checkNested(sel.Paths); err != nil {
		return nil, err
	}
	if err := r.t.checkNested(sel.Filter.Paths()); err != nil {
		return nil, err
	}
	return e.pageOutput(now, r, &in.Selection)
}

// checkScanStart rejects an ExclusiveStartKey that is not a key of the table or
// index. nil is none. The error is a refusal.Validation.
func (r *pageRead) checkScanStart(start attribute.Item) error {
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

// segment sets the bounds of the page to a segment of the hash space; all of it
// if total is nil or 1.
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
