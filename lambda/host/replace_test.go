package host_test

import (
	"errors"
	"slices"
	"testing"

	"lullaby/lambda"
	"lullaby/lambda/host"
)

// A replaced function answers with its new code; what is under way ends in its old
// process, which then ends.
func TestReplace(t *testing.T) {
	f := function(t, "f", "")
	h := start(t, host.Options{MaxSandboxes: 4}, f)
	first := h.succeed(t, "f", `{}`)
	under := make(chan answer)
	go func() { under <- h.succeed(t, "f", `{"Do":"sleep","Millis":300}`) }()
	eventually(t, "the function runs", func() bool { return h.Running() == 1 })

	f.Environment = map[string]string{"COLOUR": "red"}
	if err := h.Replace(f); err != nil {
		t.Fatal(err)
	}
	fresh := h.succeed(t, "f", `{"Do":"environ"}`)
	if fresh.PID == first.PID || !slices.Contains(fresh.Environ, "COLOUR=red") {
		t.Errorf("process %d after %d, environment %q", fresh.PID, first.PID, fresh.Environ)
	}
	if a := <-under; a.PID != first.PID {
		t.Errorf("what was under way ended in process %d, want %d", a.PID, first.PID)
	}
	eventually(t, "the old process is gone", func() bool { return !alive(first.PID) })
	if again := h.succeed(t, "f", `{}`); again.PID != fresh.PID {
		t.Errorf("process %d, want %d again", again.PID, fresh.PID)
	}

	f.Name = "other"
	if err := h.Replace(f); !errors.Is(err, lambda.ErrFunctionNotFound) {
		t.Errorf("Replace = %v, want that there is no such function", err)
	}
}
