package lambda_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/instant"
	"lullaby/lambda"
	"lullaby/watch/watchtest"
)

// The metrics of two functions, one with reserved concurrency, and of the
// account.
func TestMeter(t *testing.T) {
	now := instant.Of(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	account := lambda.NewAccount(lambda.Limits{})
	var told watchtest.Tape
	one := 1
	for name, reserved := range map[string]*int{"capped": &one, "free": nil} {
		f, err := account.AddFunction(name, reserved)
		if err != nil {
			t.Fatal(err)
		}
		m := lambda.NewMeter(&told, name)
		for range 2 {
			if err := f.Admit(now, false); err != nil {
				m.Throttle(now)
				continue
			}
			m.Admit(now, f.Concurrency())
		}
		m.DropRecursive(now)
		m.Receive(now)
		m.Age(now, 20*time.Millisecond)
		m.Drop(now)
		for running := f.Concurrency().Function; running > 0; running-- {
			m.Finish(now, 1500*time.Millisecond, running == 1)
			f.Release()
		}
	}
	want := `AsyncEventAge capped: 20 in 1
AsyncEventAge free: 20 in 1
AsyncEventAge: 40 in 2
AsyncEventsDropped capped: 1 in 1
AsyncEventsDropped free: 1 in 1
AsyncEventsDropped: 2 in 2
AsyncEventsReceived capped: 1 in 1
AsyncEventsReceived free: 1 in 1
AsyncEventsReceived: 2 in 2
ConcurrentExecutions capped: 1 in 1
ConcurrentExecutions free: 3 in 2
ConcurrentExecutions: 4 in 3
Duration capped: 1500 in 1
Duration free: 3000 in 2
Duration: 4500 in 3
Errors capped: 1 in 1
Errors free: 1 in 2
Errors: 2 in 3
Invocations capped: 1 in 1
Invocations free: 2 in 2
Invocations: 3 in 3
RecursiveInvocationsDropped capped: 1 in 1
RecursiveInvocationsDropped free: 1 in 1
RecursiveInvocationsDropped: 2 in 2
Throttles capped: 1 in 1
Throttles: 1 in 1
UnreservedConcurrentExecutions: 3 in 3`
	for _, d := range told.Disagreements(lambda.Emissions()) {
		t.Error(d)
	}
	if diff := cmp.Diff(want, told.Sums()); diff != "" {
		t.Errorf("measured (-want +got):\n%s", diff)
	}
}
