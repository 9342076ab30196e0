package host_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lullaby/lambda"
	"lullaby/lambda/host"
)

// stream begins one invocation of f.
func (h testHost) stream(t *testing.T, payload string) lambda.Stream {
	t.Helper()
	s, err := h.InvokeStream(t.Context(), lambda.InvokeInput{FunctionName: "f", Payload: []byte(payload), LogTail: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// goOn lets functions that drip go on.
func goOn(t *testing.T, f host.Function) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(f.Dir, "goes-on"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestStream reads the first part of a result while the function still runs, and
// then what comes of it.
func TestStream(t *testing.T) {
	tests := []struct {
		name, payload string
		want          string                        // all bytes
		failure       func(requestID string) string // nil: the function succeeds
		log           string
	}{
		{"to its end", `{"Do":"stream"}`, "onetwo", nil, "REPORT RequestId: "},
		{
			"an error in the middle", `{"Do":"stream","Text":"lost"}`, "one",
			func(string) string { return `{"errorMessage":"lost","errorType":"errorString"}` }, "REPORT RequestId: ",
		},
		{
			"an exit in the middle", `{"Do":"stream","Code":3}`, "one",
			func(id string) string { return string(lambda.Truncated(id).Payload()) }, "\tStatus: error\t",
		},
		{
			"a timeout in the middle", `{"Do":"stream","Millis":60000}`, "one",
			func(id string) string { return string(lambda.TimedOut(id, 2*time.Second).Payload()) }, "\tStatus: timeout\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := function(t, "f", "")
			f.Timeout = 2 * time.Second
			h := start(t, host.Options{}, f)
			s := h.stream(t, tt.payload)
			first := make([]byte, 3)
			if _, err := io.ReadFull(s, first); err != nil || string(first) != "one" {
				t.Fatalf("the first part: %q, %v", first, err)
			}
			if got := s.ContentType(); got != "text/plain" {
				t.Errorf("the type of a result: %q", got)
			}
			if h.Running() != 1 {
				t.Error("the function has ended before its result")
			}
			goOn(t, f)
			rest, err := io.ReadAll(s)
			if got := string(first) + string(rest); got != tt.want || err != nil {
				t.Errorf("read %q, %v, want %q", got, err, tt.want)
			}
			out := s.Result()
			var failure, kind string
			if tt.failure != nil {
				failure, kind = tt.failure(s.RequestID()), "Unhandled"
			}
			if string(out.Payload) != failure || out.FunctionError != kind || out.RequestID != s.RequestID() {
				t.Errorf("the result is %q %s, want %s", out.FunctionError, out.Payload, failure)
			}
			if !strings.HasPrefix(string(out.LogResult), "START RequestId: "+s.RequestID()) {
				t.Errorf("the log's end is %q", out.LogResult)
			}
			h.log.await(t, tt.log)
		})
	}
}

// TestStreamOfPlainFunction asks functions for a stream that answer at once, or fail
// before they answer.
func TestStreamOfPlainFunction(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", ""))
	s := h.stream(t, `{"Do":"large","Bytes":100}`)
	text, err := io.ReadAll(s)
	if len(text) != 100 || err != nil || s.Result().FunctionError != "" {
		t.Errorf("read %d bytes, %v, %+v", len(text), err, s.Result())
	}
	s = h.stream(t, `{"Do":"error","Text":"no"}`)
	text, err = io.ReadAll(s)
	if out := s.Result(); len(text) != 0 || err != nil || string(out.Payload) != `{"errorMessage":"no","errorType":"errorString"}` || s.ContentType() != "" {
		t.Errorf("read %q, %v, %+v", text, err, out)
	}
	if _, err := h.InvokeStream(t.Context(), lambda.InvokeInput{FunctionName: "g"}); !errors.Is(err, lambda.ErrFunctionNotFound) {
		t.Errorf("a stream of a function that does not exist: %v", err)
	}
}

// TestStreamOfGoServer streams what aws-lambda-go makes of an http.Handler.
func TestStreamOfGoServer(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", "url"))
	s := h.stream(t, `{"rawPath":"/pot","requestContext":{"http":{"method":"GET"},"domainName":"x"}}`)
	text, err := io.ReadAll(s)
	if err != nil {
		t.Fatal(err)
	}
	head, body, _ := strings.Cut(string(text), strings.Repeat("\x00", 8))
	if !strings.Contains(head, `"statusCode":418`) || body != "short and stout: /pot" || s.ContentType() != "application/vnd.awslambda.http-integration-response" {
		t.Errorf("%s %s, then %s", s.ContentType(), head, body)
	}
}

// TestStreamWithoutReader leaves in the middle. The function runs on, and its sandbox
// is used again.
func TestStreamWithoutReader(t *testing.T) {
	f := function(t, "f", "")
	h := start(t, host.Options{MaxSandboxes: 1}, f)
	s := h.stream(t, `{"Do":"stream"}`)
	if _, err := io.ReadFull(s, make([]byte, 3)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	goOn(t, f)
	h.log.await(t, "REPORT RequestId: "+s.RequestID())
	if log := h.log.String(); strings.Contains(log, "Status: ") {
		t.Errorf("a function whose caller left failed:\n%s", log)
	}
	if a := h.succeed(t, "f", ""); a.Served != 2 {
		t.Errorf("the sandbox serves its number %d, want 2", a.Served)
	}
}

// TestStreamedWhole asks for the whole result of a function that streams.
func TestStreamedWhole(t *testing.T) {
	f := function(t, "f", "")
	goOn(t, f)
	h := start(t, host.Options{}, f)
	if out := h.invoke(t, "f", `{"Do":"stream"}`); string(out.Payload) != "onetwo" || out.FunctionError != "" {
		t.Errorf("the whole result: %q %s", out.FunctionError, out.Payload)
	}
}

// TestStreamLimits reads more than the 6 MB that flow freely, and a result that is too
// long.
func TestStreamLimits(t *testing.T) {
	const mb = 1 << 20
	h := start(t, host.WithMaxStream(host.Options{}, 7*mb), function(t, "f", ""))
	began := time.Now()
	n, err := io.Copy(io.Discard, h.stream(t, `{"Do":"large","Bytes":7340032}`))
	if n != 7*mb || err != nil {
		t.Errorf("read %d bytes, %v", n, err)
	}
	if took := time.Since(began); took < 500*time.Millisecond {
		t.Errorf("7 MB took %v, faster than AWS lets them flow", took)
	}
	s := h.stream(t, `{"Do":"large","Bytes":7340033}`)
	if n, err := io.Copy(io.Discard, s); n > 7*mb || err != nil {
		t.Errorf("read %d bytes, %v, of a result that is too long", n, err)
	}
	if out := s.Result(); string(out.Payload) != string(lambda.TooLargePayload(7*mb)) {
		t.Errorf("a result that is too long: %s", out.Payload)
	}
	h.log.await(t, "got unexpected status code: 413")
}

// TestStreamOfClosedHost closes the Host in the middle of a result.
func TestStreamOfClosedHost(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", ""))
	s := h.stream(t, `{"Do":"stream"}`)
	if _, err := io.ReadFull(s, make([]byte, 3)); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(s); !errors.Is(err, host.ErrClosed) {
		t.Errorf("the rest of a closed host's result: %v", err)
	}
}
