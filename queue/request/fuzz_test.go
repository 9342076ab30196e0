package request_test

import (
	"errors"
	"maps"
	"testing"

	"lullaby/queue/refusal"
	"lullaby/queue/request"
)

// Whatever an attribute is set to is refused, or listed in a form that sets the
// same again.
func FuzzSettings(f *testing.F) {
	for _, seed := range [][2]string{
		{"VisibilityTimeout", "030"},
		{"Policy", `{"Id":"a","Statement":{"Sid":"b","Action":["sqs:SendMessage"]}}`},
		{"RedrivePolicy", `{"maxReceiveCount":"3","deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead"}`},
		{"RedriveAllowPolicy", `{"redrivePermission":"byQueue","sourceQueueArns":["a\u2028"]}`},
		{"KmsMasterKeyId", "key"},
		{"FifoQueue", "true"},
		{"SqsManagedSseEnabled", "false"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		s, err := request.NewSettings(map[string]string{name: value})
		if err != nil {
			if _, ok := errors.AsType[refusal.Kind](err); !ok {
				t.Fatalf("%q = %q: %v is no refusal", name, value, err)
			}
			return
		}
		listed := s.Attributes()
		again, err := request.NewSettings(listed)
		if err != nil {
			t.Fatalf("%q = %q is listed as %v, which is refused: %v", name, value, listed, err)
		}
		if !maps.Equal(again.Attributes(), listed) {
			t.Fatalf("%q = %q is listed as %v, then as %v", name, value, listed, again.Attributes())
		}
	})
}

// What is the URL of a queue leads to it again by its path and by its name.
func FuzzParseURL(f *testing.F) {
	for _, seed := range []string{"http://h:1/123456789012/jobs", "/1/a.fifo/", "jobs", "http://", "://a/b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, url string) {
		account, name, ok := request.ParseURL(url)
		if !ok {
			return
		}
		path := name
		if account != "" {
			path = request.URLPath(account, name)
		}
		if a, n, ok := request.ParseURL(path); a != account || n != name || !ok {
			t.Fatalf("ParseURL(%q) = %q, %q; ParseURL(%q) = %q, %q, %v", url, account, name, path, a, n, ok)
		}
	})
}
