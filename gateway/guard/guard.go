package guard

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"lullaby/gateway"
	"lullaby/gateway/authorize"
	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/internal/jwt"
	"lullaby/internal/sigv4"
	"lullaby/lambda"
	"lullaby/template"
)

// Options are what guards check by. The zero value takes any signature and no
// token.
type Options struct {
	Scope     arn.Scope
	Functions lambda.Invoker // of authorizers

	// Signing are the keys of requests that have to be signed. Nil: any signature is taken.
	Signing sigv4.Keys

	// Tokens are the keys of tokens. Nil: no token is taken, unless Unverified.
	Tokens *jwt.Keys

	// Unverified takes tokens as they stand: neither their signature nor their issuer and
	// audience are looked at.
	Unverified bool
}

// A Guard asks about the callers of the APIs of a stack. Make one with New. Safe
// for concurrent use.
type Guard struct {
	options  Options
	verifier *sigv4.Verifier // nil: any signature is taken
	mu       struct {
		sync.Mutex
		kept map[*template.Authorizer]*authorize.Cache
	}
}

// signedFor is how far the instant of a signature may be from now. Assumed: as for
// AWS's other services.
const signedFor = 5 * time.Minute

// New returns a guard that knows no answers yet.
func New(o Options) *Guard {
	o.Scope = o.Scope.WithDefaults()
	g := &Guard{options: o}
	g.mu.kept = make(map[*template.Authorizer]*authorize.Cache)
	if o.Signing != nil {
		g.verifier = &sigv4.Verifier{Keys: o.Signing, Region: o.Scope.Region, Service: "execute-api", Skew: signedFor}
	}
	return g
}

// A Question is a request as a guard sees it.
type Question struct {
	authorize.Values
	At      time.Time
	ARN     string // of the method or route: arn:...:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH
	TraceID string

	// Event returns the event of an authorizer of kind Request for the identity of
	// the request. Signed returns what a signature covers.
	Event  func(identity []string) []byte
	Signed func() *sigv4.Request
}

// A Denial says why a request is refused.
type Denial struct {
	Refusal   gateway.Refusal
	Message   string // of the answer of a REST API; empty: that of the Refusal
	Challenge string // the value of www-authenticate of an HTTP API; empty: none
	Cause     error  // if the Refusal does not say; may be nil
}

// Ask returns the caller of a request to a method or route, or why the request is
// refused. An authorization of nil lets everyone in, without a caller.
func (g *Guard) Ask(ctx context.Context, a *template.Authorization, q *Question) (*Caller, *Denial) {
	switch {
	case a == nil:
		return nil, nil
	case a.Authorizer == nil:
		return g.askSignature(q)
	}
	s := &a.Authorizer.Settings
	if s.Kind == 0 {
		return nil, &Denial{Refusal: gateway.AuthorizerMisconfigured, Cause: errors.New("the authorizer is not run here")}
	}
	identity, ok := s.Identify(q)
	if !ok {
		d := &Denial{Refusal: gateway.Unauthorized, Cause: errors.New("the request lacks what identifies its caller")}
		if s.Kind == authorize.JWT {
			d.Challenge = "Bearer"
		}
		return nil, d
	}
	if s.Kind.OfFunction() {
		return g.askFunction(ctx, a.Authorizer, identity, q)
	}
	return g.askToken(a, authorize.BearerToken(identity[0]), instant.Of(q.At))
}

// askFunction asks the function of an authorizer, or what it has answered before.
func (g *Guard) askFunction(ctx context.Context, a *template.Authorizer, identity []string, q *Question) (*Caller, *Denial) {
	s, now := &a.Settings, instant.Of(q.At)
	answer, took := g.find(a, now, identity), time.Duration(0)
	if answer == nil {
		begun := time.Now()
		payload, denial := g.invoke(ctx, s, identity, q)
		if denial != nil {
			return nil, denial
		}
		var err error
		if answer, err = s.Read(payload); err != nil {
			return nil, &Denial{Refusal: gateway.AuthorizerMisconfigured, Cause: fmt.Errorf("authorizer %s: %w", a.Name, err)}
		}
		took = time.Since(begun)
		g.keep(a, now, identity, answer)
	}
	switch answer.Judge(q.ARN) {
	case authorize.Allowed:
		return &Caller{answer: answer, took: took}, nil
	case authorize.Denied:
		return nil, &Denial{Refusal: gateway.Denied}
	default:
		return nil, &Denial{Refusal: gateway.NotAllowed}
	}
}

// unauthorized is the text of the error by which a function answers 401
// (docs/aws/gateway.md#refusals-of-authorizers).
const unauthorized = "Unauthorized"

// invoke invokes the function of an authorizer. A function that fails, that does not
// answer in time or that Lambda does not run answers nothing.
func (g *Guard) invoke(ctx context.Context, s *authorize.Settings, identity []string, q *Question) ([]byte, *Denial) {
	var event []byte
	if s.Kind == authorize.Token {
		event = tokenEvent(identity[0], q.ARN)
	} else {
		event = q.Event(identity)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), gateway.AuthorizerTimeout)
	defer cancel()
	out, err := g.options.Functions.Invoke(ctx, lambda.InvokeInput{FunctionName: s.Function, TraceID: q.TraceID, Payload: event})
	switch {
	case err != nil:
		return nil, &Denial{Refusal: gateway.AuthorizerFailed, Cause: fmt.Errorf("authorizer's function %s: %w", s.Function, err)}
	case out.FunctionError == "":
		return out.Payload, nil
	case errorMessage(out.Payload) == unauthorized:
		return nil, &Denial{Refusal: gateway.Unauthorized, Cause: errors.New("the authorizer's function says Unauthorized")}
	default:
		return nil, &Denial{
			Refusal: gateway.AuthorizerFailed,
			Cause:   fmt.Errorf("authorizer's function %s: %s", s.Function, errorMessage(out.Payload)),
		}
	}
}

// find returns the answer that is kept of an authorizer, nil if there is none.
func (g *Guard) find(a *template.Authorizer, now instant.Instant, identity []string) *authorize.Answer {
	g.mu.Lock()
	defer g.mu.Unlock()
	if c := g.mu.kept[a]; c != nil {
		return c.Find(now, identity)
	}
	return nil
}

func (g *Guard) keep(a *template.Authorizer, now instant.Instant, identity []string, answer *authorize.Answer) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.mu.kept[a]
	if c == nil {
		c = new(authorize.Cache)
		g.mu.kept[a] = c
	}
	c.Keep(now, a.Settings.TTL, identity, answer)
}
