package store

import (
	"context"

	"lullaby/instant"
	"lullaby/queue/request"
)

// ChangeMessageVisibilityBatchOutput is the output of ChangeMessageVisibilityBatch.
type ChangeMessageVisibilityBatchOutput struct {
	Successful []ChangeMessageVisibilityBatchResultEntry `query:"ChangeMessageVisibilityBatchResultEntry"`
	Failed     []request.BatchResultErrorEntry           `json:",omitempty" query:"BatchResultErrorEntry"`
}

// ChangeMessageVisibilityBatchResultEntry is an entry whose message was changed.
type ChangeMessageVisibilityBatchResultEntry struct{ Id string }

// ChangeMessageVisibilityBatch changes messages as ChangeMessageVisibility does,
// each by itself. The error is a refusal of the whole batch, or of storage.
func (e *Engine) ChangeMessageVisibilityBatch(_ context.Context, now instant.Instant, in *request.ChangeMessageVisibilityBatchInput) (*ChangeMessageVisibilityBatchOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	q, err := e.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	n := len(in.Entries)
	handles, seconds, refused := make([]string, n), make([]int32, n), make([]error, n)
	for i := range in.Entries {
		entry := &in.Entries[i]
		handles[i], seconds[i], refused[i] = entry.ReceiptHandle, *entry.VisibilityTimeout, entry.Check()
	}
	if err := q.changeVisibility(now, handles, seconds, refused); err != nil {
		return nil, err
	}
	out := &ChangeMessageVisibilityBatchOutput{Successful: make([]ChangeMessageVisibilityBatchResultEntry, 0, n)}
	for i, err := range refused {
		if id := in.Entries[i].Id; err != nil {
			out.Failed = append(out.Failed, request.Failed(id, err))
		} else {
			out.Successful = append(out.Successful, ChangeMessageVisibilityBatchResultEntry{id})
		}
	}
	return out, nil
}
