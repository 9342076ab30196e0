package rest

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/gateway/guard"
	"lullaby/gateway/upstream"
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

	// Guard asks who may invoke methods. Nil: one that takes any signature and no token,
	// and invokes the functions of authorizers.
	Guard *guard.Guard

	// Keys are those of all APIs of the stack. Nil: there are none, and a method
	// that requires one refuses all requests.
	Keys *Keys

	// Upstream asks the HTTP endpoints of integrations. Nil: one that asks loopback
	// addresses alone.
	Upstream *upstream.Client

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
	if o.Upstream == nil {
		o.Upstream, _ = upstream.New(nil) // no host, so none is wrong
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
	id, stage string
	variables map[string]string // of the stage
	host      string            // if the request names none
	options   Options
	meter     *gateway.Meter
	scratch   sync.Pool // of *scratch

	keys            map[string]*access                   // of this stage, by value
	keyOfAuthorizer bool                                 // none is in a header
	responses       map[string]*template.GatewayResponse // by type
}

// New returns the API of a description, which must not change afterwards. It
// returns a *template.Error for routes that AWS would not deploy together.
func New(described *template.API, functions lambda.Invoker, opts Options) (*API, error) {
	a := &API{
		routes:    &node{},
		functions: functions,
		binary:    described.BinaryMediaTypes,
		id:        described.ID,
		stage:     described.Stage,
		variables: described.StageVariables,
		options:   opts.withDefaults(),
		scratch:   sync.Pool{New: func() any { return new(scratch) }},
	}
	if a.options.Guard == nil {
		a.options.Guard = guard.New(guard.Options{Scope: a.options.Scope, Functions: functions})
	}
	a.meter = gateway.NewMeter(a.options.Metrics, described.Name, described.Stage)
	a.host = a.options.Scope.Host(described.ID + ".execute-api")
	a.keys, a.keyOfAuthorizer = a.options.Keys.of(described.ID, described.Stage), described.KeyOfAuthorizer
	a.responses = make(map[string]*template.GatewayResponse)
	for _, r := range described.Responses {
		a.responses[r.Type] = r
	}
	for _, r := range described.Routes {
		if err := a.routes.add(newEndpoint(described, r, a.options.Scope.Account, opts.Unlimited)); err != nil {
			return nil, err
		}
	}
	for _, m := range described.Mocks {
		if err := a.routes.add(newMock(described, m, a.options.Scope.Account, opts.Unlimited)); err != nil {
			return nil, err
		}
	}
	for _, f := range described.Forwards {
		if err := a.routes.add(newForward(described, f, a.options.Scope.Account, opts.Unlimited)); err != nil {
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
