package wire

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"
)

// pass passes the answer of the target on, as it comes. It reports whether the connection
// can have another request. An answer that breaks off breaks off for the client too.
func (x *exchange) pass(resp *http.Response) (keep bool) {
	whole := x.upload.answer()
	keep = whole && !x.in.Close && x.in.ProtoAtLeast(1, 1) && x.ctx.Err() == nil
	w := bufio.NewWriter(x.conn)
	out := *resp
	out.Proto, out.ProtoMajor, out.ProtoMinor, out.Request = "HTTP/1.1", 1, 1, x.in
	out.TransferEncoding, out.Close = nil, !keep
	if out.ContentLength < 0 && x.in.ProtoAtLeast(1, 1) {
		out.TransferEncoding = []string{"chunked"}
	} else if out.ContentLength < 0 {
		keep, out.Close = false, true
	}
	dropHopByHop(out.Header)
	spell(out.Header)
	if x.r.ofSite() && out.Header.Get("Access-Control-Allow-Origin") == "" {
		out.Header.Set("Access-Control-Allow-Origin", "*")
		out.Header.Set("Access-Control-Expose-Headers", "*")
	}
	out.Body = flushed{resp.Body, w}
	err := cmp.Or(out.Write(struct{ io.Writer }{w}), w.Flush())
	_ = resp.Body.Close()
	x.end()
	if conn, ok := x.conn.(halfCloser); ok && err == nil && !whole {
		x.s.linger(conn)
	}
	return keep && err == nil
}

// A flushed body has what was written of it sent before it waits for more.
type flushed struct {
	io.ReadCloser

	w *bufio.Writer
}

// Read reads as that of an io.Reader.
func (b flushed) Read(p []byte) (int, error) {
	if err := b.w.Flush(); err != nil {
		return 0, err
	}
	return b.ReadCloser.Read(p)
}

// resume gives a connection back to fasthttp, with what was read of it and not used. It
// returns when the connection is closed or another exchange has it.
func (s *Server) resume(conn net.Conn, rest *bufio.Reader) {
	interrupt(conn) // so that only what has been read is read here
	unused, err := io.ReadAll(rest)
	if _, ok := errors.AsType[net.Error](err); !ok {
		_ = conn.Close()
		return
	}
	stop := context.AfterFunc(s.ctx, func() { interrupt(conn) })
	defer stop()
	_ = s.fast.ServeConn(newResumed(s.ctx, conn, unused)) // its error is that of the client
}

// A resumed connection is one that had an exchange. It ends before the next request when
// the server closes.
type resumed struct {
	net.Conn

	ctx  context.Context //nolint:containedctx // that of the server
	rest []byte          // what is to be read before Conn
}

// newResumed returns conn with what is to be read before it. A connection that was
// resumed before, of which everything before it has been read, is not wrapped once more.
func newResumed(ctx context.Context, conn net.Conn, rest []byte) *resumed {
	if c, ok := conn.(*resumed); ok {
		conn = c.Conn
	}
	return &resumed{conn, ctx, rest}
}

// Read reads as that of a net.Conn.
func (c *resumed) Read(p []byte) (int, error) {
	if c.ctx.Err() != nil {
		return 0, io.EOF
	}
	if len(c.rest) > 0 {
		n := copy(p, c.rest)
		c.rest = c.rest[n:]
		return n, nil
	}
	return c.Conn.Read(p)
}

// CloseWrite lets part end the stream of answers.
func (c *resumed) CloseWrite() error {
	if conn, ok := c.Conn.(halfCloser); ok {
		return conn.CloseWrite()
	}
	return c.Close()
}

// SyscallConn lets watched look whether the client has left.
func (c *resumed) SyscallConn() (syscall.RawConn, error) {
	if socket, ok := c.Conn.(syscall.Conn); ok && len(c.rest) == 0 {
		return socket.SyscallConn()
	}
	return nil, errors.ErrUnsupported
}
