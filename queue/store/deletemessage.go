package store

import (
	"context"

	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/queue/request"
)

// DeleteMessageOutput is the output of DeleteMessage.
type DeleteMessageOutput struct{}

// DeleteMessage deletes a message by the handle of its last receive. When it
// returns, the message never comes back. The error is a refusal, or of storage.
func (e *Engine) DeleteMessage(_ context.Context, now instant.Instant, in *request.DeleteMessageInput) (*DeleteMessageOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	q, err := e.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	var refused [1]error
	if err := q.delete(now, []string{in.ReceiptHandle}, refused[:]); err != nil {
		return nil, err
	}
	return &DeleteMessageOutput{}, refused[0]
}

// delete deletes messages by their handles, and sets what was refused of each. The
// error is as that of settle.
func (q *queue) delete(now instant.Instant, handles []string, refused []error) error {
	return q.settle(now, model.Delete, handles, refused, func(i int, r receipt) (bool, error) {
		gone, err := q.model.Delete(now, r.id, r.nonce)
		if err == nil {
			q.meter.Delete(now)
		}
		return gone, refusalOf(err, handles[i], 0)
	})
}
