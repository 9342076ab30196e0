package store

import (
	"context"

	"lullaby/instant"
	"lullaby/queue/request"
)

// ListQueueTagsOutput is the output of ListQueueTags.
type ListQueueTagsOutput struct {
	Tags map[string]string `json:",omitempty" query:"Tag,Key,Value"`
}

// ListQueueTags returns the tags of a queue. The error is a refusal.
func (e *Engine) ListQueueTags(_ context.Context, _ instant.Instant, in *request.ListQueueTagsInput) (*ListQueueTagsOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	q, err := e.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return &ListQueueTagsOutput{q.desc.Load().Tags}, nil
}
