package host_test

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"

	"lullaby/lambda"
	"lullaby/lambda/host"
)

// A daemon ends with its sandbox, however the sandbox ends, and other daemons
// live on.
func TestDaemonsEndWithTheirSandbox(t *testing.T) {
	h := start(t, host.Options{}, function(t, "f", ""), function(t, "g", ""))
	other := h.succeed(t, "g", `{"Do":"escape"}`)
	for _, tt := range []struct{ name, payload string }{
		{"exits", `{"Do":"exit","Code":0}`},
		{"is killed", `{"Do":"kill"}`},
	} {
		t.Run("which "+tt.name, func(t *testing.T) {
			a := h.succeed(t, "f", `{"Do":"escape"}`)
			if !alive(a.Grandchild) {
				t.Fatal("the daemon is not there to begin with")
			}
			if out := h.invoke(t, "f", tt.payload); out.FunctionError == "" {
				t.Fatal("the function is still there")
			}
			eventually(t, "the daemon dies with its sandbox", func() bool { return !alive(a.Grandchild) })
		})
	}
	if !alive(other.Grandchild) {
		t.Error("the daemon of another sandbox is dead too")
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the daemon dies with the host", func() bool { return !alive(other.Grandchild) })
}

// A Host that adopts orphans leaves the dead children that it has not started to
// those who wait for them, such as the build of a function.
func TestChildrenOfOthers(t *testing.T) {
	defer func() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0) }()
	h := start(t, host.Options{AdoptOrphans: true}, function(t, "f", ""))
	h.succeed(t, "f", `{}`)
	build := exec.Command("true")
	if err := build.Start(); err != nil {
		t.Fatal(err)
	}
	if err := unix.Waitid(unix.P_PID, build.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "f", Payload: []byte(`{"Do":"exit"}`)}); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if err := build.Wait(); err != nil {
		t.Errorf("the build's end is not known: %v", err)
	}
}

// A Host that adopts orphans finds even a daemon without environment, and leaves
// no zombie of a daemon that has ended by itself.
func TestAdoptedOrphans(t *testing.T) {
	defer func() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0) }()
	h := start(t, host.Options{AdoptOrphans: true, Warden: []string{testBinary(t), "warden"}}, function(t, "f", ""))
	bare, marked := h.succeed(t, "f", `{"Do":"escape","Bare":true}`), h.succeed(t, "f", `{"Do":"escape"}`)
	if err := unix.Kill(marked.Grandchild, unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the daemon is dead", func() bool { return !alive(marked.Grandchild) })
	if _, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "f", Payload: []byte(`{"Do":"exit"}`)}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(fmt.Sprintf("/proc/%d", marked.Grandchild)); !os.IsNotExist(err) {
		t.Errorf("the dead daemon is not reaped: %v", err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if alive(bare.Grandchild) {
		t.Error("the daemon without environment is alive after Close")
	}
}
