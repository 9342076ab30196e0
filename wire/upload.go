package wire

import (
	"bytes"
	"errors"
	"hash"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// An upload is the body of a request that is sent on while it comes. The connection to the
// target reads it and closes it, from a goroutine of its own. A nil one is at its end.
type upload struct {
	x       *exchange
	awaited bool      // the client waits for 100 Continue before it sends anything
	given   bool      // the connection to the target has it
	hash    hash.Hash // of what has been read; nil: nobody asks
	sum     []byte    // that hash has to be at the end

	mu        sync.Mutex
	continued bool  // the client has been told to go on
	answered  bool  // the answer has begun
	stopped   bool  // nobody wants the rest
	ended     bool  // the body has been read to its end
	err       error // of reading it

	closing sync.Once
	closed  chan struct{} // closed by Close
}

func newUpload(x *exchange) *upload {
	return &upload{
		x: x, closed: make(chan struct{}),
		awaited: x.in.ProtoAtLeast(1, 1) && len(x.r.body()) == 0 && strings.EqualFold(x.in.Header.Get("Expect"), "100-continue"),
	}
}

// errAnswered ends a body that is no longer wanted.
var errAnswered = errors.New("the request has been answered")

// Read reads as that of an io.Reader. A client that sends nothing for readTime has left.
func (u *upload) Read(p []byte) (n int, err error) {
	if err := u.proceed(); err != nil {
		return 0, err
	}
	n, err = u.x.in.Body.Read(p)
	if u.hash != nil {
		_, _ = u.hash.Write(p[:n])
	}
	if err == nil {
		return n, nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if errors.Is(err, io.EOF) && u.hash != nil && !bytes.Equal(u.hash.Sum(nil), u.sum) {
		n, err = 0, errOtherBody // so that the target never has the whole body
	}
	if !errors.Is(err, io.EOF) {
		u.err = err
		return n, err
	}
	if !u.ended && !u.stopped {
		u.x.watch()
	}
	u.ended = true
	return n, err
}

// proceed tells the client to send its body if it waits for that, and sets the deadline of
// what comes next.
func (u *upload) proceed() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case u.ended:
		return nil
	case u.stopped, u.answered && u.awaited && !u.continued:
		return errAnswered
	case u.awaited && !u.continued:
		u.continued = true
		if _, err := io.WriteString(u.x.conn, "HTTP/1.1 100 Continue\r\n\r\n"); err != nil {
			u.err = err
			return err
		}
	}
	return u.x.conn.SetReadDeadline(time.Now().Add(readTime))
}

// Close ends the body for the connection to the target.
func (u *upload) Close() error {
	u.closing.Do(func() { close(u.closed) })
	return nil
}

// answer says that the answer begins, so that no 100 Continue comes after it. It reports
// whether the body has been read to its end: only then can the connection be used again.
func (u *upload) answer() (whole bool) {
	if u == nil {
		return true
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.answered = true
	return u.ended
}

// end waits until nobody reads the body.
func (u *upload) end() {
	if u == nil || !u.given {
		return
	}
	u.mu.Lock()
	u.stopped = true
	if !u.ended {
		interrupt(u.x.conn)
	}
	u.mu.Unlock()
	<-u.closed
}

// failure returns the error of reading the body, nil if there was none.
func (u *upload) failure() error {
	if u == nil {
		return nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.err
}

// brokenOff reports whether the connection of the client broke or was silent for too long
// before the body had ended.
func (u *upload) brokenOff() bool {
	err := u.failure()
	_, network := errors.AsType[net.Error](err)
	return network || errors.Is(err, io.ErrUnexpectedEOF)
}
