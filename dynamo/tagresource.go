package dynamo

import (
	"context"

	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/awsjson"
)

// Empty is the output of operations whose answer has no body
// (docs/aws/messages.md#empty-answers).
type Empty struct{}

// AppendJSON implements awsjson.Appender: it appends nothing.
func (*Empty) AppendJSON(dst []byte, _ awsjson.Drain) ([]byte, error) { return dst, nil }

// TagResource sets tags of a table. The error is a refusal.Validation,
// refusal.AccessDenied, refusal.NotFound, or of storage.
func (e *Engine) TagResource(_ context.Context, now instant.Instant, in *request.TagResourceInput) (*Empty, error) {
	if err := in.Check(e.opts.Scope); err != nil {
		return nil, err
	}
	return &Empty{}, e.retag(now, *in.ResourceArn, unknownResource(*in.ResourceArn), func(tags map[string]string) (map[string]string, error) {
		all := tagged(tags, in.Tags)
		return all, request.CheckTagCount(len(all))
	})
}
