package dynamo

import (
	"context"
	"maps"
	"slices"

	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// ListTagsOfResourceOutput is the output of ListTagsOfResource.
type ListTagsOfResourceOutput struct{ Tags []Tag }

// ListTagsOfResource returns the tags of a table in the order of their keys. The
// error is a refusal.Validation, refusal.AccessDenied or refusal.NotFound.
func (e *Engine) ListTagsOfResource(_ context.Context, now instant.Instant, in *request.ListTagsOfResourceInput) (*ListTagsOfResourceOutput, error) {
	if err := in.Check(e.opts.Scope); err != nil {
		return nil, err
	}
	t, err := e.known(now, *in.ResourceArn)
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
