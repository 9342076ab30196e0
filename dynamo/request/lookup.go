package request

import (
	"slices"

	"lullaby/dynamo/expr"
	"lullaby/dynamo/refusal"
)

// A Lookup has the parameters of reads by key that say how to read. JSON has those
// that were given: what a batch leaves unread can be sent again as it is.
type Lookup struct {
	AttributesToGet          []string          `json:",omitzero"`
	ConsistentRead           *bool             `json:",omitzero"`
	ProjectionExpression     *string           `json:",omitzero"`
	ExpressionAttributeNames map[string]string `json:",omitzero"`
}

// Consistent reports whether the read is strongly consistent.
func (l *Lookup) Consistent() bool { return isTrue(l.ConsistentRead) }

// Projected returns the projection of a checked request, nil for whole items, and
// its paths. The error is a refusal.Validation.
func (l *Lookup) Projected() (*expr.Projection, []expr.Path, error) {
	if err := checkAttributesToGet(l.AttributesToGet); err != nil {
		return nil, nil, err
	}
	x := Placeholders{ExpressionAttributeNames: l.ExpressionAttributeNames}
	p, err := x.parse(readLayer)
	if err != nil {
		return nil, nil, err
	}
	projected, paths, err := project(l.AttributesToGet, l.ProjectionExpression, p)
	if err != nil {
		return nil, nil, err
	}
	if err := p.Unused(); err != nil {
		return nil, nil, invalid(err)
	}
	return projected, paths, nil
}

// excludes rejects parameters that exclude each other.
func (l *Lookup) excludes() error {
	x := Placeholders{ExpressionAttributeNames: l.ExpressionAttributeNames}
	return x.exclude(readLayer, nil, []parameter{{"ProjectionExpression", l.ProjectionExpression != nil}},
		[]parameter{{"AttributesToGet", l.AttributesToGet != nil}})
}

// maxAttributesToGet bounds the legacy AttributesToGet (API_GetItem of old).
const maxAttributesToGet = 255

func (v *violations) attributesToGet(names []string, path string) {
	if names != nil {
		v.count(len(names), func() string { return printStrings(names) }, path, maxAttributesToGet)
	}
}

// printStrings formats a list of strings for messages.
func printStrings(texts []string) string {
	return printList(len(texts), func(i int) string { return texts[i] })
}

// checkAttributesToGet rejects a duplicate name.
func checkAttributesToGet(names []string) error {
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return refusal.InvalidValues("Duplicate value in attribute name: %s", name)
		}
	}
	return nil
}

// project returns the projection of AttributesToGet or ProjectionExpression, nil
// for the whole item.
func project(names []string, text *string, p *expr.Placeholders) (*expr.Projection, []expr.Path, error) {
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
		return nil, nil, refusal.Invalid("Invalid ProjectionExpression: " + err.Error())
	}
	return projection, paths, nil
}
