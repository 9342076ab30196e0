package store

import (
	"context"

	"lullaby/instant"
	"lullaby/queue/refusal"
	"lullaby/queue/request"
)

// StartMessageMoveTaskOutput is the output of StartMessageMoveTask.
type StartMessageMoveTaskOutput struct{ TaskHandle string }

// StartMessageMoveTask starts to move the messages of a dead-letter queue, which Run
// does. The error is a refusal, or of storage.
func (e *Engine) StartMessageMoveTask(_ context.Context, now instant.Instant, in *request.StartMessageMoveTaskInput) (*StartMessageMoveTaskOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	e.ddl.Lock()
	defer e.ddl.Unlock()
	source, err := e.checkMove(in)
	if err != nil {
		return nil, err
	}
	counts, err := source.counts(now)
	if err != nil {
		return nil, err
	}
	o := order{ID: newMessageID().String(), Source: in.SourceArn, Destination: in.DestinationArn, Started: now}
	if earlier := e.moves[source.number]; len(earlier) > 0 {
		o.Started = max(now, earlier[len(earlier)-1].Started+1) // their keys are in order
	}
	if in.MaxNumberOfMessagesPerSecond != nil {
		o.Rate = int(*in.MaxNumberOfMessagesPerSecond)
	}
	t := newMoveTask(o, source.number, progress{Status: taskRunning, ToMove: counts.Visible})
	b := e.db.NewBatch()
	if err := t.stage(b, t.state); err != nil {
		return nil, closing(b, err)
	}
	kept := e.moves[t.number]
	e.addTask(b, t)
	if err := b.Commit(); err != nil {
		e.moves[t.number] = kept
		return nil, err
	}
	e.work.add(t)
	return &StartMessageMoveTaskOutput{t.handle()}, nil
}

// handle returns the handle of the task.
func (t *moveTask) handle() string {
	return request.TaskHandle{TaskID: t.ID, SourceARN: t.Source}.String()
}

// checkMove returns the source of a task that may be started
// (docs/aws/sqs.md#move-tasks). The caller holds ddl.
func (e *Engine) checkMove(in *request.StartMessageMoveTaskInput) (*queue, error) {
	source := e.byARN(in.SourceArn)
	if source == nil {
		return nil, request.NoResource("SourceArn")
	}
	if in.DestinationArn != "" {
		to := e.byARN(in.DestinationArn)
		if to == nil {
			return nil, request.NoResource("DestinationArn")
		}
		if (to.fifo == nil) != (source.fifo == nil) {
			return nil, refusal.New(refusal.InvalidParameterValue, "Source and destination queues must be of the same type.")
		}
	}
	if len(e.sources(source.arn)) == 0 {
		return nil, refusal.New(refusal.InvalidParameterValue, "Source queue must be configured as a Dead Letter Queue.")
	}
	for _, t := range e.moves[source.number] {
		if t.progress().active() {
			return nil, refusal.New(refusal.InvalidParameterValue,
				"There is already a task running. Only one active task is allowed for a source queue arn at a given time.")
		}
	}
	return source, nil
}
