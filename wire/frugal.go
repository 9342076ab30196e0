package wire

import (
	"io"
	"net"
	"sync"
	"syscall"
)

// A frugal listener accepts connections that hold no memory for a request before
// one begins to come. fasthttp has a buffer of maxHeader bytes for each request
// that it reads; with ReduceMemoryUsage it takes the buffer after the first byte,
// which it reads alone, and gives it back before the request is answered. So
// thousands of idle connections and long polls cost little memory, and the
// collector is not kept busy by its limit.
type frugal struct{ net.Listener }

// Accept returns the next connection. One that is not of TCP is returned as it is.
func (l frugal) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return conn, nil
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return conn, nil //nolint:nilerr // the connection is closed: its user will see
	}
	c := &frugalConn{TCPConn: tcp, raw: raw}
	c.fill = c.tryFill
	return c, nil
}

// A frugalConn reads more than the one byte that it is asked for, and keeps the rest
// for the next reads: a request costs no further system call. Not safe for
// concurrent reads.
type frugalConn struct {
	*net.TCPConn

	raw  syscall.RawConn
	fill func(fd uintptr) (done bool) // tryFill

	head   *head  // nil: rest is empty
	rest   []byte // of head: what is to be read before the socket
	failed error  // of tryFill
}

// A head is the memory of the beginning of a request: most have no more.
type head [4 << 10]byte

var heads = sync.Pool{New: func() any { return new(head) }}

// Read reads as that of a net.Conn.
func (c *frugalConn) Read(p []byte) (int, error) {
	switch {
	case len(c.rest) > 0:
	case len(p) != 1:
		return c.TCPConn.Read(p)
	default:
		if err := c.raw.Read(c.fill); err != nil {
			return 0, err
		}
		if c.failed != nil {
			return 0, c.failed
		}
	}
	n := copy(p, c.rest)
	if c.rest = c.rest[n:]; len(c.rest) == 0 {
		heads.Put(c.head)
		c.head = nil
	}
	return n, nil
}

// tryFill reads what the socket has. It reports false if that is nothing yet.
func (c *frugalConn) tryFill(fd uintptr) (done bool) {
	h := heads.Get().(*head) //nolint:forcetypeassert // nothing else is in the pool
	n, err := syscall.Read(int(fd), h[:])
	for err == syscall.EINTR {
		n, err = syscall.Read(int(fd), h[:])
	}
	if n > 0 {
		c.head, c.rest = h, h[:n]
		return true
	}
	heads.Put(h)
	switch err {
	case syscall.EAGAIN:
		return false
	case nil:
		err = io.EOF
	}
	c.failed = err
	return true
}
