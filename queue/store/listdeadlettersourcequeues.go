package store

import (
	"context"

	"lullaby/instant"
	"lullaby/queue/request"
)

// ListDeadLetterSourceQueuesOutput is the output of ListDeadLetterSourceQueues.
type ListDeadLetterSourceQueuesOutput struct {
	NextToken string   `json:",omitzero"`
	QueueUrls []string `json:"queueUrls" query:"QueueUrl"`
}

// ListDeadLetterSourceQueues returns the URLs of the queues whose dead-letter queue
// is the given one, in the order of their names. The error is a refusal.
func (e *Engine) ListDeadLetterSourceQueues(_ context.Context, _ instant.Instant, in *request.ListDeadLetterSourceQueuesInput) (*ListDeadLetterSourceQueuesOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	target, err := e.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	urls, next, err := e.page(e.sources(target.arn), in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &ListDeadLetterSourceQueuesOutput{NextToken: next, QueueUrls: append([]string{}, urls...)}, nil
}

// sources returns the queues whose dead-letter queue has the ARN target.
func (e *Engine) sources(target string) []*queue {
	return e.all(func(q *queue) bool {
		r := q.desc.Load().settings.Redrive
		return r != nil && r.Target == target
	})
}
