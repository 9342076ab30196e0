package wire

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// An exchange is a request to a service that the endpoint lacks, and its answer. It has the
// connection from the end of the request's head to the end of the answer; then fasthttp
// goes on with it. Bodies pass through a few buffers, whatever their size.
type exchange struct {
	s    *Server
	r    *request
	conn net.Conn      // as fasthttp had it
	rest *bufio.Reader // of conn, behind the head

	in     *http.Request // nil: its head is malformed
	upload *upload       // its body; nil: none, or it has been read

	ctx     context.Context // ends with the client, the server and the exchange
	cancel  context.CancelFunc
	unwatch func() // ends the watch of the client; nil: there is none
}

// forward takes over the connection of a request to a service that the endpoint lacks.
func (s *Server) forward(r *request, service string) {
	r.service, r.foreign = s.foreignService(r, service), true
	r.operation, r.id = foreignOperation(r), newRequestID()
	s.away.Add(1)
	r.fast.HijackSetNoResponse(true)
	r.fast.Hijack(func(rest net.Conn) {
		defer s.away.Done()
		conn := r.fast.Conn()
		x := &exchange{s: s, r: r, conn: conn}
		x.ctx, x.cancel = context.WithCancel(s.ctx)
		x.rest = bufio.NewReader(io.MultiReader(bytes.NewReader(r.head()), bytes.NewReader(r.body()), rest))
		if !x.run() {
			_ = conn.Close()
			return
		}
		s.resume(conn, x.rest)
	})
}

// head returns the head of r as it was sent.
func (r *request) head() []byte {
	h := &r.fast.Request.Header
	head := fmt.Appendf(nil, "%s %s %s\r\n%s", h.Method(), h.RequestURI(), h.Protocol(), bytes.TrimRight(h.RawHeaders(), "\r\n"))
	return append(head, "\r\n\r\n"...)
}

// run answers the request. It reports whether the connection can have another one.
func (x *exchange) run() (keep bool) {
	defer x.cancel()
	read := x.read()
	if resp, barred := x.s.barred(x.r); barred {
		if x.s.opts.Refused != nil {
			x.s.opts.Refused(ofWebPage(x.r, &resp))
		}
		return x.answer(resp)
	}
	if x.r.ofSite() && x.r.method() == http.MethodOptions {
		resp := preflight(x.r)
		resp.allowOrigin("*")
		return x.answer(resp)
	}
	resp, err := x.send(read)
	if err == nil {
		return x.pass(resp)
	}
	if x.ctx.Err() != nil || x.upload.brokenOff() {
		x.end()
		return false // nobody is there to read an answer
	}
	return x.answer(x.refusal(err))
}

// smallUpload is a body that is read before it is sent on, in bytes, so that it can be
// sent once more on another connection if the target has closed the one that was open.
const smallUpload = 64 << 10

// read parses the head, and reads a small body.
func (x *exchange) read() error {
	in, err := http.ReadRequest(x.rest)
	if err != nil {
		return err
	}
	x.in = in
	if in.ContentLength == 0 {
		return nil
	}
	x.upload = newUpload(x)
	if 0 < in.ContentLength && in.ContentLength <= smallUpload && !x.upload.awaited {
		return x.collect(smallUpload)
	}
	return nil
}

// collect reads the body, of most bytes at most, into memory.
func (x *exchange) collect(most int64) error {
	body, err := io.ReadAll(io.LimitReader(x.upload, most+1))
	switch {
	case err != nil:
		return err
	case int64(len(body)) > most:
		return errTooLarge
	}
	x.in.Body, x.in.ContentLength, x.upload = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
	x.in.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	return nil
}

// send sends the request to its target and returns the head of the answer. read is the
// error of reading it.
func (x *exchange) send(read error) (*http.Response, error) {
	to := x.s.targetOf(x.r.service.name)
	switch {
	case to == nil:
		return nil, &absentError{x.r.service.name}
	case read != nil:
		return nil, read
	case strings.Contains(x.in.Header.Get("Via"), viaName):
		return nil, errLoop
	}
	if err := x.checkSigned(); err != nil {
		return nil, err
	}
	if x.upload == nil && x.unwatch == nil {
		x.watch()
	}
	resp, err := x.s.targets.RoundTrip(x.outgoing(to))
	switch {
	case err == nil:
		return resp, nil
	case x.upload.failure() != nil:
		return nil, x.upload.failure()
	}
	return nil, &unreachableError{x.r.service.name, to, err}
}

// watch has ctx end when the client leaves. The whole body has been read.
func (x *exchange) watch() {
	ctx, stop := x.r.watched()
	ended := context.AfterFunc(ctx, x.cancel)
	x.unwatch = func() { ended(); stop() }
}

// end ends what still reads the connection.
func (x *exchange) end() {
	x.cancel()
	x.upload.end()
	if x.unwatch != nil {
		x.unwatch()
		x.unwatch = nil
	}
}

// refusal returns the answer to err.
func (x *exchange) refusal(err error) response {
	resp := x.r.service.refuse(x.r, foreignRefuser(x.r), err, x.s.opts.Log)
	if x.r.ofSite() {
		resp.allowOrigin("*")
	}
	return resp
}

// answer writes an answer of the endpoint's own. It closes a connection on which a body is
// still to come, when the client has seen the answer.
func (x *exchange) answer(resp response) (keep bool) {
	x.end()
	keep = x.in != nil && x.upload == nil && !x.in.Close && x.in.ProtoAtLeast(1, 1)
	resp.set("x-amzn-RequestId", x.r.id)
	if !keep {
		resp.set("Connection", "close")
	}
	resp.write(x.r.fast, x.s.large.held)
	x.r.fast.Response.SkipBody = x.r.fast.IsHead()
	if conn, ok := x.conn.(halfCloser); ok && !keep {
		x.s.part(conn, &x.r.fast.Response)
		return false
	}
	w := bufio.NewWriter(x.conn)
	return errors.Join(x.r.fast.Response.Write(w), w.Flush()) == nil && keep
}
