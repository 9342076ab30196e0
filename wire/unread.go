package wire

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"time"

	"github.com/valyala/fasthttp"
)

// refuseUnread answers a request that cannot be read. If the connection broke or
// the time ran out, refuseUnread closes it without an answer: a client that asked
// nothing might take the answer for that to the request it is about to send.
// DynamoDB closes a silent connection alike (aws/aws-sdk-java#1365). Assumed: it
// does so too when a part of a request has come.
func (s *Server) refuseUnread(c *fasthttp.RequestCtx, err error) {
	if _, ok := errors.AsType[net.Error](err); ok {
		_ = c.Conn().Close()
		return
	}
	resp := response{status: faultOf(unreadFaults, err).status}
	if errors.Is(err, fasthttp.ErrBodyTooLarge) {
		resp.chunked = true
	}
	resp.set("Connection", "close")
	resp.write(c, s.large.held)
	if conn, ok := c.Conn().(halfCloser); ok {
		s.part(conn, &c.Response)
	}
}

// A halfCloser is a connection that can end its own stream and still read.
type halfCloser interface {
	net.Conn
	CloseWrite() error
}

// lingerTime is how long a client may go on sending what is not read before it
// has to have seen its answer.
const lingerTime = 5 * time.Second

// part sends the last answer of a connection, and closes the connection when the
// client has, or after lingerTime, or at Shutdown. Until then it discards what the
// client still sends: to close at once would reset the connection, and the client
// might lose the answer before it reads it. What fasthttp writes afterwards fails.
func (s *Server) part(conn halfCloser, answer *fasthttp.Response) {
	defer func() { _ = conn.Close() }()
	if conn.SetDeadline(time.Now().Add(lingerTime)) != nil {
		return
	}
	w := bufio.NewWriter(conn)
	if errors.Join(answer.Write(w), w.Flush()) == nil {
		s.linger(conn)
	}
}

// linger is part behind the answer. It leaves it to the caller to close conn.
func (s *Server) linger(conn halfCloser) {
	if errors.Join(conn.SetDeadline(time.Now().Add(lingerTime)), conn.CloseWrite()) != nil {
		return
	}
	stop := context.AfterFunc(s.ctx, func() { interrupt(conn) })
	defer stop()
	_, _ = io.Copy(io.Discard, conn) // its error is that the client is slow
}
