package host_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lullaby/lambda"
	"lullaby/lambda/host"
	"lullaby/watch/watchtest"
)

func TestInvoke(t *testing.T) {
	f := function(t, "orders", "")
	h := start(t, host.Options{}, f)
	before := time.Now()
	out, err := h.Invoke(t.Context(), lambda.InvokeInput{
		FunctionName:  "orders:$LATEST",
		TraceID:       "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
		ClientContext: base64.StdEncoding.EncodeToString([]byte("{\n \"custom\": {\"who\": \"me\"}\n}")),
		Payload:       []byte(`{}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	if out.StatusCode != http.StatusOK || out.ExecutedVersion != "$LATEST" || out.FunctionError != "" || out.LogResult != nil {
		t.Errorf("output = %+v", out)
	}
	var a answer
	if err := json.Unmarshal(out.Payload, &a); err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.EvalSymlinks(f.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for what, ok := range map[string]bool{
		"request id":     a.RequestID == out.RequestID && regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(out.RequestID),
		"ARN as invoked": a.ARN == "arn:aws:lambda:us-east-1:123456789012:function:orders:$LATEST",
		"trace":          strings.HasPrefix(a.TraceID, "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=0:"),
		"client context": a.Client == "me",
		"directory":      a.Directory == dir,
		"deadline":       a.Deadline.After(before.Add(f.Timeout-time.Second)) && a.Deadline.Before(time.Now().Add(f.Timeout)),
	} {
		if !ok {
			t.Errorf("%s: output %+v, function saw %+v", what, out, a)
		}
	}

	made := h.succeed(t, "orders", "")
	if !regexp.MustCompile(`^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=0:[0-9a-f]{8}:1$`).MatchString(made.TraceID) {
		t.Errorf("trace id made = %q", made.TraceID)
	}
	if made.PID != a.PID || made.Served != 2 {
		t.Errorf("second invocation in process %d as its number %d, want %d and 2", made.PID, made.Served, a.PID)
	}
}

// A function that invokes itself, whose SDK passes the trace header on, is stopped
// after 16 turns.
func TestRecursiveLoop(t *testing.T) {
	var told watchtest.Tape
	h := start(t, host.Options{Metrics: &told}, function(t, "f", ""))
	trace := ""
	for turn := 1; turn <= 16; turn++ {
		out, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "f", TraceID: trace})
		if err != nil {
			t.Fatalf("turn %d: %v", turn, err)
		}
		var a answer
		if err := json.Unmarshal(out.Payload, &a); err != nil {
			t.Fatal(err)
		}
		trace = a.TraceID
	}
	_, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "f", TraceID: trace})
	if !errors.Is(err, lambda.ErrRecursive) {
		t.Errorf("turn 17: %v, want it stopped", err)
	}
	out, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "f:$LATEST", TraceID: trace, InvocationType: lambda.Event})
	if err != nil || out.StatusCode != http.StatusAccepted {
		t.Errorf("turn 17 as an event: %+v, %v, want it accepted and dropped", out, err)
	}
	h.succeed(t, "f", "")
	if got := told.Sums(); !strings.Contains(got, "RecursiveInvocationsDropped f: 2 in 2") || !strings.Contains(got, "AsyncEventsDropped f: 1 in 1") ||
		!strings.Contains(got, "Invocations f: 17 in 17") {
		t.Errorf("measured\n%s", got)
	}
}

// The metrics of an event that runs at once.
func TestEventMetrics(t *testing.T) {
	var told watchtest.Tape
	h := start(t, host.Options{Metrics: &told}, function(t, "f", ""))
	if _, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "f", InvocationType: lambda.Event}); err != nil {
		t.Fatal(err)
	}
	got := ""
	for deadline := time.Now().Add(time.Minute); !strings.Contains(got, "AsyncEventAge f: ") || !strings.Contains(got, "AsyncEventsReceived f: 1 in 1"); {
		if time.Now().After(deadline) {
			t.Fatalf("measured\n%s", got)
		}
		time.Sleep(time.Millisecond)
		got += told.Sums()
	}
}

func TestResultsUnchanged(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", ""))
	tests := []struct{ name, payload, functionError, want string }{
		{"nothing", `{"Do":"nothing"}`, "", `null`},
		{"not JSON", `{"Do":"garbage"}`, "", `this { is not JSON`},
		{"an error", `{"Do":"error","Text":"no <stock>"}`, "Unhandled", `{"errorMessage":"no \u003cstock\u003e","errorType":"errorString"}`},
		{"an error behind half a response", `{"Do":"fail-late"}`, "Unhandled", `{"errorMessage":"lost the rest","errorType":"errorString"}`},
	}
	for _, tt := range tests {
		out := h.invoke(t, "f", tt.payload)
		if out.FunctionError != tt.functionError || string(out.Payload) != tt.want {
			t.Errorf("%s: %q %s, want %q %s", tt.name, out.FunctionError, out.Payload, tt.functionError, tt.want)
		}
	}
	if a := h.succeed(t, "f", ""); a.Served != len(tests)+1 {
		t.Errorf("the process has served %d, want %d: an error costs no sandbox", a.Served, len(tests)+1)
	}
}

func TestResponseSizes(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", ""))
	out := h.invoke(t, "f", fmt.Sprintf(`{"Do":"large","Bytes":%d}`, lambda.MaxResponseBytes))
	if len(out.Payload) != lambda.MaxResponseBytes || out.FunctionError != "" {
		t.Errorf("the largest response: %d bytes, %q", len(out.Payload), out.FunctionError)
	}
	out = h.invoke(t, "f", fmt.Sprintf(`{"Do":"large","Bytes":%d}`, lambda.MaxResponseBytes+1))
	if string(out.Payload) != string(lambda.TooLargePayload(lambda.MaxResponseBytes)) || out.FunctionError != "Unhandled" {
		t.Errorf("one byte more: %q %.200s", out.FunctionError, out.Payload)
	}
}

func TestRequestsRefused(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", ""))
	text := func(n int) []byte { return []byte(`"` + strings.Repeat("x", n-2) + `"`) }
	tests := []struct {
		name string
		in   lambda.InvokeInput
		want error
	}{
		{"not JSON", lambda.InvokeInput{FunctionName: "f", Payload: []byte("{")}, lambda.ErrInvalidContent},
		{"too large", lambda.InvokeInput{FunctionName: "f", Payload: text(lambda.MaxRequestBytes + 1)}, lambda.ErrRequestTooLarge},
		{
			"too large for an event",
			lambda.InvokeInput{FunctionName: "f", InvocationType: lambda.Event, Payload: text(lambda.MaxEventBytes + 1)},
			lambda.ErrRequestTooLarge,
		},
		{"client context not base64", lambda.InvokeInput{FunctionName: "f", ClientContext: "{}"}, lambda.ErrInvalidContent},
		{"client context not JSON", lambda.InvokeInput{FunctionName: "f", ClientContext: "e30x"}, lambda.ErrInvalidContent},
		{"client context too large", lambda.InvokeInput{FunctionName: "f", ClientContext: strings.Repeat("A", lambda.MaxClientContext+1)}, lambda.ErrRequestTooLarge},
		{"no such function", lambda.InvokeInput{FunctionName: "g"}, lambda.ErrFunctionNotFound},
		{"no such version", lambda.InvokeInput{FunctionName: "f", Qualifier: "1"}, lambda.ErrFunctionNotFound},
	}
	for _, tt := range tests {
		if _, err := h.Invoke(t.Context(), tt.in); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	_, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "g"})
	if want := "Function not found: arn:aws:lambda:us-east-1:123456789012:function:g:$LATEST"; err == nil || err.Error() != want {
		t.Errorf("no such function: %v, want %s", err, want)
	}
	if _, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "f", InvocationType: "Later"}); err == nil {
		t.Error("an unknown invocation type is accepted")
	}
	if out := h.invoke(t, "f", string(text(lambda.MaxRequestBytes))); out.FunctionError != "Unhandled" {
		t.Errorf("the largest request does not come to the function: %+v", out)
	}
}

func TestDryRunRunsNothing(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", "exit3-in-init"))
	out, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "f", InvocationType: lambda.DryRun})
	if err != nil || out.StatusCode != http.StatusNoContent || h.log.String() != "" {
		t.Errorf("dry run = %+v, %v, log %q", out, err, h.log)
	}
}

// TestCallerLeaves shows that the function runs on when its caller has left,
// and that its sandbox is reused.
func TestCallerLeaves(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", ""))
	first := h.succeed(t, "f", "")
	reason := errors.New("29 seconds are over")
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(20*time.Millisecond, func() { cancel(reason) })
	_, err := h.Invoke(ctx, lambda.InvokeInput{FunctionName: "f", Payload: []byte(`{"Do":"sleep","Millis":300}`)})
	if !errors.Is(err, reason) {
		t.Fatalf("Invoke = %v, want the cause of its context", err)
	}
	if n := h.Concurrency("f").Function; n != 1 {
		t.Errorf("%d run after the caller has left, want 1", n)
	}
	eventually(t, "nothing runs", func() bool { return h.Running() == 0 })
	if a := h.succeed(t, "f", ""); a.PID != first.PID || a.Served != 3 {
		t.Errorf("process %d serves its number %d, want %d and 3", a.PID, a.Served, first.PID)
	}
}

// TestPayloadIsCopied has a caller leave while the sandbox is starting, and
// reuse its buffer.
func TestPayloadIsCopied(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", ""))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	payload := []byte(`{"Do":"print","Text":"as it was"}`)
	if _, err := h.Invoke(ctx, lambda.InvokeInput{FunctionName: "f", Payload: payload}); !errors.Is(err, context.Canceled) {
		t.Fatalf("Invoke = %v", err)
	}
	for i := range payload {
		payload[i] = '?'
	}
	h.log.await(t, "f | as it was\n")
}
