package store

import (
	"context"

	"lullaby/instant"
	"lullaby/queue/request"
)

// SentMessage is what a sender is told of a message.
type SentMessage struct {
	MD5OfMessageBody             string
	MD5OfMessageAttributes       string `json:",omitzero"`
	MD5OfMessageSystemAttributes string `json:",omitzero"`
	MessageId                    string
	SequenceNumber               string `json:",omitzero"` // in FIFO queues
}

// SendMessageOutput is the output of SendMessage.
type SendMessageOutput struct{ SentMessage }

// SendMessage puts a message into a queue. When it returns, the message is as
// durable as the store. The error is a refusal, or of storage.
func (e *Engine) SendMessage(_ context.Context, now instant.Instant, in *request.SendMessageInput) (*SendMessageOutput, error) {
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
	s := newSending(now, &in.Message, settings)
	if err := q.send(now, s); err != nil {
		return nil, err
	}
	return &SendMessageOutput{s.told(&in.Message)}, nil
}
