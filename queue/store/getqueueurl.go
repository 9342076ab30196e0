package store

import (
	"context"

	"lullaby/instant"
	"lullaby/queue/request"
)

// GetQueueUrlOutput is the output of GetQueueUrl.
type GetQueueUrlOutput struct{ QueueUrl string }

// GetQueueUrl returns the URL of the queue of a name. The error is a refusal.
func (e *Engine) GetQueueUrl(_ context.Context, _ instant.Instant, in *request.GetQueueUrlInput) (*GetQueueUrlOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	if in.QueueOwnerAWSAccountId != "" && in.QueueOwnerAWSAccountId != e.opts.Scope.Account {
		return nil, errNoQueue
	}
	if _, err := e.named(in.QueueName); err != nil {
		return nil, err
	}
	return &GetQueueUrlOutput{e.url(in.QueueName)}, nil
}
