package host_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"lullaby/lambda"
	"lullaby/lambda/host"
)

// alive reports whether a process runs. A dead process that is not reaped, such
// as an orphan in a container, does not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) == syscall.ESRCH {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return !os.IsNotExist(err) || !procExists()
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(after, "Z") && !strings.HasPrefix(after, "X")
}

func procExists() bool {
	_, err := os.Stat("/proc/self/stat")
	return err == nil
}

// runDoomedHost is a process with a Host that will be killed, started before
// the warden's command line if there is one. Its function has a child and a daemon,
// and is running. It prints the numbers of the three processes.
func runDoomedHost(dir string, warden ...string) {
	f := host.Function{Name: "f", Dir: dir}
	h, err := host.New(host.Options{MaxSandboxes: 4, Warden: warden}, []host.Function{f})
	if err != nil {
		panic(err)
	}
	invoke := func(payload string) answer {
		out, err := h.Invoke(context.Background(), lambda.InvokeInput{FunctionName: "f", Payload: []byte(payload)})
		if err != nil {
			panic(err)
		}
		var a answer
		if err := json.Unmarshal(out.Payload, &a); err != nil {
			panic(err)
		}
		return a
	}
	a, b := invoke(`{"Do":"spawn"}`), invoke(`{"Do":"escape"}`)
	fmt.Fprintln(os.Stdout, a.PID, a.Grandchild, b.Grandchild)
	invoke(`{"Do":"sleep","Millis":2900}`)
	select {}
}

// TestKilledHostLeavesNoProcess kills a Host's process with SIGKILL, alone and
// with its whole process group, as a closing terminal does.
func TestKilledHostLeavesNoProcess(t *testing.T) {
	tests := []struct {
		name   string
		target int // of kill, in process numbers
		warden []string
	}{
		{"the process", 1, []string{testBinary(t), "warden"}},
		{"its group", -1, []string{testBinary(t), "warden"}},
		{"the process, without a warden", 1, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.warden == nil && runtime.GOOS != "linux" {
				t.Skip("the kernel alone kills functions on Linux only")
			}
			cmd := exec.Command(testBinary(t), append([]string{"host", function(t, "f", "").Dir}, tt.warden...)...)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			cmd.Stderr = os.Stderr
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			var pid, grandchild, daemon int
			line, err := bufio.NewReader(stdout).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if _, err := fmt.Sscan(line, &pid, &grandchild, &daemon); err != nil {
				t.Fatal(err)
			}
			if !alive(pid) || !alive(grandchild) || !alive(daemon) {
				t.Fatalf("processes %d, %d and %d are not there to begin with", pid, grandchild, daemon)
			}
			if err := syscall.Kill(tt.target*cmd.Process.Pid, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err == nil {
				t.Error("the host's process ended by itself")
			}
			eventually(t, "the function is gone", func() bool { return !alive(pid) })
			if tt.warden == nil { // nobody else does
				_ = syscall.Kill(grandchild, syscall.SIGKILL)
				_ = syscall.Kill(daemon, syscall.SIGKILL)
			}
			eventually(t, "its child is gone", func() bool { return !alive(grandchild) })
			if runtime.GOOS != "linux" {
				_ = syscall.Kill(daemon, syscall.SIGKILL) // the package's comment says so
			}
			eventually(t, "its daemon is gone", func() bool { return !alive(daemon) })
		})
	}
}

// TestWardenKillsWhatIsLeft runs the Warden without a Host. It survives the
// signals that end other processes.
func TestWardenKillsWhatIsLeft(t *testing.T) {
	sleeper := func() *exec.Cmd {
		cmd := exec.Command(testBinary(t), "sleep")
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		})
		return cmd
	}
	watched, released, unknown := sleeper(), sleeper(), sleeper()

	warden := exec.Command(testBinary(t), "warden")
	stdin, err := warden.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := warden.Start(); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(stdin, "+%d\n+%d\n-%d\nnonsense\n+0\n+1\n+-1\n\n", watched.Process.Pid, released.Process.Pid, released.Process.Pid)
	eventually(t, "the warden ignores signals", func() bool {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", warden.Process.Pid))
		return err != nil && !procExists() ||
			ignores(string(status), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	})
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		if err := warden.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
	}
	if !alive(watched.Process.Pid) {
		t.Error("the watched process is dead before the pipe has ended")
	}
	stdin.Close()
	if err := warden.Wait(); err != nil {
		t.Errorf("warden: %v", err)
	}
	if err := watched.Wait(); err == nil || err.Error() != "signal: killed" {
		t.Errorf("the watched process: %v, want it killed", err)
	}
	if !alive(released.Process.Pid) || !alive(unknown.Process.Pid) {
		t.Error("the warden killed a process that is none of its business")
	}
}

// ignores reads SigIgn of /proc/pid/status.
func ignores(status string, signals ...syscall.Signal) bool {
	_, after, _ := strings.Cut(status, "SigIgn:")
	var mask uint64
	if _, err := fmt.Sscanf(after, "%x", &mask); err != nil {
		return false
	}
	for _, sig := range signals {
		if mask&(1<<(sig-1)) == 0 {
			return false
		}
	}
	return true
}

func TestWardenThatDoesNotStart(t *testing.T) {
	if _, err := host.New(host.Options{Warden: []string{"/nowhere/warden"}}, nil); err == nil {
		t.Error("New without its warden is no error")
	}
}
