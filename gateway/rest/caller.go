package rest

import (
	"context"
	"strings"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/gateway/guard"
	"lullaby/instant"
	"lullaby/internal/sigv4"
)

// authorize asks the guard about the caller of a request whose method asks for one
// (docs/aws/gateway.md#refusals-of-authorizers). Where API keys come from
// authorizers, it looks at the caller's. Assumed: throttles come first.
func (x *exchange) authorize(ctx context.Context, s *scratch) gateway.Refusal {
	if x.endpoint.route.Authorization != nil {
		if refused := x.ask(ctx, s); refused != 0 {
			return refused
		}
	}
	if x.endpoint.route.KeyRequired && x.api.keyOfAuthorizer {
		return x.takeKey(instant.Of(x.at), x.caller.UsageKey())
	}
	return 0
}

// ask finds the caller.
func (x *exchange) ask(ctx context.Context, s *scratch) gateway.Refusal {
	arn := x.methodARN()
	if len(arn) > gateway.MaxMethodARN {
		return gateway.URLTooLong
	}
	caller, denial := x.api.options.Guard.Ask(ctx, x.endpoint.route.Authorization, &guard.Question{
		Values: sources{x, s}, At: x.at, ARN: arn, TraceID: x.trace.Full,
		Event:  func([]string) []byte { return x.appendAuthorizerEvent(nil, arn, s) },
		Signed: func() *sigv4.Request { return edge.ToSign(x.r, s.body.Bytes()) },
	})
	if denial != nil {
		x.message, x.cause = denial.Message, denial.Cause
		return denial.Refusal
	}
	x.caller = caller
	return 0
}

// methodARN returns the ARN of the method that a request invokes, with the path as
// the client wrote it ("Input to an API Gateway Lambda authorizer" of the guide).
func (x *exchange) methodARN() string {
	return x.api.options.Scope.ARN("execute-api", x.api.id+"/"+x.api.stage+"/"+x.r.Method+"/"+strings.TrimLeft(x.path, "/"))
}

// appendAuthorizerEvent appends the event of an authorizer of type REQUEST: that of
// a function without its body.
func (x *exchange) appendAuthorizerEvent(dst []byte, arn string, s *scratch) []byte {
	dst = edge.AppendString(append(dst, `{"type":"REQUEST","methodArn":`...), arn)
	return append(x.appendRequest(append(dst, ','), s), '}')
}

// sources are the parts of a request in which an authorizer's sources are.
type sources struct {
	x *exchange
	s *scratch
}

func (v sources) Header(name string) string {
	return v.x.parameter(gateway.Value{From: gateway.Header, Name: name}, v.s)
}

func (v sources) QueryString(name string) string {
	return v.x.parameter(gateway.Value{From: gateway.Query, Name: name}, v.s)
}

func (v sources) Context(name string) string { return v.x.context(name) }

func (v sources) StageVariable(name string) string { return v.x.api.variables[name] }
