package request_test

import (
	"testing"

	"lullaby/internal/arn"
	"lullaby/queue/request"
)

func TestParseURL(t *testing.T) {
	const account = "123456789012"
	tests := []struct {
		url, account, name string
	}{
		{"http://127.0.0.1:8000/123456789012/jobs", account, "jobs"},
		{"https://sqs.us-east-1.amazonaws.com/123456789012/jobs.fifo", account, "jobs.fifo"},
		{"https://queue.amazonaws.com/123456789012/jobs/", account, "jobs"},
		{"/123456789012/jobs", account, "jobs"},
		{request.URLPath(account, "jobs"), account, "jobs"},
		{"jobs", "", "jobs"},
	}
	for _, tt := range tests {
		if gotAccount, name, ok := request.ParseURL(tt.url); gotAccount != tt.account || name != tt.name || !ok {
			t.Errorf("ParseURL(%q) = %q, %q, %v; want %q, %q", tt.url, gotAccount, name, ok, tt.account, tt.name)
		}
	}
	for _, url := range []string{"", "/", "//", "http://host", "http://host/", "http://host/jobs", "/a/b/c", "/a/b?c", "a.b", "123456789012/jobs", "http:///jobs"} {
		if gotAccount, name, ok := request.ParseURL(url); ok {
			t.Errorf("ParseURL(%q) = %q, %q, want no queue", url, gotAccount, name)
		}
	}
}

func TestParseARN(t *testing.T) {
	text := request.ARN(arn.Scope{Region: "eu-west-1"}, "jobs.fifo")
	if a, ok := request.ParseARN(text); !ok || a.Resource != "jobs.fifo" || a.String() != text {
		t.Errorf("ParseARN(%q) = %+v, %v", text, a, ok)
	}
	for _, text := range []string{"", "jobs", "arn:aws:sns:us-east-1:123456789012:jobs", "arn:aws:sqs::123456789012:jobs", "arn:aws:sqs:us-east-1::jobs", "arn:aws:sqs:us-east-1:123456789012:a:b"} {
		if a, ok := request.ParseARN(text); ok {
			t.Errorf("ParseARN(%q) = %+v, want none", text, a)
		}
	}
}
