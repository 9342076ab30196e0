package host_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"lullaby/lambda"
	"lullaby/lambda/host"
)

// misbehave is the process of an unruly function: it gets its first event and never
// answers. It returns if handler names no unruly one.
func misbehave(handler string) {
	var sit func()
	switch handler {
	case "flood":
		line := strings.Repeat("x", 1000)
		sit = func() {
			for {
				fmt.Fprintln(os.Stdout, line)
			}
		}
	case "multiply":
		sit = func() {
			for range 20 {
				c := exec.Command(os.Args[0], "sleep")
				c.Env = append(os.Environ(), "AWS_LAMBDA_RUNTIME_API=")
				c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
				if err := c.Start(); err != nil {
					panic(err)
				}
				fmt.Fprintln(os.Stdout, "child", c.Process.Pid)
			}
			time.Sleep(time.Hour)
		}
	case "stubborn":
		signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGPIPE, syscall.SIGQUIT)
		sit = func() { time.Sleep(time.Hour) }
	default:
		return
	}
	newAPI().next()
	fmt.Fprintln(os.Stdout, "child", os.Getpid())
	sit()
}

// TestUnrulyFunctions runs functions that flood their log, start many processes, ignore signals
// and never answer, beside one that does its work: that answers all the while, the others time
// out, and nothing of them is left.
func TestUnrulyFunctions(t *testing.T) {
	unruly := []string{"flood", "multiply", "stubborn"}
	functions := append(make([]host.Function, 0, 1+len(unruly)), function(t, "good", ""))
	for _, name := range unruly {
		f := function(t, name, name)
		f.Timeout, f.MemorySize = time.Second, 10_240 // twenty processes with the race detector take more than 128 MB
		functions = append(functions, f)
	}
	log := &thrifty{}
	h := start(t, host.Options{Log: log}, functions...)
	done := make(chan error, len(unruly)) // one of each
	for _, name := range unruly {
		go func() {
			out, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: name})
			if err == nil && !strings.Contains(string(out.Payload), `"errorType":"Sandbox.Timedout"`) {
				err = errors.New(name + " ended with " + string(out.Payload))
			}
			done <- err
		}()
	}
	for ended := 0; ended < len(unruly); {
		h.succeed(t, "good", "{}")
		select {
		case err := <-done:
			if ended++; err != nil {
				t.Error(err)
			}
		default:
		}
	}
	children := log.children()
	if len(children) < 20 {
		t.Errorf("only %d processes were told of", len(children))
	}
	for _, pid := range children {
		eventually(t, fmt.Sprintf("process %d is dead", pid), func() bool { return !alive(pid) })
	}
}

// thrifty is a log that keeps the lines of children alone.
type thrifty struct{ kept logBuffer }

func (l *thrifty) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		if strings.Contains(line, "| child ") {
			if _, err := l.kept.Write([]byte(line)); err != nil {
				return 0, err
			}
		}
	}
	return len(p), nil
}

// children are the processes that the functions told of.
func (l *thrifty) children() []int {
	var all []int
	for line := range strings.Lines(l.kept.String()) {
		var pid int
		if _, said, ok := strings.Cut(line, "| child "); ok {
			if _, err := fmt.Sscan(said, &pid); err == nil {
				all = append(all, pid)
			}
		}
	}
	return all
}
