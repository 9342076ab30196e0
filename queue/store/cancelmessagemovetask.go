package store

import (
	"context"

	"lullaby/instant"
	"lullaby/queue/refusal"
	"lullaby/queue/request"
)

// CancelMessageMoveTaskOutput is the output of CancelMessageMoveTask.
type CancelMessageMoveTaskOutput struct{ ApproximateNumberOfMessagesMoved int64 }

// CancelMessageMoveTask has a move task stop. Messages that it has moved stay where
// they are. The error is a refusal, or of storage.
func (e *Engine) CancelMessageMoveTask(_ context.Context, _ instant.Instant, in *request.CancelMessageMoveTaskInput) (*CancelMessageMoveTaskOutput, error) {
	handle, err := in.Handle()
	if err != nil {
		return nil, err
	}
	e.ddl.Lock()
	defer e.ddl.Unlock()
	t, err := e.task(handle)
	if err != nil {
		return nil, err
	}
	err = e.change(t, func(p *progress) error {
		if p.Status != taskRunning {
			return refusal.New(refusal.UnsupportedOperation, "Only a task that is running can be cancelled.")
		}
		p.Status = taskCancelling
		return nil
	})
	if err != nil {
		return nil, err
	}
	close(t.cancelled)
	return &CancelMessageMoveTaskOutput{int64(t.progress().moved)}, nil
}

// task returns the task of a handle. The caller holds ddl.
func (e *Engine) task(h request.TaskHandle) (*moveTask, error) {
	source := e.byARN(h.SourceARN)
	if source == nil {
		return nil, request.NoResource("SourceArn")
	}
	for _, t := range e.moves[source.number] {
		if t.ID == h.TaskID {
			return t, nil
		}
	}
	return nil, refusal.New(refusal.ResourceNotFound, "Task does not exist.")
}
