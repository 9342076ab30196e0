package httpapi

import (
	"context"
	"net/http"
	"time"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/instant"
	"lullaby/internal/sigv4"
	"lullaby/internal/uuid"
	"lullaby/lambda"
	"lullaby/template"
)

// A URL is one function URL, an http.Handler. Make one with NewURL. Safe for
// concurrent use. It has no throttle: Lambda throttles its function. A request
// waits as long as its function may take.
type URL struct {
	endpoint  *endpoint
	cors      *cors // nil: preflights are requests as all others
	iam       bool
	verifier  *sigv4.Verifier // nil: any signature is taken
	functions lambda.Streamer
	streams   bool // InvokeMode RESPONSE_STREAM
	options   Options
	meter     *gateway.URLMeter
}

// signedFor is how far the instant of a signature may be from now, as for the
// Lambda API.
const signedFor = 5 * time.Minute

// NewURL returns the URL of a description, which must not change afterwards.
func NewURL(described *template.FunctionURL, functions lambda.Streamer, opts Options) *URL {
	u := &URL{functions: functions, streams: described.Stream, options: opts.withDefaults(), iam: described.IAM}
	scope := u.options.Scope
	if described.CORS != nil {
		u.cors = newCORS(described.CORS)
		u.cors.ofURL = true
	}
	if described.IAM && u.options.Keys != nil {
		u.verifier = &sigv4.Verifier{Keys: u.options.Keys, Region: scope.Region, Service: "lambda", Skew: signedFor}
	}
	u.endpoint = newURLEndpoint(described, scope)
	u.meter = gateway.NewURLMeter(u.options.Metrics, described.Function)
	return u
}

// ServeHTTP answers one request.
func (u *URL) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := takeScratch()
	x := newExchange(r, uuid.New())
	x.path, x.endpoint = decoded(x.escaped), u.endpoint
	whole := u.serve(r.Context(), w, x, s)
	x.tell(&u.options, s.body.Bytes())
	took := time.Since(x.at)
	u.meter.Answer(instant.Of(x.at), x.status, took)
	x.log(r.Context(), u.options.Log, took)
	s.release()
	if !whole {
		panic(http.ErrAbortHandler) // closes the connection without an end of the answer
	}
}

// serve answers the request. On a refusal it stops and writes that. It returns false
// if the answer has no end. Assumed: a preflight needs no signature, since browsers do
// not sign it, and is answered with 200.
func (u *URL) serve(ctx context.Context, w http.ResponseWriter, x *exchange, s *scratch) (whole bool) {
	h := w.Header()
	h["x-amzn-RequestId"] = []string{x.id}
	h["X-Amzn-Trace-Id"] = []string{x.trace.Full}
	x.refusal = checkHead(x.r)
	if x.refusal == 0 && u.cors != nil && isPreflight(x.r) {
		u.cors.preflight(h, x.r)
		x.answer(w, http.StatusOK, nil)
		return true
	}
	if x.refusal == 0 {
		x.refusal, x.cause = edge.ReadBody(w, x.r, &s.body, lambda.MaxRequestBytes)
	}
	if x.refusal == 0 && u.iam {
		x.refusal = u.authorize(x, s.body.Bytes())
	}
	if x.refusal == 0 && u.streams {
		if whole = u.stream(ctx, w, x, s); x.refusal == 0 {
			return whole
		}
	}
	if x.refusal == 0 {
		x.invoke(ctx, u.functions, s)
	}
	if x.refusal == 0 {
		x.decode(s)
	}
	if x.refusal != 0 {
		answer := x.refusal.URL()
		h["Content-Type"] = []string{jsonType}
		if answer.ErrorType != "" {
			h["x-amzn-ErrorType"] = []string{answer.ErrorType}
		}
		u.cors.set(h, x.r)
		x.answer(w, answer.Status, []byte(answer.Body))
		return true
	}
	s.result.writeHeaders(h, jsonType)
	u.cors.set(h, x.r)
	x.answer(w, s.result.Status, s.result.Body)
	return true
}

// authorize refuses a request that is not signed as it has to be, and writes who
// signed it. Assumed: here that is the account's root user, who may do all.
func (u *URL) authorize(x *exchange, body []byte) gateway.Refusal {
	in := edge.ToSign(x.r, body)
	signature, err := sigv4.Parse(in)
	if err == nil && u.verifier != nil {
		err = u.verifier.Verify(x.at, signature, in)
	}
	if err != nil {
		x.cause = err
		return gateway.Unsigned
	}
	scope := u.options.Scope
	dst := edge.AppendString([]byte(`,"authorizer":{"iam":{"accessKey":`), signature.AccessKey())
	dst = append(dst, `,"accountId":`...)
	dst = edge.AppendString(dst, scope.Account)
	dst = append(dst, `,"callerId":`...)
	dst = edge.AppendString(dst, scope.Account)
	dst = append(dst, `,"cognitoIdentity":null,"principalOrgId":null,"userArn":`...)
	dst = edge.AppendString(dst, scope.Global("iam", "root"))
	dst = append(dst, `,"userId":`...)
	dst = edge.AppendString(dst, scope.Account)
	dst = append(dst, `}}`...)
	x.authorizer = dst
	return 0
}
