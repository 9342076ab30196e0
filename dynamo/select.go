package dynamo

import (
	"slices"
	"strings"

	"lullaby/attribute"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/awsjson"
)

// newPageRead returns the page of checked parameters, without bounds. The error
// is a refusal.NotFound or refusal.Validation.
func (e *Engine) newPageRead(now instant.Instant, s *request.Selection, sel request.Selected) (*pageRead, error) {
	t, err := e.table(now, *s.TableName)
	if err != nil {
		return nil, err
	}
	r := &pageRead{
		t:          t,
		filter:     sel.Filter,
		countOnly:  s.CountOnly(),
		projection: sel.Projection,
		consistent: s.Consistent(),
	}
	if s.Limit != nil {
		r.limit = int64(*s.Limit)
	}
	if s.IndexName == nil {
		return r, nil
	}
	if r.ix, err = t.index(*s.IndexName); err != nil {
		return nil, err
	}
	if r.ix.creating.Load() {
		return nil, refusal.Invalid("Cannot read from backfilling global secondary index: " + r.ix.name)
	}
	if r.ix.global && r.consistent {
		return nil, refusal.Invalid("Consistent reads are not supported on global secondary indexes")
	}
	return r, nil
}

// checkProjection rejects attributes that a global index does not project. For a
// local index it has the page fetch them from the table. The error is a
// refusal.Validation.
func (r *pageRead) checkProjection(s *request.Selection, sel request.Selected) error {
	if r.ix == nil {
		return nil
	}
	if s.AllAttributes() && !r.ix.all {
		if r.ix.global {
			return refusal.InvalidValues("Select type ALL_ATTRIBUTES is not supported for global secondary index %s because its projection type is not ALL", r.ix.name)
		}
		r.fetch = true
	}
	heads := make([]string, len(sel.Paths))
	for i, p := range sel.Paths {
		heads[i] = p[0].Name
	}
	if missing := r.ix.missing(heads); missing != nil {
		if r.ix.global {
			return refusal.InvalidValues("Global secondary index %s does not project [%s]", r.ix.name, strings.Join(missing, ", "))
		}
		r.fetch = true
	}
	return nil
}

// startInvalid returns the refusal of an invalid ExclusiveStartKey.
func startInvalid(why string) error {
	return refusal.Invalid("The provided starting key is invalid" + why)
}

// PageOutput is the output of Query and Scan.
type PageOutput struct {
	Items            []attribute.Encoded // nil with COUNT
	Count            int64
	ScannedCount     int64
	LastEvaluatedKey attribute.Item // nil: this is the last page
	ConsumedCapacity *ConsumedCapacity
}

// AppendJSON implements awsjson.Appender.
func (out *PageOutput) AppendJSON(dst []byte, drain awsjson.Drain) ([]byte, error) {
	size := 0
	for _, it := range out.Items {
		size += len(it)
	}
	o := awsjson.NewObject(slices.Grow(dst, size+size/4+512), drain) // type names and quotes add about a fifth
	if out.Items != nil {
		awsjson.List(o, "Items", out.Items)
	}
	o.Int("Count", out.Count)
	o.Int("ScannedCount", out.ScannedCount)
	if out.LastEvaluatedKey != nil {
		o.Any("LastEvaluatedKey", out.LastEvaluatedKey)
	}
	if out.ConsumedCapacity != nil {
		o.Any("ConsumedCapacity", out.ConsumedCapacity)
	}
	return o.End()
}

// pageOutput reads a page and returns it in the shape of the wire. The error is a
// *ThrottleError or of storage.
func (e *Engine) pageOutput(now instant.Instant, r *pageRead, s *request.Selection) (*PageOutput, error) {
	p, err := e.readPage(now, r)
	if err != nil {
		return nil, err
	}
	out := &PageOutput{
		Count:            p.count,
		ScannedCount:     p.scanned,
		LastEvaluatedKey: p.last,
		ConsumedCapacity: p.costs.consumed(s.ReturnConsumedCapacity, *s.TableName),
	}
	if !r.countOnly {
		out.Items = p.items
	}
	return out, nil
}
