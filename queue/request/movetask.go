package request

// StartMessageMoveTaskInput is the request of StartMessageMoveTask.
type StartMessageMoveTaskInput struct {
	SourceArn                    string
	DestinationArn               string // empty: the queues from which the messages came
	MaxNumberOfMessagesPerSecond *int32  // nil: as many as Lullaby can
}

// ListMessageMoveTasksInput is the request of ListMessageMoveTasks.
type ListMessageMoveTasksInput struct {
	SourceArn  string
	MaxResults *int32 // nil: 1
}

// CancelMessageMoveTaskInput is the request of CancelMessageMoveTask.
type CancelMessageMoveTaskInput struct{ TaskHandle string }
