package store

import (
	"context"

	"lullaby/instant"
	"lullaby/queue/request"
)

// RemovePermissionOutput is the output of RemovePermission.
type RemovePermissionOutput struct{}

// RemovePermission removes the statement of a label from the policy of a queue. The
// error is a refusal, or of storage.
func (e *Engine) RemovePermission(_ context.Context, now instant.Instant, in *request.RemovePermissionInput) (*RemovePermissionOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	err := e.changePolicy(now, in.QueueUrl, func(policy string, _ *queue) (string, error) { return in.RemoveFrom(policy) })
	if err != nil {
		return nil, err
	}
	return &RemovePermissionOutput{}, nil
}
