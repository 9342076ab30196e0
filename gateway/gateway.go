package gateway

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"lullaby/lambda"
	"lullaby/template"
)

// Options are what a Gateway needs beside its API. The zero value is an
// account of the documentation's number in us-east-1, with AWS's default
// limits.
type Options struct {
	AccountID string // twelve digits, default 123456789012
	Region    string // default us-east-1

	// Throttle is shared by all APIs of the account and region. Nil is a
	// Throttle of this Gateway's own with AWS's default rate and burst.
	Throttle *Throttle

	// Log gets a line per request at debug level and, once per route, a
	// warning when a function's result is malformed. Nil discards both.
	Log *slog.Logger

	// Observe, if set, is called once per request after its answer, from the
	// request's own goroutine.
	Observe func(Record)
}

func (o Options) withDefaults() Options {
	if o.AccountID == "" {
		o.AccountID = "123456789012"
	}
	if o.Region == "" {
		o.Region = "us-east-1"
	}
	if o.Throttle == nil {
		o.Throttle = NewThrottle(DefaultRate, DefaultBurst)
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

	// Refusal is the gateway response type ("Gateway response types" of the
	// guide) of an answer that the gateway made itself; empty when the
	// function answered, and for a request that was refused unread.
	Refusal string

	Latency            time.Duration // from the request's head to the answer's end
	IntegrationLatency time.Duration // of the invocation, 0 if there was none
}

// A Gateway is one REST API. It is an http.Handler, safe for concurrent use. A
// request waits for its invocation, and no longer than its route's time-out;
// whoever stops the Invoker ends the requests in flight.
type Gateway struct {
	routes    *node
	functions lambda.Invoker
	binary    mediaTypes
	stage     string
	domain    string // of a request that names no host
	options   Options
	scratch   sync.Pool // of *scratch
}

// New returns the Gateway of an API, which must not change from then on. It
// returns a *template.Error for routes that AWS would not deploy side by side.
func New(api *template.API, functions lambda.Invoker, opts Options) (*Gateway, error) {
	g := &Gateway{
		routes:    &node{},
		functions: functions,
		binary:    api.BinaryMediaTypes,
		stage:     api.Stage,
		options:   opts.withDefaults(),
		scratch:   sync.Pool{New: func() any { return new(scratch) }},
	}
	g.domain = api.ID + ".execute-api." + g.options.Region + ".amazonaws.com"
	for _, r := range api.Routes {
		if err := g.routes.add(newEndpoint(api, r, g.options.AccountID)); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// ServeHTTP answers one request.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := newExchange(g, r, time.Now())
	s, _ := g.scratch.Get().(*scratch)
	status := x.serve(r.Context(), w, s)
	s.release()
	g.scratch.Put(s)
	g.observe(r.Context(), x, status)
}

// observe reports a request that was answered with status.
func (g *Gateway) observe(ctx context.Context, x *exchange, status int) {
	record := Record{
		At:                 x.at,
		RequestID:          x.id,
		Method:             x.r.Method,
		Path:               x.path,
		Status:             status,
		Latency:            time.Since(x.at),
		IntegrationLatency: x.integration,
	}
	if x.endpoint != nil {
		record.Route = x.endpoint.route
	}
	if x.refusal != nil {
		record.Refusal = x.refusal.kind
	}
	if g.options.Observe != nil {
		g.options.Observe(record)
	}
	x.log(ctx, record)
}
