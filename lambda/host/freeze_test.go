package host_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"lullaby/lambda/host"
)

// stopped reports whether a process is stopped (proc_pid_stat(5)).
func stopped(t *testing.T, pid int) bool {
	t.Helper()
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		t.Skip("this system does not say what a process does")
	}
	_, state, _ := strings.Cut(string(text), ") ")
	return strings.HasPrefix(state, "T")
}

// Between invocations a sandbox and the processes that it has started stand still.
func TestFreeze(t *testing.T) {
	h := start(t, host.Options{MaxSandboxes: 1}, function(t, "f", ""))
	child := h.succeed(t, "f", `{"Do":"spawn"}`)
	for range 3 {
		eventually(t, "function and child are stopped", func() bool { return stopped(t, child.PID) && stopped(t, child.Grandchild) })
		if a := h.succeed(t, "f", `{"Do":"sleep","Millis":20}`); a.PID != child.PID {
			t.Fatalf("process %d, want %d again", a.PID, child.PID)
		}
	}
}

// A process can be at its first request for work before the Host, on a busy machine,
// knows that it runs. It waits until then: it is measured, and can be frozen.
func TestProcessIsFasterThanItsStart(t *testing.T) {
	slow := func() { time.Sleep(300 * time.Millisecond) } // longer than a function takes to its first rest
	h := start(t, host.WithLaunched(host.Options{MaxSandboxes: 1}, slow), function(t, "f", ""))
	a := h.succeed(t, "f", "{}")
	eventually(t, "the function is stopped", func() bool { return stopped(t, a.PID) })
	if log := h.log.String(); !strings.Contains(log, "Max Memory Used: ") {
		t.Errorf("it was not measured:\n%s", log)
	}
}

func TestFreezeOff(t *testing.T) {
	h := start(t, host.Options{MaxSandboxes: 1, NoFreeze: true}, function(t, "f", ""))
	h.succeed(t, "f", `{"Do":"background","Text":"still at work"}`)
	h.log.await(t, "still at work")
}

// What a function has begun and not awaited goes on in its next invocation.
func TestFreezeStopsBackgroundWork(t *testing.T) {
	h := start(t, host.Options{MaxSandboxes: 1}, function(t, "f", ""))
	a := h.succeed(t, "f", `{"Do":"background","Text":"still at work"}`)
	eventually(t, "the function is stopped", func() bool { return stopped(t, a.PID) })
	if log := h.log.String(); strings.Contains(log, "still at work") {
		t.Errorf("it went on:\n%s", log)
	}
	h.succeed(t, "f", `{"Do":"sleep","Millis":600}`)
	h.log.await(t, "still at work")
}

// A frozen function that wants SIGTERM gets it, and can act on it.
func TestFrozenFunctionEnds(t *testing.T) {
	h := start(t, host.Options{MaxSandboxes: 1}, function(t, "f", "sigterm"))
	a := h.succeed(t, "f", "{}")
	eventually(t, "the function is stopped", func() bool { return stopped(t, a.PID) })
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	h.log.await(t, "told to end")
}
