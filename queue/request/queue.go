package request

import "lullaby/queue/refusal"

// GetQueueUrlInput is the request of GetQueueUrl.
type GetQueueUrlInput struct {
	QueueName              string
	QueueOwnerAWSAccountId string // empty: the caller's
}

// Check returns the first refusal that needs no queue.
func (in *GetQueueUrlInput) Check() error {
	if in.QueueName == "" {
		return refusal.Missing("QueueName")
	}
	return nil
}

// ListQueuesInput is the request of ListQueues.
type ListQueuesInput struct {
	QueueNamePrefix string
	NextToken       string
	MaxResults      *int32 // nil: 1,000, and no token for more
}

// Check returns the first refusal. Whoever lists checks the token.
func (in *ListQueuesInput) Check() error { return checkResults(in.MaxResults, maxQueues) }

// ListDeadLetterSourceQueuesInput is the request of ListDeadLetterSourceQueues.
type ListDeadLetterSourceQueuesInput struct {
	QueueUrl   string
	NextToken  string
	MaxResults *int32 // nil: 1,000, and no token for more
}

// Check returns the first refusal that needs no queue.
func (in *ListDeadLetterSourceQueuesInput) Check() error {
	if err := checkURL(in.QueueUrl); err != nil {
		return err
	}
	return checkResults(in.MaxResults, maxQueues)
}

// maxQueues is the most queues of one page (API Reference, "ListQueues").
const maxQueues = 1_000

// checkResults checks MaxResults. Assumed: the text, after those of ReceiveMessage.
func checkResults(n *int32, most int32) error {
	if n != nil && (*n < 1 || *n > most) {
		return refusal.Newf(refusal.InvalidParameterValue, "Value %d for parameter MaxResults is invalid. Reason: Must be between 1 and %d, if provided.", *n, most)
	}
	return nil
}

// DeleteQueueInput is the request of DeleteQueue.
type DeleteQueueInput struct{ QueueUrl string }

// Check returns the first refusal that needs no queue.
func (in *DeleteQueueInput) Check() error { return checkURL(in.QueueUrl) }

// PurgeQueueInput is the request of PurgeQueue.
type PurgeQueueInput struct{ QueueUrl string }

// Check returns the first refusal that needs no queue.
func (in *PurgeQueueInput) Check() error { return checkURL(in.QueueUrl) }
