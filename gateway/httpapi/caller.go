package httpapi

import (
	"context"
	"strconv"
	"strings"

	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/gateway/guard"
	"lullaby/internal/sigv4"
)

// authorize asks the guard about the caller of a request whose route asks for one
// (docs/aws/gateway.md#refusals-of-authorizers). Assumed: throttles come first.
func (a *API) authorize(ctx context.Context, x *exchange, s *scratch) gateway.Refusal {
	arn := a.options.Scope.ARN("execute-api", a.id+"/"+a.stageName+"/"+x.r.Method+"/"+strings.TrimLeft(x.escaped, "/"))
	caller, denial := a.options.Guard.Ask(ctx, x.endpoint.route.Authorization, &guard.Question{
		Values: sources{a, x}, At: x.at, ARN: arn, TraceID: x.trace.Full,
		Event:  func(identity []string) []byte { return x.appendAuthorizerEvent(nil, arn, identity, s) },
		Signed: func() *sigv4.Request { return edge.ToSign(x.r, s.body.Bytes()) },
	})
	if denial != nil {
		x.challenge, x.cause = denial.Challenge, denial.Cause
		return denial.Refusal
	}
	x.authorizer = caller.AppendHTTP(nil, x.endpoint.version)
	return 0
}

// appendAuthorizerEvent appends the event of an authorizer's function in its own
// format: that of a function without its body ("Control access to HTTP APIs with
// AWS Lambda authorizers" of the guide). Assumed: without sources, identitySource
// is null.
func (x *exchange) appendAuthorizerEvent(dst []byte, arn string, identity []string, s *scratch) []byte {
	e := x.endpoint.asked
	version := `{"version":"` + e.version + `",`
	dst = append(append(dst, version...), `"type":"REQUEST",`...)
	if e.version == "1.0" {
		dst = edge.AppendString(append(dst, `"methodArn":`...), arn)
		for _, name := range []string{"identitySource", "authorizationToken"} {
			dst = append(dst, `,"`+name+`":`...)
			if identity == nil {
				dst = append(dst, "null"...)
			} else {
				dst = edge.AppendString(dst, strings.Join(identity, ","))
			}
		}
		dst = append(append(dst, ','), strings.TrimPrefix(e.head, version)...)
		return append(x.appendRequest1(dst, e, s), '}')
	}
	dst = edge.AppendString(append(dst, `"routeArn":`...), arn)
	dst = appendList(append(dst, `,"identitySource":`...), identity)
	dst = append(append(dst, ','), strings.TrimPrefix(e.head, version)...)
	dst = x.appendRequest2(dst, e, s)
	dst = x.appendParams2(dst, s)
	return append(append(dst, e.variables...), '}')
}

// appendList appends texts as a list, null for nil.
func appendList(dst []byte, texts []string) []byte {
	if texts == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, '[')
	for i, text := range texts {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = edge.AppendString(dst, text)
	}
	return append(dst, ']')
}

// sources are the parts of a request in which an authorizer's sources are.
type sources struct {
	a *API
	x *exchange
}

func (v sources) Header(name string) string {
	if strings.EqualFold(name, "Host") {
		return v.x.r.Host
	}
	return strings.Join(v.x.r.Header.Values(name), ",")
}

func (v sources) QueryString(name string) string {
	var values []string
	for _, p := range edge.AppendQueryPairs(nil, v.x.r.URL.RawQuery) {
		if p.Name == name {
			values = append(values, p.Value)
		}
	}
	return strings.Join(values, ",")
}

func (v sources) StageVariable(name string) string { return v.a.variables[name] }

// Context returns a variable of $context that a request has before it is authorized
// ("Customize HTTP API access logs" of the guide), "" for others.
func (v sources) Context(name string) string {
	x := v.x
	switch name {
	case "accountId":
		return v.a.options.Scope.Account
	case "apiId":
		return v.a.id
	case "domainName":
		return x.r.Host
	case "domainPrefix":
		host, _ := edge.SplitPort(x.r.Host)
		prefix, _, _ := strings.Cut(host, ".")
		return prefix
	case "extendedRequestId", "requestId":
		return x.id
	case "httpMethod":
		return x.r.Method
	case "identity.sourceIp":
		return edge.SourceIP(x.r.RemoteAddr)
	case "identity.userAgent":
		return x.r.UserAgent()
	case "path":
		return x.path
	case "protocol":
		return x.r.Proto
	case "requestTime":
		return x.at.UTC().Format(requestTime)
	case "requestTimeEpoch":
		return strconv.FormatInt(x.at.UnixMilli(), 10)
	case "routeKey":
		return x.endpoint.route.Key()
	case "stage":
		return v.a.stageName
	default:
		return ""
	}
}
