package host

import (
	"fmt"
	"io"
	"sync"

	"lullaby/lambda"
)

// maxLogBacklog is how many bytes of the log may wait for a slow writer. What
// comes on top is dropped and counted: a terminal that someone has stopped must
// not stop the functions.
const maxLogBacklog = 1 << 20

// A lineLog collects lines and has one goroutine write them, so that those who
// log neither wait for the writer nor make it a system call for each line. Safe
// for concurrent use.
type lineLog struct {
	w    io.Writer
	wake chan struct{} // capacity 1; from whoever has added to pending; closed by close
	done chan struct{} // closed by run

	mu struct {
		sync.Mutex
		pending []byte // whole lines
		dropped int    // lines since the last one of pending
		closed  bool
	}
}

// newLineLog returns a log to w, or nil, which takes lines and forgets them.
func newLineLog(w io.Writer) *lineLog {
	if w == nil {
		return nil
	}
	l := &lineLog{w: w, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go l.run()
	return l
}

// run writes until close. What the writer says of errors is passed over: there
// is no other place to say it.
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

// take returns what is pending and gives buffer in exchange.
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

// line adds prefix and text as one line. After close it does nothing.
func (l *lineLog) line(prefix, text string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
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

// close writes what is pending and waits for it.
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

// A tail keeps the end of one invocation's log. A nil one keeps nothing. The
// output that writes to it locks; when the invocation is over it is the
// caller's.
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

// last returns the last MaxLogTail bytes, nil if nobody has asked for them. Its
// bytes are the tail's own.
func (t *tail) last() []byte {
	if t == nil {
		return nil
	}
	return t.text[max(0, len(t.text)-lambda.MaxLogTail):]
}
