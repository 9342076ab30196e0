package wire

import (
	"context"
	"errors"
	"net"
	"syscall"
	"time"
)

// errClientLeft is the cause with which a request's context ends when its
// client leaves.
var errClientLeft = errors.New("the client has left")

// patience is how long a request runs before a goroutine watches its client.
const patience = 20 * time.Millisecond

// watched returns a context for a request that may wait long. It ends when the
// client closes its connection, which fasthttp does not report. The caller must
// call stop before it returns, since the connection belongs to the request only
// until then.
//
// The watch only peeks at the socket, so nothing is read that a later request
// needs. If the client has already sent its next request, the watch cannot
// notice that it leaves. A request that takes less than patience costs only a
// timer.
func (r *request) watched() (ctx context.Context, stop func()) {
	conn := r.fast.Conn()
	socket, ok := conn.(syscall.Conn)
	if !ok {
		return r.ctx, func() {}
	}
	raw, err := socket.SyscallConn()
	if err != nil || conn.SetReadDeadline(time.Time{}) != nil {
		return r.ctx, func() {} // already closed: writing the answer fails
	}
	ctx, cancel := context.WithCancelCause(r.ctx)
	ended := make(chan struct{}) // closed by the watch; only if it has begun
	timer := time.AfterFunc(patience, func() {
		defer close(ended)
		if hasLeft(raw) {
			cancel(errClientLeft)
		}
	})
	return ctx, func() {
		if !timer.Stop() {
			interrupt(conn)
			<-ended
		}
		cancel(nil)
	}
}

// hasLeft waits until the socket is readable or is interrupted. It reports
// whether it has ended.
func hasLeft(raw syscall.RawConn) (left bool) {
	err := raw.Read(func(fd uintptr) (done bool) {
		var b [1]byte
		n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK)
		if errors.Is(err, syscall.EAGAIN) {
			return false
		}
		left = n == 0 || err != nil
		return true
	})
	return left && err == nil
}

// interrupt ends a wait for reads of conn. The next reader must set a deadline
// first; fasthttp does, before each request.
func interrupt(conn net.Conn) { _ = conn.SetReadDeadline(time.Unix(1, 0)) }
