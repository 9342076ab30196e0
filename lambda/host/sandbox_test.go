package host_test

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lullaby/lambda"
	"lullaby/lambda/host"
	"lullaby/watch/watchtest"
)

func TestConcurrentInvocationsHaveTheirOwnProcess(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", ""))
	var all sync.WaitGroup
	var mu sync.Mutex
	pids := map[int]int{}
	for range 4 {
		all.Go(func() {
			out, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "f", Payload: []byte(`{"Do":"sleep","Millis":500}`)})
			var a answer
			if err == nil {
				err = json.Unmarshal(out.Payload, &a)
			}
			if err != nil {
				t.Errorf("%v in %s", err, out.Payload)
			}
			mu.Lock()
			defer mu.Unlock()
			pids[a.PID]++
		})
	}
	eventually(t, "four run", func() bool { return h.Running() == 4 })
	all.Wait()
	if len(pids) != 4 {
		t.Errorf("processes of 4 invocations at a time: %v", pids)
	}
	for range 8 {
		if a := h.succeed(t, "f", ""); pids[a.PID] == 0 {
			t.Errorf("a new process %d, there are %v", a.PID, pids)
		}
	}
}

// TestOneAfterTheOther is a caller that waits for each answer. It always finds
// the sandbox idle again.
func TestOneAfterTheOther(t *testing.T) {
	f := function(t, "f", "")
	one := 1
	f.ReservedConcurrency = &one
	h := start(t, host.Options{Limits: lambda.Limits{RequestsPerSecond: 1_000_000}}, f)
	first := h.succeed(t, "f", "")
	for range 200 {
		if a := h.succeed(t, "f", ""); a.PID != first.PID {
			t.Fatalf("process %d, want %d each time", a.PID, first.PID)
		}
	}
}

func TestReservedConcurrency(t *testing.T) {
	stopped, capped := function(t, "stopped", ""), function(t, "capped", "")
	none, one := 0, 1
	stopped.ReservedConcurrency, capped.ReservedConcurrency = &none, &one
	var told watchtest.Tape
	h := start(t, host.Options{Metrics: &told}, stopped, capped)

	var refusal *lambda.ThrottleError
	_, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "stopped"})
	if !errors.As(err, &refusal) || refusal.Reason != lambda.ReservedConcurrentInvocationLimitExceeded || refusal.Machine {
		t.Errorf("reserved 0: %v", err)
	}

	done := make(chan error, 1)
	go func() {
		_, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "capped", Payload: []byte(`{"Do":"sleep","Millis":400}`)})
		done <- err
	}()
	eventually(t, "one runs", func() bool { return h.Concurrency("capped").Function == 1 })
	if _, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "capped"}); !errors.As(err, &refusal) {
		t.Errorf("the second of one: %v", err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	got := told.Sums()
	for _, want := range []string{
		"ConcurrentExecutions capped: 1 in 1", "Invocations capped: 1 in 1", "Errors capped: 0 in 1",
		"Throttles capped: 1 in 1", "Throttles stopped: 1 in 1", "UnreservedConcurrentExecutions: 0 in 1",
	} {
		if !slices.Contains(strings.Split(got, "\n"), want) {
			t.Errorf("measured %s, want %s", got, want)
		}
	}
}

func TestMaxSandboxes(t *testing.T) {
	// a ignores SIGTERM, so that its place is not free at once.
	h := start(t, host.Options{MaxSandboxes: 2}, function(t, "a", "deaf"), function(t, "b", ""))
	a := h.succeed(t, "a", "")
	time.Sleep(time.Millisecond)
	b := h.succeed(t, "b", "")

	// All places are taken, and a is idle longest: b's second sandbox takes its
	// place.
	done := make(chan error, 1)
	go func() {
		_, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "b", Payload: []byte(`{"Do":"sleep","Millis":2000}`)})
		done <- err
	}()
	eventually(t, "one runs", func() bool { return h.Concurrency("b").Function == 1 })
	if second := h.succeed(t, "b", ""); second.PID == b.PID {
		t.Errorf("process %d serves two at a time", b.PID)
	}
	if alive(a.PID) {
		t.Errorf("process %d of a is still there", a.PID)
	}

	// All sandboxes are running: this machine refuses, and says that it is not
	// AWS.
	go func() {
		_, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "b", Payload: []byte(`{"Do":"sleep","Millis":2000}`)})
		done <- err
	}()
	eventually(t, "two run", func() bool { return h.Concurrency("b").Function == 2 })
	var refusal *lambda.ThrottleError
	if _, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "a"}); !errors.As(err, &refusal) || !refusal.Machine {
		t.Errorf("with no room: %v, want a refusal of this machine", err)
	}
	h.log.await(t, "lullaby | throttled by this machine, not by AWS: all 2 sandboxes that it may run are busy")
	if n := h.Running(); n != 2 {
		t.Errorf("%d run, want the refused one not to count", n)
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// On a machine without free memory four sandboxes run at a time, and idle ones make
// room for others.
func TestFullMachine(t *testing.T) {
	o := host.WithFreeMemory(host.Options{MaxSandboxes: -1}, 0)
	h := start(t, o, function(t, "a", ""), function(t, "b", ""))
	a := h.succeed(t, "a", "")
	done := make(chan error, 4)
	for range cap(done) {
		go func() {
			_, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "b", Payload: []byte(`{"Do":"sleep","Millis":2000}`)})
			done <- err
		}()
	}
	eventually(t, "the idle one made room", func() bool { return !alive(a.PID) })
	var refusal *lambda.ThrottleError
	if _, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "a"}); !errors.As(err, &refusal) || !refusal.Machine {
		t.Errorf("with four running: %v, want a refusal of this machine", err)
	}
	h.log.await(t, "lullaby | throttled by this machine, not by AWS: 0 MB of memory are free, 512 MB are kept free, and a needs ")
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	h.succeed(t, "a", "")
}

