package host

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"lullaby/lambda"
)

// maxLogBacklog is how many bytes of the log may wait for a slow writer. Further
// lines are dropped and counted: a stopped terminal must not stop the functions.
const maxLogBacklog = 1 << 20

// A lineLog collects lines, and one goroutine writes them. So callers do not wait
// for the writer, and there are fewer system calls than lines. Safe for concurrent
// use.
type lineLog struct {
	w    io.Writer
	wake chan struct{} // capacity 1; sent after pending has grown; closed by close
	done chan struct{} // closed by run

	mu struct {
		sync.Mutex
		pending []byte // whole lines
		dropped int    // lines since the last one of pending
		closed  bool
	}
}

// newLineLog returns a log that writes to w. If w is nil it returns nil, which
// drops all lines.
func newLineLog(w io.Writer) *lineLog {
	if w == nil {
		return nil
	}
	l := &lineLog{w: w, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go l.run()
	return l
}

// run writes until close. It ignores the writer's errors: there is no other place
// to report them.
func (l *lineLog) run() {
	defer close(l.done)
	var writing []byte
	for range l.wake {
		for {
			writing = l.take(writing[:0])
			if len(writing) == 0 {
				break
			}
			_, _ = l.w.Write(writing)
		}
	}
}

// take returns the pending lines and continues with buffer.
func (l *lineLog) take(buffer []byte) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := l.mu.pending
	if l.mu.dropped > 0 {
		taken = fmt.Appendf(taken, "lullaby | %d lines of the log were dropped: it is read too slowly\n", l.mu.dropped)
	}
	l.mu.pending, l.mu.dropped = buffer, 0
	return taken
}

// line adds text as a line, or as its lines, each behind prefix. After close it does
// nothing.
func (l *lineLog) line(prefix, text string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\n", "\n"+prefix)
	}
	if l.mu.closed {
		return
	}
	if len(l.mu.pending)+len(prefix)+len(text) > maxLogBacklog {
		l.mu.dropped++
		return
	}
	l.mu.pending = append(append(append(l.mu.pending, prefix...), text...), '\n')
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// close writes the pending lines and returns when they are written.
func (l *lineLog) close() {
	if l == nil {
		return
	}
	l.mu.Lock()
	l.mu.closed = true
	l.mu.Unlock()
	close(l.wake)
	<-l.done
}

// A tail keeps the end of one invocation's log. A nil tail keeps nothing. The
// output that writes to it locks; after the invocation the caller owns it.
type tail struct{ text []byte }

func (t *tail) line(text string) {
	if t == nil {
		return
	}
	t.text = append(append(t.text, text...), '\n')
	if over := len(t.text) - lambda.MaxLogTail; over > lambda.MaxLogTail {
		t.text = t.text[:copy(t.text, t.text[over:])]
	}
}

// last returns the last MaxLogTail bytes, nil for a nil tail. The caller must not
// change them.
func (t *tail) last() []byte {
	if t == nil {
		return nil
	}
	return t.text[max(0, len(t.text)-lambda.MaxLogTail):]
}
