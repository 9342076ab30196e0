package host_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lullaby/lambda"
	"lullaby/lambda/host"
)

// TestCrashes shows the answer to the caller of a process that exits. The next
// caller gets a new process.
func TestCrashes(t *testing.T) {
	h := start(t, host.Options{MaxSandboxes: 1}, function(t, "f", ""))
	tests := []struct{ payload, status string }{
		{`{"Do":"exit","Code":0}`, ""},
		{`{"Do":"exit","Code":3}`, "exit status 3"},
		{`{"Do":"kill"}`, "signal: killed"},
	}
	for _, tt := range tests {
		before := h.succeed(t, "f", `{"Do":"spawn"}`)
		out := h.invoke(t, "f", tt.payload)
		want := lambda.Exited(out.RequestID, tt.status)
		wantFailure(t, out, want)
		h.log.await(t, "f | "+want.Message)
		h.log.await(t, "\tStatus: error\tError Type: Runtime.ExitError\n")
		if after := h.succeed(t, "f", ""); after.PID == before.PID || after.Served != 1 {
			t.Errorf("after %s: process %d serves its number %d", tt.payload, after.PID, after.Served)
		}
		eventually(t, "the child that it left is dead", func() bool { return !alive(before.Grandchild) })
	}
	if n := h.Running(); n != 0 {
		t.Errorf("%d run in the end", n)
	}
}

// TestPanic shows aws-lambda-go's way: it posts the error and exits. The caller
// gets the error, and the sandbox is lost.
func TestPanic(t *testing.T) {
	h := start(t, host.Options{MaxSandboxes: 1}, function(t, "f", ""))
	before := h.succeed(t, "f", "")
	out := h.invoke(t, "f", `{"Do":"panic","Text":"no table"}`)
	if want := `{"errorMessage":"no table","errorType":"string","stackTrace":[`; out.FunctionError != "Unhandled" || !strings.HasPrefix(string(out.Payload), want) {
		t.Errorf("panic: %q %s, want %s...", out.FunctionError, out.Payload, want)
	}
	eventually(t, "another process serves", func() bool { return h.succeed(t, "f", "").PID != before.PID })
}

func TestTimeout(t *testing.T) {
	f := function(t, "f", "")
	f.Timeout = 250 * time.Millisecond
	h := start(t, host.Options{MaxSandboxes: 1}, f)
	before := h.succeed(t, "f", `{"Do":"spawn"}`)
	out := h.invoke(t, "f", `{"Do":"sleep","Millis":60000}`)
	wantFailure(t, out, lambda.TimedOut(out.RequestID, f.Timeout))
	h.log.await(t, "\tDuration: 250.00 ms\tBilled Duration: 250 ms\t")
	h.log.await(t, "\tStatus: timeout\n")
	if alive(before.PID) {
		t.Error("the process that overran is alive")
	}
	eventually(t, "its child is dead", func() bool { return !alive(before.Grandchild) })
	if after := h.succeed(t, "f", ""); after.Served != 1 {
		t.Errorf("after a timeout the process serves its number %d", after.Served)
	}
}

// TestAnswerAndLinger is a runtime that answers and does not call next again.
// Its caller does not wait. The sandbox counts as running until the timeout,
// and is then reset.
func TestAnswerAndLinger(t *testing.T) {
	f := function(t, "f", "answer-and-linger")
	f.Timeout = time.Second
	h := start(t, host.Options{}, f)
	a := h.succeed(t, "f", "")
	if n := h.Running(); n != 1 {
		t.Errorf("%d run behind the answer, want 1", n)
	}
	eventually(t, "the process is reset", func() bool { return !alive(a.PID) })
	h.log.await(t, "\tDuration: 1000.00 ms\tBilled Duration: ")
	h.log.await(t, "\tStatus: timeout\n")
	eventually(t, "nothing runs", func() bool { return h.Running() == 0 })
}

func TestInitFailures(t *testing.T) {
	const reportInit, reportInvoke = "\tPhase: init\tStatus: error\tError Type: ", "\tPhase: invoke\tStatus: error\tError Type: "
	tests := []struct {
		handler, status string
	}{
		{"exit0-in-init", ""},
		{"exit3-in-init", "exit status 3"},
	}
	for _, tt := range tests {
		t.Run(tt.handler, func(t *testing.T) {
			h := start(t, host.Options{MaxSandboxes: 1}, function(t, "f", tt.handler))
			out := h.invoke(t, "f", "")
			wantFailure(t, out, lambda.Exited(out.RequestID, tt.status))
			h.log.await(t, "f | INIT_REPORT Init Duration: ")
			h.log.await(t, reportInit+"Runtime.ExitError\n")
			h.log.await(t, reportInvoke+"Runtime.ExitError\n")
			out = h.invoke(t, "f", "")
			wantFailure(t, out, lambda.Exited(out.RequestID, tt.status))
		})
	}
}

