package host

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode/utf8"

	"lullaby/instant"
	"lullaby/lambda"
)

const (
	// maxLine is the longest line of a log, in bytes; longer ones are cut. It
	// is CloudWatch's largest event.
	maxLine = 256 << 10

	// pipeSize is what the kernel keeps of a pipe that is not read (pipe(7)).
	pipeSize = 64 << 10
)

// An output turns the standard output and error of a process into lines of the
// log. Both are one pipe, so that their order is kept. A goroutine, pump, reads
// while the process writes. The end of an invocation also reads the pipe empty, so
// that all output before the function asked for more work is logged before END.
//
// The pipe's descriptor does not block. Both readers hold mu, and none reads after
// close.
type output struct {
	log    *lineLog
	prefix string
	lines  func(now instant.Instant, line string) // of the function itself; nil: nobody gets them
	form   lambda.Logging
	pipe   *os.File
	raw    syscall.RawConn

	mu struct {
		sync.Mutex
		closed bool
		fd     int
		buffer []byte // of one read
		rest   []byte // a line whose end has not come
		tail   *tail  // of the invocation that runs
	}
}

// newOutput returns an output, and the file to which the process writes. The
// caller closes the file.
func newOutput(log *lineLog, prefix string) (*output, *os.File, error) {
	pipe, written, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	o := &output{log: log, prefix: prefix, pipe: pipe}
	if o.raw, err = pipe.SyscallConn(); err == nil {
		err = o.raw.Control(func(fd uintptr) { o.mu.fd = int(fd) })
	}
	if err != nil {
		return nil, nil, errors.Join(err, pipe.Close(), written.Close())
	}
	o.mu.buffer = make([]byte, 4<<10)
	return o, written, nil
}

// pump reads until the pipe ends or close.
func (o *output) pump() {
	for ended := false; !ended; {
		err := o.raw.Read(func(uintptr) (done bool) {
			o.mu.Lock()
			defer o.mu.Unlock()
			var more bool
			more, ended = o.readLocked()
			return more || ended
		})
		if err != nil {
			return
		}
	}
}

// readLocked reads once. more is false if the pipe is empty now; ended is true if
// it has ended.
func (o *output) readLocked() (more, ended bool) {
	if o.mu.closed {
		return false, true
	}
	n, err := syscall.Read(o.mu.fd, o.mu.buffer)
	switch {
	case errors.Is(err, syscall.EAGAIN):
		return false, false
	case errors.Is(err, syscall.EINTR):
		return true, false
	case err != nil || n == 0:
		return false, true
	}
	o.addLocked(o.mu.buffer[:n])
	return true, false
}

// addLocked cuts the bytes read into lines.
func (o *output) addLocked(text []byte) {
	for len(text) > 0 {
		line, after, whole := bytes.Cut(text, []byte("\n"))
		if room := maxLine - len(o.mu.rest); len(line) > room {
			n := beforeRune(text, room)
			line, after, whole = text[:n], text[n:], true
		}
		o.mu.rest = append(o.mu.rest, line...)
		if !whole {
			return
		}
		o.emitOwnLocked(strings.TrimSuffix(string(o.mu.rest), "\r"))
		o.mu.rest = o.mu.rest[:0]
		text = after
	}
}

// beforeRune returns n, or less if a character of text would be cut there.
func beforeRune(text []byte, n int) int {
	for i := n; i > 0 && i > n-utf8.UTFMax; i-- {
		if utf8.RuneStart(text[i]) {
			return i
		}
	}
	return n
}

func (o *output) emitLocked(line string) {
	o.log.line(o.prefix, line)
	o.mu.tail.line(line)
}

// emitOwnLocked logs a line that the function has written. Runtimes of AWS's write an
// event of several lines with \r between them (docs/aws/runtimes.md#logs).
func (o *output) emitOwnLocked(line string) {
	if o.form.Keeps(line) {
		o.emitLocked(strings.ReplaceAll(line, "\r", "\n"))
	}
	if o.lines != nil {
		o.lines(instant.Of(time.Now()), line)
	}
}

// begin starts the log of an invocation.
func (o *output) begin(inv *invocation) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.mu.tail = inv.tail
	if o.log != nil || inv.tail != nil {
		for _, line := range o.form.Start(time.Now(), inv.id, inv.init) {
			o.emitLocked(line)
		}
	}
}

// end ends the log of an invocation, if one was begun: it logs what is still in
// the pipe, and then lines.
func (o *output) end(lines ...string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.drainLocked()
	for _, line := range lines {
		o.emitLocked(line)
	}
	o.mu.tail = nil
}

// line logs one line of the sandbox itself, behind what is still in the pipe.
func (o *output) line(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.drainLocked()
	o.emitLocked(text)
}

// drainLocked logs what is in the pipe, and a line without an end.
func (o *output) drainLocked() {
	for read := 0; read < pipeSize; read += len(o.mu.buffer) {
		if more, _ := o.readLocked(); !more {
			break
		}
	}
	if len(o.mu.rest) > 0 {
		o.emitOwnLocked(string(o.mu.rest))
		o.mu.rest = o.mu.rest[:0]
	}
}

// wanted reports whether anybody reads the log of an invocation.
func (o *output) wanted(inv *invocation) bool { return o.log != nil || inv.tail != nil }

// tailOf returns the end of the log of an invocation that still runs.
func (o *output) tailOf(inv *invocation) []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return bytes.Clone(inv.tail.last())
}

// close ends pump. Output that is still in the pipe is lost: call end first.
func (o *output) close() {
	o.mu.Lock()
	o.mu.closed = true
	o.mu.Unlock()
	// Not under the lock: Close waits for a pump that may be waiting for it.
	_ = o.pipe.Close()
}
