package request_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"lullaby/internal/arn"
	"lullaby/internal/scripttest"
	"lullaby/topic/refusal"
	"lullaby/topic/request"
)

// A script is a list of requests, in shorthand perhaps, each with what AWS refuses of
// it: code and text, or nothing.
func TestScripts(t *testing.T) {
	scripttest.Each(t, "testdata/*.txt", func(t *testing.T, file string) {
		scripttest.Answers(t, file, func(line string) []string {
			operation, body, _ := strings.Cut(line, " ")
			return []string{check(t, operation, scripttest.Expand(body))}
		})
	})
}

// check returns what AWS refuses of a request.
func check(t *testing.T, operation, body string) string {
	t.Helper()
	var err error
	read := func(in any) {
		if err := json.Unmarshal([]byte(body), in); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
	}
	switch operation {
	case "CreateTopic":
		in := new(request.CreateTopicInput)
		read(in)
		err = in.Check()
	case "SetTopicAttributes":
		in := new(request.SetTopicAttributesInput)
		read(in)
		err = in.Check()
	case "Subscribe":
		in := new(request.SubscribeInput)
		read(in)
		err = in.Check(arn.Scope{})
	case "SetSubscriptionAttributes":
		in := new(request.SetSubscriptionAttributesInput)
		read(in)
		if err = in.Check(); err == nil {
			err = in.CheckFor(request.Protocol(in.SubscriptionArn)) // scripts have the protocol there
		}
	case "Publish":
		in := new(request.PublishInput)
		read(in)
		err = in.Check()
	case "Topic":
		_, _, err = request.ParseTopic(arn.Scope{}, "TopicArn", strings.Trim(body, `"`))
	case "Subscription":
		_, _, _, err = request.ParseSubscription(arn.Scope{}, strings.Trim(body, `"`))
	default:
		t.Fatalf("no operation %q", operation)
	}
	if err == nil {
		return ""
	}
	kind, ok := errors.AsType[refusal.Kind](err)
	if !ok {
		t.Errorf("%v is no refusal", err)
	}
	return kind.Code() + ": " + err.Error()
}
