package request_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"lullaby/internal/arn"
	"lullaby/internal/awsjson"
	"lullaby/internal/scripttest"
	"lullaby/queue/refusal"
	"lullaby/queue/request"
)

// A script is a list of requests to one queue, in shorthand perhaps, each with what AWS
// refuses of it: code and text, or nothing; for a batch, those of each entry that
// fails, behind its Id. "queue" makes the queue anew, with attributes; "attributes"
// prints them as GetQueueAttributes lists them. SetQueueAttributes, AddPermission and
// RemovePermission change them.
func TestScripts(t *testing.T) {
	scripttest.Each(t, "testdata/*.txt", func(t *testing.T, file string) {
		s := script{t: t, queue: request.Defaults(false)}
		scripttest.Answers(t, file, s.play)
	})
}

type script struct {
	t     *testing.T
	queue request.Settings
}

func (s *script) play(line string) []string {
	operation, body, _ := strings.Cut(line, " ")
	body = scripttest.Expand(body)
	switch operation {
	case "queue":
		settings, err := request.NewSettings(s.attributes(body))
		if err == nil {
			s.queue = settings
		}
		return s.answer(err)
	case "attributes":
		text, err := json.Marshal(s.queue.Attributes())
		if err != nil {
			s.t.Fatal(err)
		}
		return []string{string(text)}
	}
	in := inputs[operation]
	if in == nil {
		s.t.Fatalf("no operation %q", operation)
	}
	input := in()
	if err := awsjson.Unmarshal([]byte(body), input); err != nil {
		s.t.Fatalf("%s: %v", body, err)
	}
	return s.perform(input)
}

// perform asks the request what it refuses, as the store does.
func (s *script) perform(in checker) []string {
	err := in.Check()
	if by, ok := in.(interface {
		CheckFor(q *request.Settings) error
	}); ok && err == nil {
		err = by.CheckFor(&s.queue)
	}
	if err == nil {
		err = s.change(in)
	}
	if err != nil {
		return s.answer(err)
	}
	var answers []string
	for _, f := range s.entries(in) {
		if !f.SenderFault {
			s.t.Errorf("entry %q failed by a fault of ours", f.Id)
		}
		answers = append(answers, f.Id+" "+f.Code+": "+f.Message)
	}
	if len(answers) == 0 {
		return s.answer(nil)
	}
	return answers
}

// entries checks the entries of a batch.
func (s *script) entries(in any) (failed []request.BatchResultErrorEntry) {
	fail := func(id string, err error) {
		if err != nil {
			failed = append(failed, request.Failed(id, err))
		}
	}
	switch in := in.(type) {
	case *request.SendMessageBatchInput:
		for i := range in.Entries {
			fail(in.Entries[i].Id, in.Entries[i].CheckFor(&s.queue))
		}
	case *request.ChangeMessageVisibilityBatchInput:
		for i := range in.Entries {
			fail(in.Entries[i].Id, in.Entries[i].Check())
		}
	}
	return failed
}

// change performs a request that changes the attributes of the queue.
func (s *script) change(in any) (err error) {
	switch in := in.(type) {
	case *request.SetQueueAttributesInput:
		var changed request.Settings
		if changed, err = s.queue.With(in.Attributes); err == nil {
			s.queue = changed
		}
	case *request.AddPermissionInput:
		var policy string
		if policy, err = in.AddTo(s.queue.Policy, queueARN); err == nil {
			s.queue.Policy = policy
		}
	case *request.RemovePermissionInput:
		var policy string
		if policy, err = in.RemoveFrom(s.queue.Policy); err == nil {
			s.queue.Policy = policy
		}
	}
	return err
}

var queueARN = arn.ARN{Scope: arn.Scope{}.WithDefaults(), Service: "sqs", Resource: "jobs"}

func (s *script) attributes(body string) (attributes map[string]string) {
	if body != "" {
		if err := json.Unmarshal([]byte(body), &attributes); err != nil {
			s.t.Fatalf("%s: %v", body, err)
		}
	}
	return attributes
}

func (s *script) answer(err error) []string {
	if err == nil {
		return []string{""}
	}
	kind, ok := errors.AsType[refusal.Kind](err)
	if !ok {
		s.t.Errorf("%v is no refusal", err)
	}
	return []string{kind.Code() + ": " + err.Error()}
}

// A checker is an input.
type checker interface{ Check() error }

// inputs have the operations that scripts can call.
var inputs = map[string]func() checker{
	"AddPermission":                func() checker { return new(request.AddPermissionInput) },
	"CancelMessageMoveTask":        func() checker { return new(request.CancelMessageMoveTaskInput) },
	"ChangeMessageVisibility":      func() checker { return new(request.ChangeMessageVisibilityInput) },
	"ChangeMessageVisibilityBatch": func() checker { return new(request.ChangeMessageVisibilityBatchInput) },
	"CreateQueue":                  func() checker { return new(request.CreateQueueInput) },
	"DeleteMessage":                func() checker { return new(request.DeleteMessageInput) },
	"DeleteMessageBatch":           func() checker { return new(request.DeleteMessageBatchInput) },
	"DeleteQueue":                  func() checker { return new(request.DeleteQueueInput) },
	"GetQueueAttributes":           func() checker { return new(request.GetQueueAttributesInput) },
	"GetQueueUrl":                  func() checker { return new(request.GetQueueUrlInput) },
	"ListDeadLetterSourceQueues":   func() checker { return new(request.ListDeadLetterSourceQueuesInput) },
	"ListMessageMoveTasks":         func() checker { return new(request.ListMessageMoveTasksInput) },
	"ListQueueTags":                func() checker { return new(request.ListQueueTagsInput) },
	"ListQueues":                   func() checker { return new(request.ListQueuesInput) },
	"PurgeQueue":                   func() checker { return new(request.PurgeQueueInput) },
	"ReceiveMessage":               func() checker { return new(request.ReceiveMessageInput) },
	"RemovePermission":             func() checker { return new(request.RemovePermissionInput) },
	"SendMessage":                  func() checker { return new(request.SendMessageInput) },
	"SendMessageBatch":             func() checker { return new(request.SendMessageBatchInput) },
	"SetQueueAttributes":           func() checker { return new(request.SetQueueAttributesInput) },
	"StartMessageMoveTask":         func() checker { return new(request.StartMessageMoveTaskInput) },
	"TagQueue":                     func() checker { return new(request.TagQueueInput) },
	"UntagQueue":                   func() checker { return new(request.UntagQueueInput) },
}
