package rest

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"lullaby/gateway"
	"lullaby/internal/arn"
	"lullaby/lambda"
	"lullaby/template"
)

// Options are what an API needs beside its description. The zero value has
// AWS's default limits.
type Options struct {
	Scope arn.Scope // of the account, in events

	// Throttle is shared by all APIs of the account and region. Nil is one of
	// this API's own with AWS's default rate and burst.
	Throttle *Throttle

	// Log gets a line per request at debug level and, once per route, a
	// warning when a function's result is malformed. Nil discards both.
	Log *slog.Logger

	// Observe, if set, is called once per request after its answer, from the
	// request's own goroutine.
	Observe func(Record)
}

func (o Options) withDefaults() Options {
	o.Scope = o.Scope.WithDefaults()
	if o.Throttle == nil {
		o.Throttle = NewThrottle(gateway.Limits{})
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// A Record is what the metrics of AWS/ApiGateway and an access log know about
// one request.
type Record struct {
	At        time.Time
	RequestID string
	Method    string
	Path      string          // as the client sent it
	Route     *template.Route // nil: none matched
	Status    int
	Refusal   gateway.Refusal // 0: the function answered

	Latency            time.Duration // from the request's head to the answer's end
	IntegrationLatency time.Duration // of the invocation, 0 if there was none
}

// An API is one REST API. It is an http.Handler, safe for concurrent use. A
// request waits for its invocation, and no longer than its route's time-out;
// whoever stops the Invoker ends the requests in flight.
type API struct {
	routes    *node
	functions lambda.Invoker
	binary    mediaTypes
	stage     string
	domain    string // of a request that names no host
	options   Options
	scratch   sync.Pool // of *scratch
}

// New returns the API of a description, which must not change from then on. It
// returns a *template.Error for routes that AWS would not deploy side by side.
func New(described *template.API, functions lambda.Invoker, opts Options) (*API, error) {
	a := &API{
		routes:    &node{},
		functions: functions,
		binary:    described.BinaryMediaTypes,
		stage:     described.Stage,
		options:   opts.withDefaults(),
		scratch:   sync.Pool{New: func() any { return new(scratch) }},
	}
	a.domain = a.options.Scope.Host(described.ID + ".execute-api")
	for _, r := range described.Routes {
		if err := a.routes.add(newEndpoint(described, r, a.options.Scope.Account)); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := newExchange(a, r, time.Now())
	s, _ := a.scratch.Get().(*scratch)
	x.serve(r.Context(), w, s)
	s.release()
	a.scratch.Put(s)
	a.observe(r.Context(), x)
}

// observe reports a request that was answered.
func (a *API) observe(ctx context.Context, x *exchange) {
	record := Record{
		At:                 x.at,
		RequestID:          x.id,
		Method:             x.r.Method,
		Path:               x.path,
		Status:             x.status,
		Latency:            time.Since(x.at),
		IntegrationLatency: x.integration,
		Refusal:            x.refusal,
	}
	if x.endpoint != nil {
		record.Route = x.endpoint.route
	}
	if a.options.Observe != nil {
		a.options.Observe(record)
	}
	x.log(ctx, record)
}
