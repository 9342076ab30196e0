package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/lambda"
)

// An exchange is one request and its answer. Only the request's goroutine uses
// it.
type exchange struct {
	r  *http.Request
	at time.Time // the one instant of the request, after its head was read

	id      string // of requestContext and of the answer
	trace   edge.Trace
	escaped string // path as the client sent it; at least "/"
	path    string // of the event: with the stage, and decoded (docs/aws/httpapi.md#event)

	endpoint   *endpoint // nil: not found yet, no route matches, or a preflight
	authorizer []byte    // the member of requestContext with its comma; nil: none
	challenge  string    // of a refusal for want of a token; empty: none

	payload     []byte // what the function returned
	integration time.Duration
	refusal     gateway.Refusal // 0: the function answers
	cause       error           // why the request was refused, if the refusal does not say
	status      int             // of the answer
	sent        int             // bytes of its body
}

func newExchange(r *http.Request, id string) *exchange {
	now := time.Now()
	x := &exchange{r: r, at: now, id: id, trace: edge.NewTrace(r.Header.Get("X-Amzn-Trace-Id"), now), escaped: r.URL.EscapedPath()}
	if x.escaped == "" {
		x.escaped = "/"
	}
	return x
}

// decoded returns a path without its percent-encoding. Assumed: a bad encoding
// stays as it is.
func decoded(path string) string {
	if plain, err := url.PathUnescape(path); err == nil {
		return plain
	}
	return path
}

// checkHead returns the refusal of a request whose line and headers are too long,
// else 0. Assumed: the four bytes of punctuation of a header count too.
func checkHead(r *http.Request) gateway.Refusal {
	headers := len("Host: \r\n") + len(r.Host)
	for name, values := range r.Header {
		for _, value := range values {
			headers += len(name) + len(": \r\n") + len(value)
		}
	}
	return gateway.CheckHTTPHead(len(r.Method)+1+len(r.RequestURI)+1+len(r.Proto)+len("\r\n"), headers)
}

// input writes the event, and returns how the function is invoked.
func (x *exchange) input(s *scratch) lambda.InvokeInput {
	if x.endpoint.version == "1.0" {
		s.event = x.appendEvent1(s.event[:0], s)
	} else {
		s.event = x.appendEvent2(s.event[:0], s)
	}
	return lambda.InvokeInput{FunctionName: x.endpoint.function, TraceID: x.trace.Full, Payload: s.event}
}

// invoke runs the function.
func (x *exchange) invoke(ctx context.Context, functions lambda.Invoker, s *scratch) {
	i := edge.Invoke(ctx, functions, x.input(s), x.endpoint.timeout)
	if i.Cause != nil {
		s.event = nil // the function may still read the event of an abandoned invocation
	}
	x.payload, x.integration, x.refusal, x.cause = i.Payload, i.Took, i.Refusal, i.Cause
}

// decode reads the function's result into s.
func (x *exchange) decode(s *scratch) {
	if err := s.result.decode(x.endpoint.version, x.payload); err != nil {
		x.refusal, x.cause = gateway.Malformed, err
		return
	}
	if s.result.Base64 {
		if err := s.result.DecodeBase64(); err != nil {
			x.refusal, x.cause = gateway.NotBase64, err
		}
	}
}

// answer writes the answer, whose other headers are in place.
func (x *exchange) answer(w http.ResponseWriter, status int, body []byte) {
	x.status = status
	if status == http.StatusNoContent || status == http.StatusNotModified {
		w.WriteHeader(status) // neither has a body
		return
	}
	x.sent = len(body)
	w.Header()["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have left
}

// responseType returns the type of the refusal as people see it. Assumed: that of a
// request without a route, which has another status than a REST API's.
func (x *exchange) responseType() string {
	if x.refusal == gateway.NoRoute {
		return "NOT_FOUND"
	}
	return x.refusal.ResponseType()
}

// tell tells of a request that was refused, with the body that was read.
func (x *exchange) tell(o *Options, body []byte) {
	if x.refusal == 0 || o.Refused == nil {
		return
	}
	told := edge.Refusal{
		At: x.at, Method: x.r.Method, Path: x.escaped, Status: x.status, Response: x.responseType(), Request: edge.Text(body),
	}
	if x.endpoint != nil {
		told.Function = x.endpoint.function
	}
	if x.cause != nil {
		told.Cause = x.cause.Error()
	}
	o.Refused(told)
}

// log writes the request's log line.
func (x *exchange) log(ctx context.Context, log *slog.Logger, took time.Duration) {
	if x.refusal == gateway.Malformed && x.endpoint.warned.CompareAndSwap(false, true) {
		log.LogAttrs(ctx, slog.LevelWarn, "malformed lambda proxy response",
			slog.String("request_id", x.id), slog.String("function", x.endpoint.function), slog.Any("error", x.cause))
	}
	if !log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("request_id", x.id), slog.String("method", x.r.Method), slog.String("path", x.escaped),
		slog.Int("status", x.status), slog.Duration("latency", took),
	}
	if x.refusal != 0 {
		attrs = append(attrs, slog.String("refusal", x.responseType()))
	}
	if x.cause != nil {
		attrs = append(attrs, slog.Any("error", x.cause))
	}
	log.LogAttrs(ctx, slog.LevelDebug, "request", attrs...)
}
