package rest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/gateway/guard"
	"lullaby/instant"
	"lullaby/internal/uuid"
	"lullaby/lambda"
)

// An exchange is one request and its answer. Only the request's goroutine uses
// it.
type exchange struct {
	api *API
	r   *http.Request
	at  time.Time // the one instant of the request, after its head was read

	id         string // x-amzn-RequestId
	extendedID string // x-amz-apigw-id
	trace      edge.Trace
	path       string            // escaped as the client sent it; at least "/"
	spelt      map[string]string // names of headers, by their canonical names, where they differ

	endpoint    *endpoint     // nil: not found yet, or no route matches
	access      *access       // of the API key; nil: none is required
	caller      *guard.Caller // nil: nobody was asked
	integration time.Duration
	refusal     gateway.Refusal // 0: the function answers
	cause       error           // why the gateway refused, if the refusal does not say
	message     string          // of the refusal, if it is not its type's
	status      int             // of the answer
}

func newExchange(api *API, r *http.Request, now time.Time) *exchange {
	x := &exchange{
		api: api, r: r, at: now,
		id: uuid.New(), extendedID: edge.NewExtendedID(), trace: edge.NewTrace(r.Header.Get("X-Amzn-Trace-Id"), now),
		path: r.URL.EscapedPath(), spelt: edge.Spellings(r),
	}
	if x.path == "" {
		x.path = "/"
	}
	return x
}

// serve answers the request. On a refusal it stops and writes that.
func (x *exchange) serve(ctx context.Context, w http.ResponseWriter, s *scratch) {
	if x.refusal = x.admit(s); x.refusal == 0 {
		x.refusal, x.cause = edge.ReadBody(w, x.r, &s.body, gateway.MaxBodyBytes)
	}
	if x.refusal == 0 {
		x.refusal = x.authorize(ctx, s)
	}
	if x.refusal == 0 {
		x.refusal = x.check(x.endpoint.route.Checks, s)
	}
	if x.refusal == 0 {
		x.refusal = x.integrate(ctx, w, s)
	}
	if x.refusal != 0 {
		x.refuse(w, s)
	}
}

// integrate answers a request that has been let in, as its integration says. On a
// refusal it has written nothing.
func (x *exchange) integrate(ctx context.Context, w http.ResponseWriter, s *scratch) gateway.Refusal {
	switch {
	case x.endpoint.mock != nil:
		x.answerMock(w, s)
		return 0
	case x.endpoint.forward != nil:
		return x.forwardRequest(ctx, w, s)
	}
	payload, refused := x.invoke(ctx, s)
	if refused == 0 {
		refused = x.decode(payload, s)
	}
	if refused == 0 {
		x.status = s.result.Status
		x.write(w, &s.result)
	}
	return refused
}

// admit finds the request's endpoint, or returns a refusal because of its head.
// Assumed: a request without a route takes no token, since AWS throttles
// methods.
func (x *exchange) admit(s *scratch) gateway.Refusal {
	if refused := edge.CheckHead(x.r); refused != 0 {
		return refused
	}
	x.endpoint, s.values = x.api.routes.find(x.r.Method, strings.Trim(x.path, "/"), s.values[:0])
	if x.endpoint == nil {
		return gateway.NoRoute
	}
	return x.take(instant.Of(x.at))
}

// take looks at the API key that the method may require, and takes a token of its
// plan, of the method and of the account (docs/aws/gateway.md#usage-plans). A key
// that the authorizer gives is looked at later.
func (x *exchange) take(now instant.Instant) gateway.Refusal {
	if x.endpoint.route.KeyRequired && !x.api.keyOfAuthorizer {
		if refused := x.takeKey(now, x.r.Header.Get(apiKeyHeader)); refused != 0 {
			return refused
		}
	}
	if own := x.endpoint.throttle; own != nil && !own.Take(now) {
		return gateway.Throttled
	}
	if !x.api.options.Throttle.Take(now) {
		return gateway.Throttled
	}
	return 0
}

// invoke runs the function and returns its result.
func (x *exchange) invoke(ctx context.Context, s *scratch) ([]byte, gateway.Refusal) {
	s.event = x.appendEvent(s.event[:0], s)
	i := edge.Invoke(ctx, x.api.functions, lambda.InvokeInput{
		FunctionName: x.endpoint.route.Function,
		TraceID:      x.trace.Full,
		Payload:      s.event,
	}, x.endpoint.timeout)
	if i.Cause != nil {
		s.event = nil // the function may still read the event of an abandoned invocation
	}
	x.integration, x.cause = i.Took, i.Cause
	return i.Payload, i.Refusal
}

// decode reads the function's result into s. A result has at least one of the
// five members of the format and no others (docs/aws/gateway.md#results).
func (x *exchange) decode(payload []byte, s *scratch) gateway.Refusal {
	members, err := s.result.Decode(payload, nil)
	if err == nil && members == 0 {
		err = errors.New("an empty object")
	}
	if err != nil {
		x.cause = err
		return gateway.Malformed
	}
	if s.result.Base64 && x.api.binary.match(x.r.Header.Get("Accept")) {
		if err := s.result.DecodeBase64(); err != nil {
			x.cause = err
			return gateway.NotBase64
		}
	}
	return 0
}

// log writes the request's log line.
func (x *exchange) log(ctx context.Context, took time.Duration) {
	log := x.api.options.Log
	if x.refusal == gateway.Malformed && x.endpoint.warned.CompareAndSwap(false, true) {
		log.LogAttrs(ctx, slog.LevelWarn, "malformed lambda proxy response",
			slog.String("request_id", x.id), slog.String("function", x.endpoint.route.Function), slog.Any("error", x.cause))
	}
	if !log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("request_id", x.id), slog.String("method", x.r.Method), slog.String("path", x.path),
		slog.Int("status", x.status), slog.Duration("latency", took),
	}
	if x.refusal != 0 {
		attrs = append(attrs, slog.String("refusal", x.refusal.ResponseType()))
	}
	if x.cause != nil {
		attrs = append(attrs, slog.Any("error", x.cause))
	}
	log.LogAttrs(ctx, slog.LevelDebug, "request", attrs...)
}
