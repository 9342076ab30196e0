package dynamo

import (
	"context"
	"maps"
	"slices"

	"lullaby/dynamo/refusal"
)

// ListTagsOfResourceInput is the request of ListTagsOfResource. A table's tags
// fit into one page, so there is no token to go on with.
type ListTagsOfResourceInput struct{ ResourceArn *string }

// ListTagsOfResourceOutput is the answer of ListTagsOfResource.
type ListTagsOfResourceOutput struct{ Tags []Tag }

// ListTagsOfResource returns the tags of a table in the order of their keys.
func (e *Engine) ListTagsOfResource(_ context.Context, in *ListTagsOfResourceInput) (*ListTagsOfResourceOutput, error) {
	if err := e.checkResource(in.ResourceArn, "ListTagsOfResource", nil); err != nil {
		return nil, err
	}
	t, err := e.known(e.tableARNs.FindStringSubmatch(*in.ResourceArn)[1])
	if err != nil {
		return nil, refusal.New(refusal.NotFound, unknownResource(*in.ResourceArn))
	}
	out := &ListTagsOfResourceOutput{Tags: []Tag{}}
	tags := t.desc.Load().Tags
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		out.Tags = append(out.Tags, Tag{key, tags[key]})
	}
	return out, nil
}
