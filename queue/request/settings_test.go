package request_test

import (
	"errors"
	"strings"
	"testing"

	"lullaby/queue/refusal"
	"lullaby/queue/request"
)

// CreateQueue compares what it is given with a queue that exists, by value and not
// by text.
func TestDiffering(t *testing.T) {
	const redrive = `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead","maxReceiveCount":`
	s, err := request.NewSettings(map[string]string{"DelaySeconds": "5", "RedrivePolicy": redrive + `3}`})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		attributes map[string]string
		want       string
	}{
		{nil, ""},
		{map[string]string{"DelaySeconds": "05", "RedrivePolicy": redrive + ` "3" }`}, ""},
		{map[string]string{"DelaySeconds": "6"}, "DelaySeconds"},
		{map[string]string{"VisibilityTimeout": "30"}, ""},
		{map[string]string{"VisibilityTimeout": "31", "RedrivePolicy": redrive + "4}"}, "RedrivePolicy"},
		{map[string]string{"SqsManagedSseEnabled": "false"}, "SqsManagedSseEnabled"},
	}
	for _, tt := range tests {
		if got := s.Differing(tt.attributes); got != tt.want {
			t.Errorf("Differing(%v) = %q, want %q", tt.attributes, got, tt.want)
		}
	}
}

// An attribute differs by itself, also where it would not do with those that the
// queue has.
func TestDifferingAlone(t *testing.T) {
	s, err := request.NewSettings(map[string]string{"FifoQueue": "true", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.Differing(map[string]string{"DeduplicationScope": "queue"}), "DeduplicationScope"; got != want {
		t.Errorf("Differing = %q, want %q", got, want)
	}
}

// What Attributes prints, NewSettings reads.
func TestAttributesAreRead(t *testing.T) {
	s, err := request.NewSettings(map[string]string{
		"FifoQueue": "true", "ContentBasedDeduplication": "true", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId",
		"DelaySeconds": "1", "MaximumMessageSize": "2048", "MessageRetentionPeriod": "61", "ReceiveMessageWaitTimeSeconds": "2", "VisibilityTimeout": "3",
		"KmsMasterKeyId": "key", "KmsDataKeyReusePeriodSeconds": "62", "Policy": `{"Statement":[{"Sid":"a"}]}`,
		"RedrivePolicy":      `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead.fifo","maxReceiveCount":3}`,
		"RedriveAllowPolicy": `{"redrivePermission":"byQueue","sourceQueueArns":["arn:aws:sqs:us-east-1:123456789012:jobs.fifo"]}`,
	})
	if err != nil {
		t.Fatal(err)
	}
	again, err := request.NewSettings(s.Attributes())
	if err != nil {
		t.Fatal(err)
	}
	if name := again.Differing(s.Attributes()); name != "" || len(again.Attributes()) != len(s.Attributes()) || len(s.Attributes()) != 15 {
		t.Errorf("read again: %v, want %v", again.Attributes(), s.Attributes())
	}
}

func TestRedriveAllow(t *testing.T) {
	const source = "arn:aws:sqs:us-east-1:123456789012:jobs"
	tests := []struct {
		name  string
		allow *request.RedriveAllow
		want  bool
	}{
		{"none", nil, true},
		{"all", &request.RedriveAllow{Permission: request.AllowAll}, true},
		{"no queue", &request.RedriveAllow{Permission: request.DenyAll, Sources: []string{source}}, false},
		{"this one", &request.RedriveAllow{Permission: request.ByQueue, Sources: []string{source}}, true},
		{"another", &request.RedriveAllow{Permission: request.ByQueue, Sources: []string{source + "2"}}, false},
	}
	for _, tt := range tests {
		if got := tt.allow.Allows(source); got != tt.want {
			t.Errorf("%s: Allows = %v, want %v", tt.name, got, tt.want)
		}
	}
}

// An error that is no refusal is a fault of SQS's, of which a client learns nothing.
func TestFailedByAFaultOfOurs(t *testing.T) {
	got := request.Failed("a", errors.New("disk"))
	if want := (request.BatchResultErrorEntry{Id: "a", Code: "InternalError"}); got != want {
		t.Errorf("Failed = %+v, want %+v", got, want)
	}
}

func TestTaskHandle(t *testing.T) {
	want := request.TaskHandle{TaskID: "1", SourceARN: "arn:aws:sqs:us-east-1:123456789012:dead"}
	in := request.CancelMessageMoveTaskInput{TaskHandle: want.String()}
	if got, err := in.Handle(); got != want || err != nil {
		t.Errorf("Handle = %+v, %v, want %+v", got, err, want)
	}
}

// A policy of any kind that is far too long is refused unread: what it is not, is
// not said.
func TestLongPoliciesAreNotRead(t *testing.T) {
	const most = 64 << 10
	padded := func(n int, text string) string { return strings.Repeat(" ", n-len(text)) + text }
	for _, tt := range []struct {
		attribute, text string
		read, unread    error // nil: fine
	}{
		{"Policy", "no JSON", refusal.InvalidAttributeValue, refusal.OverLimit},
		{"RedrivePolicy", `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead","maxReceiveCount":3}`, nil, refusal.InvalidParameterValue},
		{"RedriveAllowPolicy", `{"redrivePermission":"denyAll"}`, nil, refusal.InvalidParameterValue},
	} {
		for n, want := range map[int]error{most: tt.read, most + 1: tt.unread} {
			if _, err := request.NewSettings(map[string]string{tt.attribute: padded(n, tt.text)}); !errors.Is(err, want) {
				t.Errorf("%s of %d bytes: %.100v, want %v", tt.attribute, n, err, want)
			}
		}
	}
}
