package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/gateway/guard"
	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/internal/sigv4"
	"lullaby/lambda"
	"lullaby/template"
	"lullaby/watch"
)

// Options are optional settings of an API or a URL. The zero value has AWS's
// default limits.
type Options struct {
	Scope arn.Scope // the account and region in events

	// Throttle is shared by all APIs of the account and region. Nil: the API
	// has one of its own, with AWS's default rate and burst. A URL has none.
	Throttle *edge.Throttle

	// Unlimited lifts the throttles that the stage sets for its routes.
	Unlimited bool

	// Keys are those that may sign a request to a URL that asks for it. Nil: any
	// signature is taken.
	Keys sigv4.Keys

	// Guard asks who may invoke the routes of an API. Nil: one that takes any signature
	// and no token, and invokes the functions of authorizers.
	Guard *guard.Guard

	// Log gets a line for each request at debug level and, once for each route,
	// a warning when a function's result is malformed. Nil: discarded.
	Log *slog.Logger

	// Metrics gets the samples, from many goroutines at once. Nil: watch.Discard.
	Metrics watch.Sink

	// Refused is told of each request that was refused, from many goroutines at
	// once. Nil: nobody is told.
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

// An API is one HTTP API, an http.Handler. Make one with New. Safe for
// concurrent use. A request waits for its invocation, at most for its route's
// timeout. To end the requests in flight, stop the Invoker.
type API struct {
	routes    routes
	stage     string // in paths, with its slash; empty: $default, which is in none
	cors      *cors  // nil: preflights are requests as all others
	id        string
	stageName string
	variables map[string]string // of the stage
	functions lambda.Invoker
	options   Options
	meter     *gateway.HTTPMeter
}

// New returns the API of a description, which must not change afterwards. It
// returns a *template.Error for routes that AWS would not deploy together.
func New(described *template.HTTPAPI, functions lambda.Invoker, opts Options) (*API, error) {
	a := &API{functions: functions, options: opts.withDefaults()}
	if described.Stage != defaultStage {
		a.stage = "/" + described.Stage
	}
	if described.CORS != nil {
		a.cors = newCORS(described.CORS)
	}
	if a.options.Guard == nil {
		a.options.Guard = guard.New(guard.Options{Scope: a.options.Scope, Functions: functions})
	}
	a.id, a.stageName, a.variables = described.ID, described.Stage, described.StageVariables
	a.meter = gateway.NewHTTPMeter(a.options.Metrics, described.ID, described.Stage)
	for _, r := range described.Routes {
		if err := a.routes.add(newEndpoint(described, r, &a.options)); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := takeScratch()
	x := newExchange(r, edge.NewExtendedID())
	a.serve(r.Context(), w, x, s)
	x.tell(&a.options, s.body.Bytes())
	took := time.Since(x.at)
	a.meter.Answer(instant.Of(x.at), x.status, took, x.integration, s.body.Len()+x.sent)
	x.log(r.Context(), a.options.Log, took)
	s.release()
}

// serve answers the request. On a refusal it stops and writes that.
func (a *API) serve(ctx context.Context, w http.ResponseWriter, x *exchange, s *scratch) {
	h := w.Header()
	h["Apigw-Requestid"] = []string{x.id} // docs/aws/httpapi.md#results
	if x.refusal = a.admit(x, s); x.refusal == 0 && x.endpoint == nil {
		a.cors.preflight(h, x.r)
		x.answer(w, http.StatusNoContent, nil)
		return
	}
	if x.refusal == 0 {
		x.refusal, x.cause = edge.ReadBody(w, x.r, &s.body, gateway.MaxBodyBytes)
	}
	if x.refusal == 0 && x.endpoint.route.Authorization != nil {
		x.refusal = a.authorize(ctx, x, s)
	}
	if x.refusal == 0 {
		x.invoke(ctx, a.functions, s)
	}
	if x.refusal == 0 {
		x.decode(s)
	}
	if x.refusal != 0 {
		answer := x.refusal.HTTP()
		h["Content-Type"] = []string{jsonType}
		if x.challenge != "" {
			h["Www-Authenticate"] = []string{x.challenge}
		}
		a.cors.set(h, x.r)
		x.answer(w, answer.Status, []byte(answer.Body))
		return
	}
	s.result.writeHeaders(h, textType)
	a.cors.set(h, x.r)
	x.answer(w, s.result.Status, s.result.Body)
}

// admit finds the request's endpoint, or returns a refusal because of its head.
// Without either the request is a preflight that the gateway answers, whatever
// its path (docs/aws/httpapi.md#cors). Assumed: a preflight takes a token of the
// account's; a request without a route takes none, since AWS throttles routes.
func (a *API) admit(x *exchange, s *scratch) gateway.Refusal {
	if refused := checkHead(x.r); refused != 0 {
		return refused
	}
	now := instant.Of(x.at)
	if a.cors == nil || !isPreflight(x.r) {
		x.path = decoded(a.stage + x.escaped)
		x.endpoint, s.values = a.routes.find(x.r.Method, x.escaped, s.values[:0])
		if x.endpoint == nil {
			return gateway.NoRoute
		}
		if own := x.endpoint.throttle; own != nil && !own.Take(now) {
			return gateway.Throttled
		}
	}
	if !a.options.Throttle.Take(now) {
		return gateway.Throttled
	}
	return 0
}
