package store

import (
	"context"

	"lullaby/instant"
	"lullaby/queue/request"
)

// UntagQueueOutput is the output of UntagQueue.
type UntagQueueOutput struct{}

// UntagQueue removes tags of a queue; tags that it does not have do not matter. The
// error is a refusal, or of storage.
func (e *Engine) UntagQueue(_ context.Context, now instant.Instant, in *request.UntagQueueInput) (*UntagQueueOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	return &UntagQueueOutput{}, e.retag(now, in.QueueUrl, func(tags map[string]string) {
		for _, key := range in.TagKeys {
			delete(tags, key)
		}
	})
}
