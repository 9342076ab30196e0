package rest

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"lullaby/gateway"
	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/lambda"
	"lullaby/template"
	"lullaby/watch"
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

	// Metrics takes the samples of the API, from many goroutines at once; nil:
	// watch.Discard.
	Metrics watch.Sink
}

func (o Options) withDefaults() Options {
	o.Scope = o.Scope.WithDefaults()
	if o.Throttle == nil {
		o.Throttle = NewThrottle(gateway.Limits{})
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = watch.Discard
	}
	return o
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
	meter     *gateway.Meter
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
	a.meter = gateway.NewMeter(a.options.Metrics, described.Name, described.Stage)
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
	a.measure(r.Context(), x)
}

// measure takes the metrics of a request that was answered, and its log line.
func (a *API) measure(ctx context.Context, x *exchange) {
	took := time.Since(x.at)
	a.meter.Answer(instant.Of(x.at), x.status, took, x.integration)
	x.log(ctx, took)
}
