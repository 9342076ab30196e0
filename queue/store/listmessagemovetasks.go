package store

import (
	"context"
	"slices"
	"time"

	"lullaby/instant"
	"lullaby/queue/request"
)

// ListMessageMoveTasksOutput is the output of ListMessageMoveTasks.
type ListMessageMoveTasksOutput struct {
	Results []ListMessageMoveTasksResultEntry `json:",omitempty" query:"ListMessageMoveTasksResultEntry"`
}

// ListMessageMoveTasksResultEntry describes a move task.
type ListMessageMoveTasksResultEntry struct {
	TaskHandle                        string `json:",omitzero"` // while it is RUNNING
	Status                            string
	SourceArn                         string
	DestinationArn                    string `json:",omitzero"`
	MaxNumberOfMessagesPerSecond      int32  `json:",omitzero"`
	ApproximateNumberOfMessagesMoved  int64
	ApproximateNumberOfMessagesToMove int64
	FailureReason                     string `json:",omitzero"`
	StartedTimestamp                  int64  // milliseconds since 1970
}

// ListMessageMoveTasks describes the move tasks of a source, the newest first. The
// error is a refusal.
func (e *Engine) ListMessageMoveTasks(_ context.Context, _ instant.Instant, in *request.ListMessageMoveTasksInput) (*ListMessageMoveTasksOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	source := e.byARN(in.SourceArn)
	if source == nil {
		return nil, request.NoResource("SourceArn")
	}
	most := 1
	if in.MaxResults != nil {
		most = int(*in.MaxResults)
	}
	e.ddl.Lock()
	defer e.ddl.Unlock()
	out := &ListMessageMoveTasksOutput{}
	for _, t := range slices.Backward(e.moves[source.number]) {
		if len(out.Results) == most {
			break
		}
		out.Results = append(out.Results, t.describe())
	}
	return out, nil
}

func (t *moveTask) describe() ListMessageMoveTasksResultEntry {
	p := t.progress()
	entry := ListMessageMoveTasksResultEntry{
		Status: p.Status, SourceArn: t.Source, DestinationArn: t.Destination,
		MaxNumberOfMessagesPerSecond:     int32(t.Rate), //nolint:gosec // 1 to 500
		ApproximateNumberOfMessagesMoved: int64(p.moved), ApproximateNumberOfMessagesToMove: int64(p.ToMove),
		FailureReason: p.FailureReason, StartedTimestamp: int64(t.Started) / int64(time.Millisecond),
	}
	if p.Status == taskRunning {
		entry.TaskHandle = t.handle()
	}
	return entry
}
