package host

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/instant"
	"lullaby/lambda"
)

// idleSandbox returns an idle sandbox without a process, and its Host, as far
// as the state needs them.
func idleSandbox(t *testing.T, timeout time.Duration) (*Host, *sandbox) {
	t.Helper()
	limits, err := lambda.NewAccount(lambda.Limits{}).AddFunction("f", nil)
	if err != nil {
		t.Fatal(err)
	}
	f := &function{Function: Function{Name: "f", Timeout: timeout}, limits: limits}
	h := &Host{functions: map[string]*function{"f": f}}
	s := &sandbox{host: h, function: f, halt: make(chan struct{})}
	s.phase, s.ready, s.timer = idle, true, time.NewTimer(time.Hour)
	f.idle.Put(instant.Of(time.Now()), s)
	return h, s
}

// give gives an idle sandbox an invocation, as acquire does.
func give(t *testing.T, s *sandbox, id string) {
	t.Helper()
	if err := s.function.limits.Admit(instant.Of(time.Now()), true); err != nil {
		t.Fatal(err)
	}
	if taken, ok := s.function.idle.Take(); !ok || taken != s {
		t.Fatal("the sandbox is not idle")
	}
	inv := &invocation{id: id, function: s.function, done: make(chan outcome, 1)}
	s.beginLocked(time.Now(), inv)
}

func wantStep(t *testing.T, s *sandbox, want step) {
	t.Helper()
	if got, _, err := s.nextLocked(time.Now()); got != want || err != nil {
		t.Fatalf("next = %d, %v, want %d", got, err, want)
	}
}

func TestInvocationIsHandedOutAndFinishedOnce(t *testing.T) {
	_, s := idleSandbox(t, time.Second)
	wantStep(t, s, rest)
	for _, id := range []string{"one", "two"} {
		give(t, s, id)
		wantStep(t, s, begin)
		wantStep(t, s, repeat)
		if err := s.answerLocked(time.Now(), id, "X", running, result{}); err != nil {
			t.Fatal(err)
		}
		wantStep(t, s, finish)
		wantStep(t, s, wait) // for a second handler, while the first one finishes
		s.releaseLocked(time.Now())
		wantStep(t, s, rest)
		if s.function.limits.Concurrency().Function != 0 || s.function.idle.Len() != 1 {
			t.Fatalf("%d run, %d idle", s.function.limits.Concurrency().Function, s.function.idle.Len())
		}
	}
}

// TestClaimedInvocationIsItsHandlers ends a sandbox while a handler finishes
// its invocation. bury leaves the invocation to the handler, and the sandbox
// does not become idle.
func TestClaimedInvocationIsItsHandlers(t *testing.T) {
	h, s := idleSandbox(t, time.Second)
	h.mu.sandboxes = map[*sandbox]struct{}{s: {}}
	give(t, s, "one")
	wantStep(t, s, begin)
	if err := s.answerLocked(time.Now(), "one", "X", running, result{}); err != nil {
		t.Fatal(err)
	}
	wantStep(t, s, finish)
	h.haltLocked(s, halted)
	if end := s.bury(nil); end.inv != nil || end.again {
		t.Errorf("bury = %+v, want nothing", end)
	}
	s.releaseLocked(time.Now())
	if s.function.limits.Concurrency().Function != 0 || s.function.idle.Len() != 0 {
		t.Errorf("%d run, %d idle, want none", s.function.limits.Concurrency().Function, s.function.idle.Len())
	}
	var refused *stateError
	if _, _, err := s.nextLocked(time.Now()); !errors.As(err, &refused) {
		t.Errorf("next of an ended sandbox: %v", err)
	}
}

func TestHaltedSandboxIsNotTaken(t *testing.T) {
	h, s := idleSandbox(t, time.Second)
	h.haltLocked(s, halted)
	h.haltLocked(s, halted)
	if s.function.idle.Len() != 0 {
		t.Error("a sandbox that is to end is still idle")
	}
	select {
	case <-s.halt:
	default:
		t.Error("its goroutine is not told")
	}
}

func TestTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const timeout = 3 * time.Second
		_, s := idleSandbox(t, timeout)
		fires := func(after time.Duration, want verdict) {
			t.Helper()
			start := time.Now()
			<-s.timer.C
			if took := time.Since(start); took != after {
				t.Fatalf("the timer fires after %v, want %v", took, after)
			}
			if got := s.expireLocked(time.Now()); got != want {
				t.Fatalf("expire = %d, want %d", got, want)
			}
		}

		give(t, s, "answered in time")
		wantStep(t, s, begin)
		time.Sleep(time.Second)
		if err := s.answerLocked(time.Now(), "answered in time", "X", running, result{}); err != nil {
			t.Fatal(err)
		}
		fires(settle, deliver) // the caller need not wait for a runtime that is slow to ask
		wantStep(t, s, finish)
		s.releaseLocked(time.Now())
		if s.expireLocked(time.Now().Add(time.Hour)) != nothing {
			t.Error("an idle sandbox has a timeout")
		}

		give(t, s, "answered, not back")
		wantStep(t, s, begin)
		if err := s.answerLocked(time.Now(), "answered, not back", "X", running, result{}); err != nil {
			t.Fatal(err)
		}
		fires(settle, deliver)
		fires(timeout-settle, kill)
		if s.why != lingered {
			t.Errorf("why = %d, want lingered", s.why)
		}

		_, s = idleSandbox(t, timeout)
		give(t, s, "overrun")
		if s.expireLocked(time.Now().Add(timeout-1)) != nothing {
			t.Error("killed before its time")
		}
		fires(timeout, kill)
		if err := s.answerLocked(time.Now(), "overrun", "X", running, result{}); err == nil || s.why != timedOut {
			t.Errorf("an answer behind the timeout: %v, why = %d", err, s.why)
		}
	})
}
