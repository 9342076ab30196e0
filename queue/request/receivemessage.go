package request

// ReceiveMessageInput is the request of ReceiveMessage.
type ReceiveMessageInput struct {
	QueueUrl                    string
	AttributeNames              []string `query:"AttributeName"` // the older spelling of the next
	MessageSystemAttributeNames []string `query:"MessageSystemAttributeName"`
	MessageAttributeNames       []string `query:"MessageAttributeName"`
	MaxNumberOfMessages         *int32   // nil: 1
	VisibilityTimeout           *int32   // in seconds; nil: that of the queue
	WaitTimeSeconds             *int32   // nil: that of the queue
	ReceiveRequestAttemptId     string
}
