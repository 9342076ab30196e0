package request

// GetQueueUrlInput is the request of GetQueueUrl.
type GetQueueUrlInput struct {
	QueueName              string
	QueueOwnerAWSAccountId string // empty: the caller's
}

// ListQueuesInput is the request of ListQueues.
type ListQueuesInput struct {
	QueueNamePrefix string
	NextToken       string
	MaxResults      *int32 // nil: 1,000, and no token for more
}

// ListDeadLetterSourceQueuesInput is the request of ListDeadLetterSourceQueues.
type ListDeadLetterSourceQueuesInput struct {
	QueueUrl   string
	NextToken  string
	MaxResults *int32 // nil: 1,000, and no token for more
}

// DeleteQueueInput is the request of DeleteQueue.
type DeleteQueueInput struct{ QueueUrl string }

// PurgeQueueInput is the request of PurgeQueue.
type PurgeQueueInput struct{ QueueUrl string }
