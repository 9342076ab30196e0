package host

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
)

// Warden is the main function of a second process, which outlives the Host's. It
// reads lines from its standard input, a pipe to which the Host writes: +N adds
// the process group N, -N removes it, since it has ended; =MARK is the mark of the
// Host's sandboxes. When the pipe ends, because the Host has closed it or was
// killed, Warden kills all groups that it still has and, on Linux, all processes
// with the mark, and returns.
//
// It runs in a session of its own and ignores the signals that a terminal or a
// user sends, so that it ends last.
func Warden(stdin io.Reader) {
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	groups := map[int]struct{}{}
	mark := ""
	for lines := bufio.NewScanner(stdin); lines.Scan(); {
		line := lines.Text()
		if len(line) < 2 {
			continue
		}
		if line[0] == '=' {
			mark = line[1:]
			continue
		}
		// A group of 0 or 1 would be the Warden's own, or everybody's.
		pgid, err := strconv.Atoi(line[1:])
		if err != nil || pgid <= 1 {
			continue
		}
		switch line[0] {
		case '+':
			groups[pgid] = struct{}{}
		case '-':
			delete(groups, pgid)
		}
	}
	for pgid := range groups {
		signalGroup(pgid, syscall.SIGKILL)
	}
	if mark != "" {
		newCensus(mark, false).end(mark)
	}
}

// A warden is the Host's end of the pipe. A nil warden does nothing. Safe for
// concurrent use: each line is one write, which a pipe keeps whole.
type warden struct {
	cmd  *exec.Cmd
	pipe *os.File
	lost atomic.Bool // a write has failed
}

// startWarden starts the command, for the sandboxes of a census. It returns nil if
// there is no command.
func startWarden(command []string, c *census) (*warden, error) {
	if len(command) == 0 {
		return nil, nil //nolint:nilnil // nil is the warden that watches over nothing
	}
	stdin, pipe, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = stdin.Close() }()
	cmd := exec.Command(command[0], command[1:]...) //nolint:noctx // it ends with its pipe
	cmd.Stdin = stdin
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = c.start("", func() (int, error) {
		if err := cmd.Start(); err != nil {
			return 0, err
		}
		return cmd.Process.Pid, nil
	})
	if err == nil {
		_, err = fmt.Fprintf(pipe, "=%s\n", c.mark)
	}
	if err != nil {
		return nil, errors.Join(err, pipe.Close())
	}
	return &warden{cmd: cmd, pipe: pipe}, nil
}

// watch adds a process group to the Warden. first is true on the first call that
// finds the Warden gone.
func (w *warden) watch(pgid int) (first bool) {
	if w == nil {
		return false
	}
	if _, err := fmt.Fprintf(w.pipe, "+%d\n", pgid); err != nil {
		return !w.lost.Swap(true)
	}
	return false
}

// release removes a group that is killed and whose leader is reaped.
func (w *warden) release(pgid int) {
	if w == nil {
		return
	}
	if _, err := fmt.Fprintf(w.pipe, "-%d\n", pgid); err != nil {
		w.lost.Store(true)
	}
}

// close ends the Warden and waits for it.
func (w *warden) close() error {
	if w == nil {
		return nil
	}
	err := errors.Join(w.pipe.Close(), w.cmd.Wait())
	if err == nil || w.lost.Load() {
		return nil
	}
	return fmt.Errorf("warden: %w", err)
}
