package wire

import (
	"context"
	"errors"
	"net"
	"syscall"
	"time"
)

// errClientLeft is why the context of a request whose client is gone ended.
var errClientLeft = errors.New("the client has left")

// patience is how long a request runs before it is worth a goroutine to learn
// that its client leaves.
const patience = 20 * time.Millisecond

// watched returns a context for a handler that may wait long: it also ends when
// the client closes its connection, which fasthttp does not tell. The handler
// has to call stop before it returns, since the connection is its own only
// until then.
//
// Nothing is read that a handler or fasthttp might want: the watch peeks at the
// socket. It does not learn more of a client that has sent its next request
// already. A request that is done within patience costs a timer.
func (r *request) watched() (ctx context.Context, stop func()) {
	conn := r.fast.Conn()
	socket, ok := conn.(syscall.Conn)
	if !ok {
		return r.ctx, func() {}
	}
	raw, err := socket.SyscallConn()
	if err != nil || conn.SetReadDeadline(time.Time{}) != nil {
		return r.ctx, func() {} // closed already: the answer will tell
	}
	ctx, cancel := context.WithCancelCause(r.ctx)
	ended := make(chan struct{}) // closed by the watch, if it has begun
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

// hasLeft waits until there is something to read from a socket, or its reading
// is interrupted, and says whether that is its end.
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

// interrupt ends what waits to read from conn. Whoever reads next sets a
// deadline first: fasthttp does, before each request.
func interrupt(conn net.Conn) { _ = conn.SetReadDeadline(time.Unix(1, 0)) }
