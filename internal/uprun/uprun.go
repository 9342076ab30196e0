// Package uprun runs "lullaby up" as a process of its own, for tests and
// benchmarks from outside. It is internal: it may change whenever its users do.
package uprun

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
)

// A Process is a running up that is ready.
type Process struct {
	HTTP string // URL of the first API, empty if there is none
	AWS  string // URL of the AWS endpoint
	Web  string // URL of the live page, empty if there is none

	cmd   *exec.Cmd
	drain sync.WaitGroup // readers of its output

	mu     sync.Mutex
	stdout strings.Builder
	stderr strings.Builder
}

// Start starts cmd, a command line of up, and returns when up prints its ready
// line. Stderr is kept unless cmd.Stderr is set. If the process ends before it is
// ready, the error contains its output.
func Start(cmd *exec.Cmd) (*Process, error) {
	p := &Process{cmd: cmd}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var errs io.Reader
	if cmd.Stderr == nil {
		if errs, err = cmd.StderrPipe(); err != nil {
			return nil, err
		}
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ready := make(chan bool, 1) // sent once: whether the ready line came
	if errs != nil {
		p.drain.Go(func() { p.keep(&p.stderr, errs, nil) })
	}
	p.drain.Go(func() {
		p.keep(&p.stdout, out, ready)
		select {
		case ready <- false:
		default:
		}
	})
	if !<-ready {
		err := p.Wait()
		return nil, fmt.Errorf("up ended before it was ready: %w\n%s%s", err, p.Stdout(), p.Stderr())
	}
	return p, nil
}

// keep collects the output of the process and looks for the ready line.
func (p *Process) keep(to *strings.Builder, from io.Reader, ready chan<- bool) {
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadString('\n')
		p.mu.Lock()
		to.WriteString(line)
		p.mu.Unlock()
		if err != nil {
			return
		}
		if url, ok := strings.CutPrefix(line, "page  "); ok && ready != nil {
			p.Web = strings.TrimSpace(url)
		}
		if ready == nil || !strings.HasPrefix(line, "ready ") && !p.readJSON(line) {
			continue
		}
		for field := range strings.FieldsSeq(line) {
			if url, ok := strings.CutPrefix(field, "http="); ok {
				p.HTTP = url
			}
			if url, ok := strings.CutPrefix(field, "aws="); ok {
				p.AWS = url
			}
		}
		ready <- true
		ready = nil
	}
}

// readJSON reads the line by which up --json is ready.
func (p *Process) readJSON(line string) bool {
	var ready struct {
		Type string
		HTTP []string
		AWS  string
	}
	if json.Unmarshal([]byte(line), &ready) != nil || ready.Type != "ready" {
		return false
	}
	p.HTTP, p.AWS = append(ready.HTTP, "")[0], ready.AWS
	return true
}

// Stdout returns the standard output so far.
func (p *Process) Stdout() string { return p.text(&p.stdout) }

// Stderr returns the standard error so far, "" if cmd.Stderr was set.
func (p *Process) Stderr() string { return p.text(&p.stderr) }

func (p *Process) text(b *strings.Builder) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return b.String()
}

// PID returns the process's id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Signal sends s to the process.
func (p *Process) Signal(s syscall.Signal) error { return p.cmd.Process.Signal(s) }

// Kill ends the process as kill -9 does, and waits for it.
func (p *Process) Kill() error {
	if err := p.cmd.Process.Kill(); err != nil {
		return err
	}
	var exit *exec.ExitError
	if err := p.Wait(); !errors.As(err, &exit) {
		return err
	}
	return nil
}

// Stop interrupts the process as Ctrl-C does, waits for it, and returns its error.
func (p *Process) Stop() error {
	if err := p.Signal(syscall.SIGINT); err != nil {
		return err
	}
	return p.Wait()
}

// Wait waits until the process ends by itself, and returns its error.
func (p *Process) Wait() error {
	p.drain.Wait()
	return p.cmd.Wait()
}
