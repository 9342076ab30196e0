package rest

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/lambda"
	"lullaby/template"
	"lullaby/watch"
)

// Options are optional settings of an API. The zero value has AWS's default
// limits.
type Options struct {
	Scope arn.Scope // the account and region in events

	// Throttle is shared by all APIs of the account and region. Nil: the API
	// has one of its own, with AWS's default rate and burst.
	Throttle *edge.Throttle

	// Unlimited lifts the throttles that the stage sets for its methods.
	Unlimited bool

	// Log gets a line for each request at debug level and, once for each route,
	// a warning when a function's result is malformed. Nil: discarded.
	Log *slog.Logger

	// Metrics gets the samples of the API, from many goroutines at once. Nil:
	// watch.Discard.
	Metrics watch.Sink

	// Refused is told of each request that the API refused itself, from many goroutines
	// at once. Nil: nobody is told.
	Refused func(edge.Refusal)
}

func (o Options) withDefaults() Options {
	o.Scope = o.Scope.WithDefaults()
	if o.Throttle == nil {
		o.Throttle = edge.NewThrottle(gateway.Limits{})
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = watch.Discard
	}
	return o
}

// An API is one REST API, an http.Handler. Make one with New. Safe for
// concurrent use. A request waits for its invocation, at most for its route's
// timeout. To end the requests in flight, stop the Invoker.
type API struct {
	routes    *node
	functions lambda.Invoker
	binary    mediaTypes
	stage     string
	domain    string // if the request names no host
	options   Options
	meter     *gateway.Meter
	scratch   sync.Pool // of *scratch
}

// New returns the API of a description, which must not change afterwards. It
// returns a *template.Error for routes that AWS would not deploy together.
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
		if err := a.routes.add(newEndpoint(described, r, a.options.Scope.Account, opts.Unlimited)); err != nil {
			return nil, err
		}
	}
	for _, m := range described.Mocks {
		if err := a.routes.add(newMock(m, opts.Unlimited)); err != nil {
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
	if x.refusal != 0 && a.options.Refused != nil {
		a.options.Refused(x.told(s.body.Bytes()))
	}
	s.release()
	a.scratch.Put(s)
	a.measure(r.Context(), x)
}

// measure records the metrics of an answered request and writes its log line.
func (a *API) measure(ctx context.Context, x *exchange) {
	took := time.Since(x.at)
	a.meter.Answer(instant.Of(x.at), x.status, took, x.integration)
	x.log(ctx, took)
}