func TestIdleSandboxesEnd(t *testing.T) {
	h := start(t, host.Options{IdleLifetime: 200 * time.Millisecond}, function(t, "f", ""))
	first := h.succeed(t, "f", "")
	eventually(t, "the process is gone", func() bool { return !alive(first.PID) })
	if a := h.succeed(t, "f", ""); a.PID == first.PID || a.Served != 1 {
		t.Errorf("after its lifetime: process %d serves its number %d", a.PID, a.Served)
	}
}

func TestCloseEndsEverything(t *testing.T) {
	before := runtime.NumGoroutine()
	h := start(t, host.Options{Warden: []string{testBinary(t), "warden"}}, function(t, "f", ""))
	a := h.succeed(t, "f", `{"Do":"spawn"}`)
	event := lambda.InvokeInput{FunctionName: "f", InvocationType: lambda.Event, Payload: []byte(`{"Do":"error"}`)}
	if out, err := h.Invoke(t.Context(), event); err != nil {
		t.Fatal(err)
	} else {
		h.log.await(t, "f | END RequestId: "+out.RequestID) // and its next attempt is in a minute
	}
	failed := make(chan error, 1)
	go func() {
		_, err := h.Invoke(context.Background(), lambda.InvokeInput{FunctionName: "f", Payload: []byte(`{"Do":"sleep","Millis":60000}`)})
		failed <- err
	}()
	eventually(t, "one runs", func() bool { return h.Running() == 1 })
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	if alive(a.PID) {
		t.Error("the function is alive after Close")
	}
	eventually(t, "its child is dead too", func() bool { return !alive(a.Grandchild) })
	if err := <-failed; !errors.Is(err, host.ErrClosed) {
		t.Errorf("the invocation that was cut off: %v, want ErrClosed", err)
	}
	if _, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "f"}); !errors.Is(err, host.ErrClosed) {
		t.Errorf("Invoke after Close: %v, want ErrClosed", err)
	}
	if err := h.Close(); err != nil {
		t.Errorf("Close again: %v", err)
	}
	eventually(t, "no goroutine is left", func() bool { return runtime.NumGoroutine() <= before })
}
