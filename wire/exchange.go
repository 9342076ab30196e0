package wire

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lullaby/internal/sigv4"
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

// viaName is the name of this program in the header Via, by which an endpoint knows what
// it has forwarded itself.
const viaName = "lullaby"

// outgoing returns the request as the target gets it: with the method, the path, the
// query, the Host and the body of the client's. The path and the query are not written
// anew, since they are signed.
func (x *exchange) outgoing(to *url.URL) *http.Request {
	uri := x.in.RequestURI
	if !strings.HasPrefix(uri, "/") { // of a client that takes the endpoint for a proxy
		uri = x.in.URL.RequestURI()
	}
	path, query, _ := strings.Cut(to.EscapedPath()+uri, "?")
	u := &url.URL{Scheme: to.Scheme, Host: to.Host, Opaque: path, RawQuery: query, ForceQuery: strings.HasSuffix(uri, "?")}
	if strings.HasPrefix(path, "//") { // which net/url takes for a host
		plain, _ := url.PathUnescape(path)
		u.Opaque, u.Path, u.RawPath = "", plain, path
	}
	header := x.in.Header.Clone()
	dropHopByHop(header)
	spell(header)
	if x.upload != nil && x.upload.awaited {
		header.Set("Expect", "100-continue")
	}
	if _, ok := header["User-Agent"]; !ok {
		header["User-Agent"] = nil // net/http adds none
	}
	header.Add("Via", "1.1 "+viaName)
	out := &http.Request{
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Method: x.in.Method, URL: u, Host: x.in.Host, Header: header, Trailer: x.in.Trailer,
		Body: x.in.Body, GetBody: x.in.GetBody, ContentLength: x.in.ContentLength,
	}
	if x.upload != nil {
		out.Body, x.upload.given = x.upload, true
	}
	return out.WithContext(x.ctx)
}

// dropHopByHop deletes the headers that are for one connection alone (RFC 9110, section
// 7.6.1).
func dropHopByHop(h http.Header) {
	for _, names := range h.Values("Connection") {
		for name := range strings.SplitSeq(names, ",") {
			h.Del(strings.TrimSpace(name))
		}
	}
	for _, name := range []string{"Connection", "Expect", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade"} {
		h.Del(name)
	}
}

// spell writes the names of AWS's own headers in small letters, as AWS does: net/http has
// read them in its spelling, and clients make names of metadata of the letters behind x-amz-meta-.
func spell(h http.Header) {
	for name, values := range h {
		if strings.HasPrefix(name, "X-Amz-") {
			delete(h, name)
			h[strings.ToLower(name)] = values
		}
	}
}

// foreignSkew is how far the instant of a signature may be from now: that of S3 and of
// most services.
const foreignSkew = 15 * time.Minute

// checkSigned refuses what no key of the endpoint has signed for the service, in any
// region, if the endpoint has keys. A body whose hash is not in a header is read for it.
func (x *exchange) checkSigned() error {
	if x.s.opts.Keys == nil {
		return nil
	}
	in := sigv4.Request{Method: x.in.Method, Path: x.r.sentPath(), Query: x.r.sentQuery(), Header: x.sentHeader, Names: x.r.headerNames()}
	signature, err := sigv4.Parse(&in)
	if err != nil {
		return err
	}
	if ofS3(x.r.service.name) {
		in.OfS3(signature)
	}
	if in.BodyHash == "" {
		if x.upload != nil {
			if err := x.collect(maxBody); err != nil {
				return err
			}
		}
		in.Body = x.collected()
	}
	v := sigv4.Verifier{Keys: x.s.opts.Keys, Service: x.r.service.name, Skew: foreignSkew, Expires: ofS3(x.r.service.name)}
	if err := v.Verify(x.r.at, signature, &in); err != nil {
		return err
	}
	return x.checkHash(in.BodyHash)
}

// checkHash refuses a body whose hash is not the signed one, at its end if it is still to
// come. A text that is no hash stands for none: the signature does not cover the body.
func (x *exchange) checkHash(signed string) error {
	sum, _ := hex.DecodeString(signed)
	switch {
	case len(sum) != sha256.Size:
		return nil
	case x.upload != nil:
		x.upload.hash, x.upload.sum = sha256.New(), sum
	case sha256.Sum256(x.collected()) != [sha256.Size]byte(sum):
		return errOtherBody
	}
	return nil
}

// errOtherBody refuses a body that has not the signed hash, in the words of S3
// (XAmzContentSHA256Mismatch).
var errOtherBody = &sigv4.Error{Kind: sigv4.Invalid, Message: "The provided 'x-amz-content-sha256' header does not match what was computed."}

// collected returns the body if it is in memory.
func (x *exchange) collected() []byte {
	if x.in.GetBody == nil {
		return nil
	}
	body, _ := x.in.GetBody()
	text, _ := io.ReadAll(body)
	return text
}

// sentHeader returns the values of a header as they were sent, joined by commas.
func (x *exchange) sentHeader(name string) string {
	if name == "host" {
		return x.in.Host
	}
	if name == "transfer-encoding" {
		return strings.Join(x.in.TransferEncoding, ",")
	}
	return strings.Join(x.in.Header.Values(name), ",")
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
