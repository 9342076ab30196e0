package store

import (
	"context"
	"time"

	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/queue/request"
)

// ChangeMessageVisibilityOutput is the output of ChangeMessageVisibility.
type ChangeMessageVisibilityOutput struct{}

// ChangeMessageVisibility hides a message from now on for a time, or shows it, by
// the handle of its last receive. The error is a refusal, or of storage.
func (e *Engine) ChangeMessageVisibility(_ context.Context, now instant.Instant, in *request.ChangeMessageVisibilityInput) (*ChangeMessageVisibilityOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	q, err := e.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	var refused [1]error
	if err := q.changeVisibility(now, []string{in.ReceiptHandle}, []int32{*in.VisibilityTimeout}, refused[:]); err != nil {
		return nil, err
	}
	if refused[0] != nil {
		return nil, refused[0]
	}
	return &ChangeMessageVisibilityOutput{}, nil
}

// changeVisibility changes the visibility of messages, each to a number of seconds
// from now, and sets what was refused of each. The error is as that of settle.
func (q *queue) changeVisibility(now instant.Instant, handles []string, seconds []int32, refused []error) error {
	return q.settle(now, model.ChangeVisibility, handles, refused, func(i int, r receipt) (bool, error) {
		_, changed, err := q.model.ChangeVisibility(now, r.id, r.nonce, time.Duration(seconds[i])*time.Second)
		return changed, refusalOf(err, handles[i], seconds[i])
	})
}
