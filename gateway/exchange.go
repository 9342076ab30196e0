package gateway

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"lullaby/lambda"
)

// An exchange is one request on its way through a Gateway. One goroutine has
// it.
type exchange struct {
	g  *Gateway
	r  *http.Request
	at time.Time // when the request's head had been read

	id         string // x-amzn-RequestId
	extendedID string // x-amz-apigw-id
	trace      trace
	path       string // escaped as the client sent it, "/" at least

	endpoint    *endpoint // nil: none yet, or none matches
	integration time.Duration
	refusal     *refusal // nil: the function answers
	cause       error    // why the gateway refused, where the refusal does not say
}

func newExchange(g *Gateway, r *http.Request, now time.Time) *exchange {
	x := &exchange{
		g: g, r: r, at: now,
		id: newRequestID(), extendedID: newExtendedID(), trace: newTrace(r.Header.Get("X-Amzn-Trace-Id"), now),
		path: r.URL.EscapedPath(),
	}
	if x.path == "" {
		x.path = "/"
	}
	return x
}

// serve answers the request and returns the status.
func (x *exchange) serve(ctx context.Context, w http.ResponseWriter, s *scratch) int {
	if x.refusal = x.admit(s); x.refusal == nil {
		x.refusal = x.readBody(w, s)
	}
	var payload []byte
	if x.refusal == nil {
		payload, x.refusal = x.invoke(ctx, s)
	}
	if x.refusal == nil {
		x.refusal = x.decode(payload, s)
	}
	if x.refusal != nil {
		x.refusal.write(w, x)
		return x.refusal.status
	}
	s.result.write(w, x)
	return s.result.status
}

// admit finds the request's endpoint, or refuses the request for what its head
// shows. Assumed: a request without a route takes nothing from the throttle,
// which AWS applies to a method.
func (x *exchange) admit(s *scratch) *refusal {
	if refused := checkHead(x.r); refused != nil {
		return refused
	}
	x.endpoint, s.values = x.g.routes.find(x.r.Method, strings.Trim(x.path, "/"), s.values[:0])
	if x.endpoint == nil {
		return noRoute
	}
	if !x.g.options.Throttle.Take(x.at) {
		return throttled
	}
	return nil
}

// readBody reads the whole body, so that a request that is cut off never
// reaches a function. It holds at most MaxBodyBytes and one more.
func (x *exchange) readBody(w http.ResponseWriter, s *scratch) *refusal {
	s.body.Reset()
	if x.r.Body == nil || x.r.Body == http.NoBody {
		return nil
	}
	if x.r.ContentLength > MaxBodyBytes {
		w.Header().Set("Connection", "close") // the body stays unread
		return bodyTooLong
	}
	_, err := s.body.ReadFrom(http.MaxBytesReader(w, x.r.Body, MaxBodyBytes))
	if tooLong := (*http.MaxBytesError)(nil); errors.As(err, &tooLong) {
		return bodyTooLong
	}
	if err != nil {
		x.cause = err
		return badRequest
	}
	return nil
}

// invoke runs the function with the request's event and returns its result.
// Assumed: the client's leaving does not end it; the gateway waits for the
// answer and counts it all the same.
func (x *exchange) invoke(ctx context.Context, s *scratch) ([]byte, *refusal) {
	s.event = x.appendEvent(s.event[:0], s)
	if len(s.event) > lambda.MaxRequestBytes {
		return nil, eventTooLong
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), x.endpoint.timeout)
	defer cancel()
	begun := time.Now()
	out, err := x.g.functions.Invoke(ctx, lambda.InvokeInput{
		FunctionName: x.endpoint.route.Function,
		TraceID:      x.trace.full,
		Payload:      s.event,
	})
	x.integration = time.Since(begun)
	if err != nil {
		s.event = nil // an abandoned event may still be on its way to the function
	}
	switch x.cause = err; {
	case err == nil && out.FunctionError == "":
		return out.Payload, nil
	case err == nil:
		return nil, functionFailed
	case ctx.Err() != nil:
		return nil, timedOut
	case errors.Is(err, lambda.ErrRequestTooLarge):
		return nil, eventTooLong
	default: // throttled, no such function, no sandbox
		return nil, notInvoked
	}
}

// decode reads the function's result into s.
func (x *exchange) decode(payload []byte, s *scratch) *refusal {
	if err := s.result.decode(payload); err != nil {
		x.cause = err
		return malformed
	}
	if s.result.base64 && x.g.binary.match(x.r.Header.Get("Accept")) {
		if err := s.result.decodeBase64(); err != nil {
			x.cause = err
			return notBase64
		}
	}
	return nil
}

// log writes the request's line.
func (x *exchange) log(ctx context.Context, record Record) {
	log := x.g.options.Log
	if x.refusal == malformed && x.endpoint.warned.CompareAndSwap(false, true) {
		log.LogAttrs(ctx, slog.LevelWarn, "malformed lambda proxy response",
			slog.String("request_id", x.id), slog.String("function", x.endpoint.route.Function), slog.Any("error", x.cause))
	}
	if !log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("request_id", record.RequestID), slog.String("method", record.Method), slog.String("path", record.Path),
		slog.Int("status", record.Status), slog.Duration("latency", record.Latency),
	}
	if x.refusal != nil {
		attrs = append(attrs, slog.String("refusal", record.Refusal))
	}
	if x.cause != nil {
		attrs = append(attrs, slog.Any("error", x.cause))
	}
	log.LogAttrs(ctx, slog.LevelDebug, "request", attrs...)
}
