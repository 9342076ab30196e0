package wire

import (
	"bytes"
	"context"
	"io"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
)

// A request is the view that services and protocols have of an HTTP request. It
// is valid until it is answered.
type request struct {
	ctx  context.Context // ends when the server closes; see watched
	fast *fasthttp.RequestCtx
	at   time.Time // when it had been read: the one start instant of the request

	id string // of the request, in the answer; set by route

	service   *service // set by route
	foreign   bool     // it is for a service that the endpoint lacks
	operation string   // set by route; empty: the protocol found none
	labels    []field  // values of the labels in a REST path
	success   int      // status of the answer in REST; 0: 200

	plainForm []byte // see form; nil: not decompressed yet
}

// label returns the value of a label in the operation's route.
func (r *request) label(name string) string {
	for _, l := range r.labels {
		if l.name == name {
			return l.value
		}
	}
	return ""
}

// contentType returns the media type of the body, without its parameters.
func (r *request) contentType() []byte {
	text, _, _ := bytes.Cut(r.fast.Request.Header.ContentType(), []byte(";"))
	return bytes.TrimSpace(text)
}

func (r *request) method() string { return string(r.fast.Method()) }

// path returns the decoded path.
func (r *request) path() string { return string(r.fast.Path()) }

// sentPath and sentQuery return the path and the query as sent, with escapes.
func (r *request) sentPath() string  { return string(r.fast.URI().PathOriginal()) }
func (r *request) sentQuery() string { return string(r.fast.URI().QueryString()) }

// header returns the first value of a header. The case of the name does not
// matter.
func (r *request) header(name string) string {
	return string(r.fast.Request.Header.Peek(name))
}

// ofSite reports whether a script of a web page has sent r.
func (r *request) ofSite() bool { return len(r.fast.Request.Header.Peek("Origin")) > 0 }

// headers returns all values of a header, joined by commas. The case of the
// name does not matter.
func (r *request) headers(name string) string {
	values := r.fast.Request.Header.PeekAll(name)
	if len(values) == 1 {
		return string(values[0])
	}
	return string(bytes.Join(values, []byte(",")))
}

// headerNames returns the names of all headers, in any case. A name may be in it
// more than once. Trailers of a chunked body are among them, since header returns
// their values too.
func (r *request) headerNames() []string {
	h := &r.fast.Request.Header
	var names []string
	for name := range h.All() {
		names = append(names, string(name))
	}
	for _, name := range h.PeekTrailerKeys() {
		names = append(names, string(name))
	}
	return names
}

// query returns the first value of a query parameter, empty if there is none.
func (r *request) query(name string) string { return string(r.fast.QueryArgs().Peek(name)) }

// body returns the body as sent, valid until r is answered.
func (r *request) body() []byte { return r.fast.Request.Body() }

// A response is the answer to a request.
type response struct {
	status int
	header []field // names in AWS's spelling, which is not always canonical
	body   []byte
	long   *longBody // in place of body; nil: the answer is body
	id     string    // x-amzn-RequestId; empty: the request's

	// chunked sends an empty body in chunked encoding, as DynamoDB does with
	// 413 (architect/dynalite, test/connection.js).
	chunked bool

	// stream is a body that is sent while it comes, instead of body, and closed. If
	// it fails, the connection is closed without an end of the body.
	stream io.ReadCloser
}

// endedBy returns a body that is closed with ctx, so that nobody waits for more of it.
func endedBy(ctx context.Context, body io.ReadCloser) io.ReadCloser {
	stop := context.AfterFunc(ctx, func() { _ = body.Close() })
	return &endedBody{body, stop}
}

type endedBody struct {
	io.ReadCloser

	stop func() bool
}

func (b *endedBody) Close() error {
	b.stop()
	return b.ReadCloser.Close()
}

type field struct{ name, value string }

// typed returns a response with a body.
func typed(status int, contentType string, body []byte) response {
	resp := response{status: status, body: body, header: make([]field, 0, 4)}
	resp.set("Content-Type", contentType)
	return resp
}

func (r *response) set(name, value string) { r.header = append(r.header, field{name, value}) }

// write sends r as the answer to c. It keeps the spelling of header names. held is
// told of a long body.
func (r *response) write(c *fasthttp.RequestCtx, held func(change int)) {
	h := &c.Response.Header
	h.DisableNormalizing()
	h.SetNoDefaultContentType(true)
	c.Response.SetStatusCode(r.status)
	for _, f := range r.header {
		h.Set(f.name, f.value)
	}
	switch {
	case r.stream != nil:
		c.Response.ImmediateHeaderFlush = true
		c.Response.SetBodyStream(r.stream, -1)
	case r.chunked:
		c.Response.SetBodyStream(strings.NewReader(""), -1)
	case r.long != nil:
		r.long.send(c, held)
	default:
		c.Response.SetBodyRaw(r.body)
	}
}
