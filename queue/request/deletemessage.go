package request

// DeleteMessageInput is the request of DeleteMessage.
type DeleteMessageInput struct {
	QueueUrl      string
	ReceiptHandle string
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
