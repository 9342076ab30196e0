package host_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"lullaby/lambda"
	"lullaby/lambda/host"
)

func TestEvent(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", ""), function(t, "missing", "exit0-in-init"))
	out, err := h.Invoke(t.Context(), lambda.InvokeInput{
		FunctionName: "f", InvocationType: lambda.Event, LogTail: true, Payload: []byte(`{"Do":"print","Text":"at last"}`),
	})
	if err != nil || out.StatusCode != http.StatusAccepted || len(out.Payload)+len(out.LogResult) > 0 {
		t.Fatalf("an event = %+v, %v, want 202 and nothing else", out, err)
	}
	h.log.await(t, "f | at last\nf | END RequestId: "+out.RequestID)

	// All attempts of an event have the same id.
	id, err := h.FailEvent(lambda.InvokeInput{FunctionName: "missing", InvocationType: lambda.Event}, 3)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "each attempt has its END", func() bool { return strings.Count(h.log.String(), "missing | END RequestId: "+id) >= 3 })
	if n := strings.Count(h.log.String(), "missing | START RequestId: "+id); n != 3 {
		t.Errorf("started %d times, want 3", n)
	}
}

// TestStorm makes everything happen to a Host at once. Each answer must fit its
// request. At the end nothing may be left over: no concurrency, no place, no
// process.
func TestStorm(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	f, g := function(t, "f", ""), function(t, "g", "")
	f.Timeout, g.Timeout = 400*time.Millisecond, 400*time.Millisecond
	three := 3
	g.ReservedConcurrency = &three
	h := start(t, host.Options{MaxSandboxes: 5, IdleLifetime: 50 * time.Millisecond, Warden: []string{testBinary(t), "warden"}}, f, g)

	requests := []struct{ payload, functionError string }{
		{`{}`, ""},
		{`{}`, ""},
		{`{}`, ""},
		{`{"Do":"sleep","Millis":30}`, ""},
		{`{"Do":"print","Text":"x\ny"}`, ""},
		{`{"Do":"error","Text":"no"}`, "Unhandled"},
		{`{"Do":"panic","Text":"no"}`, "Unhandled"},
		{`{"Do":"exit","Code":1}`, "Unhandled"},
		{`{"Do":"sleep","Millis":60000}`, "Unhandled"},
	}
	var all sync.WaitGroup
	for i := range uint64(8) {
		rng := rand.New(rand.NewPCG(seed, i))
		all.Go(func() {
			for range 25 {
				r := requests[rng.IntN(len(requests))]
				in := lambda.InvokeInput{FunctionName: []string{"f", "g"}[rng.IntN(2)], Payload: []byte(r.payload), LogTail: rng.IntN(2) == 0}
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rng.IntN(800))*time.Millisecond)
				out, err := h.Invoke(ctx, in)
				cancel()
				checkStorm(t, in, r.functionError, out, err)
			}
		})
	}
	all.Wait()
	eventually(t, "nothing runs", func() bool { return h.Running() == 0 })
	eventually(t, "the machine has room", func() bool {
		_, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "g"})
		return err == nil
	})
}

func checkStorm(t *testing.T, in lambda.InvokeInput, functionError string, out lambda.InvokeOutput, err error) {
	t.Helper()
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, lambda.ErrThrottled):
		return
	case err != nil:
		t.Errorf("%s %s: %v", in.FunctionName, in.Payload, err)
		return
	}
	var timedOut lambda.Failure
	if functionError == "" && json.Unmarshal(out.Payload, &timedOut) == nil && timedOut.Type == lambda.SandboxTimedout {
		return // the machine is busy
	}
	if out.FunctionError != functionError || !json.Valid(out.Payload) {
		t.Errorf("%s %s: %q %s", in.FunctionName, in.Payload, out.FunctionError, out.Payload)
	}
	if in.LogTail && !strings.Contains(string(out.LogResult), out.RequestID) {
		t.Errorf("%s %s: the log does not have its id: %q", in.FunctionName, in.Payload, out.LogResult)
	}
}
