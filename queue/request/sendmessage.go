package request

// SendMessageInput is the request of SendMessage.
type SendMessageInput struct {
	QueueUrl string

	Message
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
