package dynamo

import (
	"context"
	"maps"

	"lullaby/dynamo/request"
	"lullaby/instant"
)

// UntagResource removes tags of a table. It ignores keys that the table does not
// have. The error is a refusal.Validation, refusal.AccessDenied,
// refusal.NotFound, or of storage.
func (e *Engine) UntagResource(_ context.Context, now instant.Instant, in *request.UntagResourceInput) (*Empty, error) {
	if err := in.Check(e.opts.Scope); err != nil {
		return nil, err
	}
	return &Empty{}, e.retag(now, *in.ResourceArn, "Requested resource not found", func(tags map[string]string) (map[string]string, error) {
		left := maps.Clone(tags)
		for _, key := range in.TagKeys {
			delete(left, key)
		}
		return left, nil
	})
}
