package request

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"lullaby/queue/refusal"
)

// StartMessageMoveTaskInput is the request of StartMessageMoveTask.
type StartMessageMoveTaskInput struct {
	SourceArn                    string
	DestinationArn               string // empty: the queues from which the messages came
	MaxNumberOfMessagesPerSecond *int32 // nil: as many as Lullaby can
}

// maxPace is the most of MaxNumberOfMessagesPerSecond (API Reference,
// "StartMessageMoveTask").
const maxPace = 500

// Check returns the first refusal that needs no queue. Assumed: the text for the
// pace.
func (in *StartMessageMoveTaskInput) Check() error {
	if err := checkSource(in.SourceArn); err != nil {
		return err
	}
	if in.DestinationArn != "" {
		if _, ok := ParseARN(in.DestinationArn); !ok {
			return NoResource("DestinationArn")
		}
	}
	if n := in.MaxNumberOfMessagesPerSecond; n != nil && (*n < 1 || *n > maxPace) {
		return refusal.Invalid(*n, "MaxNumberOfMessagesPerSecond", fmt.Sprintf("Must be between 1 and %d, if provided.", maxPace))
	}
	return nil
}

// ListMessageMoveTasksInput is the request of ListMessageMoveTasks.
type ListMessageMoveTasksInput struct {
	SourceArn  string
	MaxResults *int32 // nil: 1
}

// maxTasks is the most tasks that a queue lists (API Reference,
// "ListMessageMoveTasks").
const maxTasks = 10

// Check returns the first refusal that needs no queue.
func (in *ListMessageMoveTasksInput) Check() error {
	if err := checkSource(in.SourceArn); err != nil {
		return err
	}
	return checkResults(in.MaxResults, maxTasks)
}

// CancelMessageMoveTaskInput is the request of CancelMessageMoveTask.
type CancelMessageMoveTaskInput struct{ TaskHandle string }

// Check returns the first refusal that needs no task. Handle returns what the handle
// says.
func (in *CancelMessageMoveTaskInput) Check() error {
	_, err := in.Handle()
	return err
}

// Handle returns the handle of the task, or the first refusal of the request.
func (in *CancelMessageMoveTaskInput) Handle() (TaskHandle, error) {
	if in.TaskHandle == "" {
		return TaskHandle{}, refusal.Missing("TaskHandle")
	}
	var h TaskHandle
	text, err := base64.StdEncoding.DecodeString(in.TaskHandle)
	if err != nil || json.Unmarshal(text, &h) != nil || h.TaskID == "" || h.SourceARN == "" {
		return TaskHandle{}, refusal.New(refusal.InvalidParameterValue, "Value for parameter TaskHandle is invalid.")
	}
	return h, nil
}

// A TaskHandle names a task. A client gets it as base64 of JSON, as from AWS
// (docs/aws/sqs.md#task-handles).
type TaskHandle struct {
	TaskID    string `json:"taskId"`
	SourceARN string `json:"sourceArn"`
}

func (h TaskHandle) String() string {
	text, err := json.Marshal(h)
	if err != nil {
		panic(err) // texts have a JSON form
	}
	return base64.StdEncoding.EncodeToString(text)
}

// NoResource refuses an ARN, in a member of that name, that is no queue's.
func NoResource(member string) error {
	return refusal.Newf(refusal.ResourceNotFound, "The resource that you specified for the %s parameter doesn't exist.", member)
}

func checkSource(source string) error {
	if source == "" {
		return refusal.Missing("SourceArn")
	}
	if _, ok := ParseARN(source); !ok {
		return NoResource("SourceArn")
	}
	return nil
}
