package request

import "lullaby/queue/refusal"

// DeleteMessageInput is the request of DeleteMessage.
type DeleteMessageInput struct {
	QueueUrl      string
	ReceiptHandle string
}

// Check returns the first refusal that needs no queue. MessageHandle is AWS's slip
// (docs/aws/sqs.md#missing-parameters).
func (in *DeleteMessageInput) Check() error {
	if err := checkURL(in.QueueUrl); err != nil {
		return err
	}
	if in.ReceiptHandle == "" {
		return refusal.Missing("MessageHandle")
	}
	return nil
}

// DeleteMessageBatchInput is the request of DeleteMessageBatch.
type DeleteMessageBatchInput struct {
	QueueUrl string
	Entries  []DeleteMessageBatchRequestEntry `query:"DeleteMessageBatchRequestEntry"`
}

// DeleteMessageBatchRequestEntry is a message that a batch deletes.
type DeleteMessageBatchRequestEntry struct {
	Id            string
	ReceiptHandle string
}

// Check returns the first refusal of the whole batch that needs no queue.
func (in *DeleteMessageBatchInput) Check() error {
	const name = "DeleteMessageBatchRequestEntry"
	if err := checkURL(in.QueueUrl); err != nil {
		return err
	}
	if err := checkBatch(name, len(in.Entries), func(i int) string { return in.Entries[i].Id }); err != nil {
		return err
	}
	for i := range in.Entries {
		if in.Entries[i].ReceiptHandle == "" {
			return missingInEntry(name, i, "ReceiptHandle")
		}
	}
	return nil
}
