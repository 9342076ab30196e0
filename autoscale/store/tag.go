package store

import (
	"context"
	"maps"

	"lullaby/autoscale"
	"lullaby/autoscale/request"
	"lullaby/instant"
)

// TagResource performs the operation of that name. The error is a refusal, or of storage.
func (e *Engine) TagResource(_ context.Context, now instant.Instant, in *request.TagResourceInput) (*EmptyOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	return &EmptyOutput{}, e.change(now, adds, func() (autoscale.Effects, error) { return e.scaler.Tag(in) })
}

// UntagResource performs the operation of that name. The error is a refusal, or of
// storage.
func (e *Engine) UntagResource(_ context.Context, now instant.Instant, in *request.UntagResourceInput) (*EmptyOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	return &EmptyOutput{}, e.change(now, goesOn, func() (autoscale.Effects, error) { return e.scaler.Untag(in) })
}

// ListTagsForResourceOutput is the output of ListTagsForResource.
type ListTagsForResourceOutput struct{ Tags map[string]string }

// ListTagsForResource performs the operation of that name. The error is a refusal.
func (e *Engine) ListTagsForResource(_ context.Context, _ instant.Instant, in *request.ListTagsForResourceInput) (*ListTagsForResourceOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	out := ListTagsForResourceOutput{map[string]string{}}
	var err error
	e.read(func(s *autoscale.Scaler) {
		var tags map[string]string
		tags, err = s.Tags(in)
		maps.Copy(out.Tags, tags)
	})
	return &out, err
}
