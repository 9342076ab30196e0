package request

import "lullaby/queue/refusal"

// SendMessageInput is the request of SendMessage.
type SendMessageInput struct {
	QueueUrl string

	Message
}

// Check returns the first refusal that needs no queue.
func (in *SendMessageInput) Check() error {
	if err := checkURL(in.QueueUrl); err != nil {
		return err
	}
	if in.MessageBody == "" {
		return refusal.Missing("MessageBody")
	}
	return in.check("SendMessage")
}

// CheckFor returns the first refusal that the settings of the queue decide.
func (in *SendMessageInput) CheckFor(q *Settings) error {
	if err := in.missing(q, refusal.MissingParameter); err != nil {
		return err
	}
	if err := in.checkFor(q); err != nil {
		return err
	}
	return in.tooLong(q, "One or more parameters are invalid.")
}

// SendMessageBatchInput is the request of SendMessageBatch.
type SendMessageBatchInput struct {
	QueueUrl string
	Entries  []SendMessageBatchRequestEntry `query:"SendMessageBatchRequestEntry"`
}

// SendMessageBatchRequestEntry is a message of a batch.
type SendMessageBatchRequestEntry struct {
	Id string

	Message
}

// Check returns the first refusal of the whole batch that needs no queue.
func (in *SendMessageBatchInput) Check() error {
	const name = "SendMessageBatchRequestEntry"
	if err := checkURL(in.QueueUrl); err != nil {
		return err
	}
	if err := checkBatch(name, len(in.Entries), func(i int) string { return in.Entries[i].Id }); err != nil {
		return err
	}
	size := int64(0)
	for i := range in.Entries {
		if in.Entries[i].MessageBody == "" {
			return missingInEntry(name, i, "MessageBody")
		}
		size += in.Entries[i].Size()
	}
	if size > MaxSize {
		return refusal.Newf(refusal.BatchRequestTooLong, "Batch requests cannot be longer than %d bytes. You have sent %d bytes.", MaxSize, size)
	}
	return nil
}

// CheckFor returns the first refusal of the whole batch that the settings of the
// queue decide.
func (in *SendMessageBatchInput) CheckFor(q *Settings) error {
	for i := range in.Entries {
		if err := in.Entries[i].missing(q, refusal.InvalidParameterValue); err != nil {
			return err
		}
	}
	return nil
}

// CheckFor returns the first refusal of the entry alone; the others may be sent.
func (e *SendMessageBatchRequestEntry) CheckFor(q *Settings) error {
	if err := e.check("SendMessageBatch"); err != nil {
		return err
	}
	if err := e.checkFor(q); err != nil {
		return err
	}
	return e.tooLong(q, "One or more parameters cannot be validated.")
}
