package host

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/lambda"
)

// A script is what a function does at each attempt. It records the instants of
// the attempts.
type script struct {
	mu    sync.Mutex
	steps []string // ok, error or throttle; the last one is repeated
	start time.Time
	at    []string
	notes []string
}

func (s *script) perform(inv *invocation) (failed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = append(s.at, time.Since(s.start).String())
	step := s.steps[min(len(s.at), len(s.steps))-1]
	switch step {
	case "error":
		return true, nil
	case "throttle":
		return false, &lambda.ThrottleError{Function: inv.function.Name}
	}
	return false, nil
}

func (s *script) drop(inv *invocation, why string) {
	text := fmt.Sprintf("event %s dropped: %s %s", inv.id, inv.function.Name, why)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes = append(s.notes, text)
}

func event(reserved *int) *invocation {
	return &invocation{id: "8a1b", accepted: time.Now(), function: &function{Function: Function{Name: "f", ReservedConcurrency: reserved}}}
}

func TestEventRetries(t *testing.T) {
	none := 0
	tests := []struct {
		name     string
		steps    []string
		reserved *int
		at       []string
		note     string
	}{
		{"runs at once", []string{"ok"}, nil, []string{"0s"}, ""},
		{"fails once", []string{"error", "ok"}, nil, []string{"0s", "1m0s"}, ""},
		{"fails", []string{"error"}, nil, []string{"0s", "1m0s", "3m0s"}, "event 8a1b dropped: f has failed 3 times"},
		{"is throttled", []string{"throttle", "throttle", "throttle", "ok"}, nil, []string{"0s", "1s", "3s", "7s"}, ""},
		{
			"is throttled and fails",
			[]string{"throttle", "error", "throttle", "ok"},
			nil,
			[]string{"0s", "1s", "1m1s", "1m2s"},
			"",
		},
		{"is stopped", []string{"throttle"}, &none, []string{"0s"}, "event 8a1b dropped: f has a reserved concurrency of 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{steps: tt.steps, start: time.Now()}
				e := newEvents(s.perform, s.drop, Options{MaxEvents: 1, MaxSandboxes: 1})
				if err := e.add(event(tt.reserved)); err != nil {
					t.Fatal(err)
				}
				time.Sleep(10 * time.Hour)
				synctest.Wait()
				if diff := cmp.Diff(tt.at, s.at); diff != "" {
					t.Errorf("attempts (-want +got):\n%s", diff)
				}
				if got := strings.Join(s.notes, "\n"); got != tt.note {
					t.Errorf("notes = %q, want %q", got, tt.note)
				}
				if err := e.add(event(nil)); err != nil {
					t.Errorf("its place is not free again: %v", err)
				}
				e.close()
			})
		})
	}
}

func TestEventsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var under, most int
		var mu sync.Mutex
		perform := func(*invocation) (bool, error) {
			mu.Lock()
			under++
			most = max(most, under)
			mu.Unlock()
			<-release
			mu.Lock()
			under--
			mu.Unlock()
			return false, nil
		}
		e := newEvents(perform, func(*invocation, string) {}, Options{MaxEvents: 5, MaxSandboxes: 2})
		for i := range 5 {
			if err := e.add(event(nil)); err != nil {
				t.Fatalf("event %d: %v", i, err)
			}
		}
		synctest.Wait()
		var refusal *lambda.ThrottleError
		if err := e.add(event(nil)); !errors.As(err, &refusal) || !refusal.Machine {
			t.Errorf("the sixth of five: %v, want a refusal of this machine", err)
		}
		close(release)
		synctest.Wait()
		if most != 2 {
			t.Errorf("%d ran at a time, want 2", most)
		}
		if err := e.add(event(nil)); err != nil {
			t.Errorf("when the others are done: %v", err)
		}
		e.close()
		if err := e.add(event(nil)); !errors.Is(err, ErrClosed) {
			t.Errorf("after close: %v", err)
		}
	})
}

// TestCloseDropsEvents calls Close while one event waits for its retry and
// another for its turn.
func TestCloseDropsEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := make(chan struct{}, 2)
		halt := make(chan struct{})
		perform := func(*invocation) (bool, error) {
			begun <- struct{}{}
			if len(begun) == 1 {
				return true, nil
			}
			<-halt // as Close ends what runs
			return false, fmt.Errorf("run: %w", ErrClosed)
		}
		e := newEvents(perform, func(*invocation, string) {}, Options{MaxEvents: 5, MaxSandboxes: 1})
		for range 3 {
			if err := e.add(event(nil)); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		time.AfterFunc(time.Second, func() { close(halt) })
		start := time.Now()
		e.close()
		if took := time.Since(start); took != time.Second || len(begun) != 2 {
			t.Errorf("close took %v with %d begun, want it to wait for the one that runs and for no retry", took, len(begun))
		}
	})
}
