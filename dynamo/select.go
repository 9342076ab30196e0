package dynamo

import (
	"slices"
	"strconv"
	"strings"

	"lullaby/attribute"
	"lullaby/dynamo/expr"
	"lullaby/internal/awsjson"
)

// selection are the parameters of Query and Scan that say what of the items is
// answered, and from where.
type selection struct {
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

	expressions
}

// A selected is what the parameters come to.
type selected struct {
	filter     *check
	projection *expr.Projection // nil: whole
	paths      []expr.Path      // of the projection
}

// maxAttributesToGet bounds the legacy projection (API_GetItem of old).
const maxAttributesToGet = 255

func (v *violations) attributesToGet(names []string) {
	v.attributesToGetAt(names, "attributesToGet")
}

func (v *violations) attributesToGetAt(names []string, path string) {
	if names != nil {
		printed := func() string { return "[" + strings.Join(names, ", ") + "]" }
		v.count(len(names), printed, path, maxAttributesToGet)
	}
}

// checkAttributesToGet refuses a name that comes twice.
func checkAttributesToGet(names []string) error {
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return &ValidationError{"One or more parameter values were invalid: Duplicate value in attribute name: " + name}
		}
	}
	return nil
}

// projection returns what AttributesToGet or ProjectionExpression asks for, nil
// for the whole item.
func projection(names []string, text *string, p *expr.Placeholders) (*expr.Projection, []expr.Path, error) {
	if names != nil {
		paths := make([]expr.Path, len(names))
		for i, name := range names {
			paths[i] = expr.Path{{Name: name}}
		}
		return expr.NewProjection(paths...), paths, nil
	}
	if text == nil {
		return nil, nil, nil
	}
	projection, paths, err := expr.ParseProjection(*text, p)
	if err != nil {
		return nil, nil, &ValidationError{"Invalid ProjectionExpression: " + err.Error()}
	}
	return projection, paths, nil
}

// checkStart says what is wrong with the values of ExclusiveStartKey. Some
// texts come with a preface and some do not; that is the service.
func (s *selection) checkStart() error {
	err := s.ExclusiveStartKey.Err()
	if err == nil {
		return nil
	}
	for _, bare := range []string{"contains duplicates", "number set", "numeric value", "significant digits", "number with magnitude"} {
		if strings.Contains(err.Error(), bare) {
			return invalid(err)
		}
	}
	return &ValidationError{"The provided starting key is invalid: " + err.Error()}
}

// checkSelect checks Select against the other parameters.
func (s *selection) checkSelect() error {
	refuse := func(text string) error { return &ValidationError{"One or more parameter values were invalid: " + text} }
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
		return refuse("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
	case *s.Select != "SPECIFIC_ATTRIBUTES" && projected != "":
		return refuse("Cannot specify the " + projected + " when choosing to get " + *s.Select)
	case *s.Select == "ALL_PROJECTED_ATTRIBUTES" && s.IndexName == nil:
		return refuse("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
	}
	return nil
}

// from begins the page that the parameters ask for.
func (s *selection) from(e *Engine, sel selected) (*pageRead, error) {
	t, err := e.table(*s.TableName)
	if err != nil {
		return nil, err
	}
	r := &pageRead{
		t:          t,
		filter:     sel.filter,
		countOnly:  is(s.Select, "COUNT"),
		projection: sel.projection,
		consistent: s.ConsistentRead != nil && *s.ConsistentRead,
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
		return nil, &ValidationError{"Cannot read from backfilling global secondary index: " + r.ix.name}
	}
	if r.ix.global && r.consistent {
		return nil, &ValidationError{"Consistent reads are not supported on global secondary indexes"}
	}
	return r, nil
}

// checkProjection checks what is asked of an index against what it has.
func (r *pageRead) checkProjection(s *selection, sel selected) error {
	if r.ix == nil {
		return nil
	}
	refuse := func(text string) error { return &ValidationError{"One or more parameter values were invalid: " + text} }
	if is(s.Select, "ALL_ATTRIBUTES") && !r.ix.all {
		if r.ix.global {
			return refuse("Select type ALL_ATTRIBUTES is not supported for global secondary index " + r.ix.name + " because its projection type is not ALL")
		}
		r.fetch = true
	}
	heads := make([]string, len(sel.paths))
	for i, p := range sel.paths {
		heads[i] = p[0].Name
	}
	if missing := r.ix.missing(heads); missing != nil {
		if r.ix.global {
			return refuse("Global secondary index " + r.ix.name + " does not project [" + strings.Join(missing, ", ") + "]")
		}
		r.fetch = true
	}
	return nil
}

// checkFilter refuses a filter that leads into a key attribute.
func (s *selected) checkFilter(t *table) error {
	if s.filter == nil || s.filter.condition == nil {
		return nil
	}
	var paths []expr.Path
	s.filter.condition.Paths(func(p expr.Path) { paths = append(paths, p) })
	return t.checkNested(paths)
}

// enumerations of Query and Scan, in the order in which AWS prints them.
func (v *violations) selects(s *string) {
	v.one(s, "select", "SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")
}

func (v *violations) indexName(s *string) {
	v.text(s, "indexName", namePattern, minName, maxName)
}

// startInvalid is the answer to a starting key that does not fit.
func startInvalid(why string) error {
	return &ValidationError{"The provided starting key is invalid" + why}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// PageOutput is the answer of Query and of Scan.
type PageOutput struct {
	Items            []attribute.Encoded // nil with COUNT
	Count            int64
	ScannedCount     int64
	LastEvaluatedKey attribute.Item // nil: there are no more
	ConsumedCapacity *ConsumedCapacity
}

// AppendJSON implements awsjson.Appender.
func (out *PageOutput) AppendJSON(dst []byte) ([]byte, error) {
	size := 0
	for _, it := range out.Items {
		size += len(it)
	}
	o := awsjson.NewObject(slices.Grow(dst, size+size/4+256)) // names of types and quotes are a fifth or so
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

// answer reads the page.
func (e *Engine) answer(r *pageRead, s *selection) (*PageOutput, error) {
	p, err := e.readPage(r)
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
