package store

import (
	"context"

	"lullaby/instant"
	"lullaby/queue/request"
)

// SendMessageBatchOutput is the output of SendMessageBatch.
type SendMessageBatchOutput struct {
	Successful []SendMessageBatchResultEntry   `query:"SendMessageBatchResultEntry"`
	Failed     []request.BatchResultErrorEntry `json:",omitempty" query:"BatchResultErrorEntry"`
}

// SendMessageBatchResultEntry is an entry whose message was sent.
type SendMessageBatchResultEntry struct {
	Id string

	SentMessage
}

// SendMessageBatch puts messages into a queue, in their order. What is wrong with
// one does not keep others. The error is a refusal of the whole batch, or of storage.
func (e *Engine) SendMessageBatch(_ context.Context, now instant.Instant, in *request.SendMessageBatchInput) (*SendMessageBatchOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	q, err := e.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	settings := &q.desc.Load().settings
	if err := in.CheckFor(settings); err != nil {
		return nil, err
	}
	out := &SendMessageBatchOutput{Successful: make([]SendMessageBatchResultEntry, 0, len(in.Entries))}
	ss := make([]*sending, 0, len(in.Entries))
	of := make([]int, 0, len(in.Entries)) // the entry of each sending
	for i := range in.Entries {
		entry := &in.Entries[i]
		if err := entry.CheckFor(settings); err != nil {
			out.Failed = append(out.Failed, request.Failed(entry.Id, err))
			continue
		}
		ss, of = append(ss, newSending(now, &entry.Message, settings)), append(of, i)
	}
	if err := q.send(now, ss...); err != nil {
		return nil, err
	}
	for i, s := range ss {
		entry := &in.Entries[of[i]]
		out.Successful = append(out.Successful, SendMessageBatchResultEntry{entry.Id, s.told(&entry.Message)})
	}
	return out, nil
}