func TestInitError(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", "init-error"))
	out := h.invoke(t, "f", "")
	if want := `{"errorMessage":"no configuration","errorType":"Function.NoConfig"}`; out.FunctionError != "Unhandled" || string(out.Payload) != want {
		t.Errorf("init error: %q %s, want what was posted: %s", out.FunctionError, out.Payload, want)
	}
	h.log.await(t, "\tPhase: init\tStatus: error\tError Type: Function.NoConfig\n")
}

// TestSecondInit shows that an init that fails or exceeds its limit is repeated
// inside the invocation.
func TestSecondInit(t *testing.T) {
	for _, handler := range []string{"ready-at-second", "slow-at-first"} {
		t.Run(handler, func(t *testing.T) {
			h := start(t, host.Options{MaxSandboxes: 1, InitTimeout: 2 * time.Second}, function(t, "f", handler))
			if a := h.succeed(t, "f", ""); a.Served != 1 {
				t.Errorf("served %d", a.Served)
			}
			h.log.await(t, "\tPhase: init\tStatus: ")
			h.log.await(t, "REPORT RequestId: ")
			if log := h.log.String(); strings.Contains(log, "\tInit Duration: ") {
				t.Errorf("the report counts the second init apart from the invocation that it is part of:\n%s", log)
			}
		})
	}
}

func TestNeverReady(t *testing.T) {
	f := function(t, "f", "never-ready")
	f.Timeout = 300 * time.Millisecond
	h := start(t, host.Options{InitTimeout: 200 * time.Millisecond}, f)
	out := h.invoke(t, "f", "")
	wantFailure(t, out, lambda.TimedOut(out.RequestID, f.Timeout))
	h.log.await(t, "f | INIT_REPORT Init Duration: 200.00 ms\tPhase: init\tStatus: timeout\n")
	h.log.await(t, "f | INIT_REPORT Init Duration: 300.00 ms\tPhase: invoke\tStatus: timeout\n")
}

func TestBootstrapThatDoesNotRun(t *testing.T) {
	tests := []struct {
		name string
		make func(path string) error
		want func(id, path string) lambda.Failure
	}{
		{
			"missing", func(string) error { return nil },
			lambda.NoBootstrap,
		},
		{
			"not executable", func(path string) error { return os.WriteFile(path, []byte("#!/bin/sh\n"), 0o600) },
			func(id, path string) lambda.Failure {
				return lambda.NotStarted(id, "fork/exec "+path+": permission denied")
			},
		},
		{
			"of another format", func(path string) error { return os.WriteFile(path, []byte("\x7fELF, almost"), 0o700) },
			func(id, path string) lambda.Failure {
				return lambda.NotStarted(id, "fork/exec "+path+": exec format error")
			},
		},
		{
			"without its interpreter", func(path string) error { return os.WriteFile(path, []byte("#!/no/such/shell\n"), 0o700) },
			func(id, path string) lambda.Failure {
				return lambda.NotStarted(id, "fork/exec "+path+": no such file or directory")
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := host.Function{Name: "f", Dir: t.TempDir()}
			path := filepath.Join(f.Dir, "bootstrap")
			if err := tt.make(path); err != nil {
				t.Fatal(err)
			}
			h := start(t, host.Options{}, f)
			out := h.invoke(t, "f", "")
			wantFailure(t, out, tt.want(out.RequestID, path))
			h.log.await(t, "\tPhase: init\tStatus: error\tError Type: Runtime.InvalidEntrypoint\n")
		})
	}
}

// TestExitBetweenInvocations ends an idle process. The next invocation gets a
// new one and succeeds.
func TestExitBetweenInvocations(t *testing.T) {
	h := start(t, host.Options{MaxSandboxes: 1}, function(t, "f", ""))
	a := h.succeed(t, "f", "")
	p, err := os.FindProcess(a.PID)
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		t.Fatal(err)
	}
	h.log.await(t, "f | Runtime exited between invocations: signal: killed\n")
	eventually(t, "another process serves", func() bool {
		out, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "f"})
		var refusal *lambda.ThrottleError // until the room of the old one is free
		if err != nil && !errors.As(err, &refusal) {
			t.Fatal(err)
		}
		return err == nil && out.FunctionError == ""
	})
	if pid := h.succeed(t, "f", "").PID; pid == a.PID {
		t.Errorf("process %d serves, and was killed", pid)
	}
}

// TestSigterm shows that only a function that registers an extension gets a
// SIGTERM before it ends.
func TestSigterm(t *testing.T) {
	h := start(t, host.Options{}, function(t, "asks", "sigterm"), function(t, "does-not", ""))
	h.succeed(t, "asks", "")
	h.succeed(t, "does-not", "")
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	if log := h.log.String(); strings.Count(log, "told to end") != 1 || strings.Contains(log, "WARNING") {
		t.Errorf("log:\n%s", log)
	}
}
