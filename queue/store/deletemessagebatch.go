package store

import (
	"context"

	"lullaby/instant"
	"lullaby/queue/request"
)

// DeleteMessageBatchOutput is the output of DeleteMessageBatch.
type DeleteMessageBatchOutput struct {
	Successful []DeleteMessageBatchResultEntry `query:"DeleteMessageBatchResultEntry"`
	Failed     []request.BatchResultErrorEntry `json:",omitempty" query:"BatchResultErrorEntry"`
}

// DeleteMessageBatchResultEntry is an entry whose message is deleted.
type DeleteMessageBatchResultEntry struct{ Id string }

// DeleteMessageBatch deletes messages as DeleteMessage does, each by itself. The
// error is a refusal of the whole batch, or of storage.
func (e *Engine) DeleteMessageBatch(_ context.Context, now instant.Instant, in *request.DeleteMessageBatchInput) (*DeleteMessageBatchOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	q, err := e.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	handles, refused := make([]string, len(in.Entries)), make([]error, len(in.Entries))
	for i := range in.Entries {
		handles[i] = in.Entries[i].ReceiptHandle
	}
	if err := q.delete(now, handles, refused); err != nil {
		return nil, err
	}
	out := &DeleteMessageBatchOutput{Successful: make([]DeleteMessageBatchResultEntry, 0, len(refused))}
	for i, err := range refused {
		if id := in.Entries[i].Id; err != nil {
			out.Failed = append(out.Failed, request.Failed(id, err))
		} else {
			out.Successful = append(out.Successful, DeleteMessageBatchResultEntry{id})
		}
	}
	return out, nil
}
