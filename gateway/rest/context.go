package rest

import (
	"encoding/json"
	"strconv"
	"strings"

	"lullaby/gateway"
	"lullaby/gateway/edge"
)

// context returns a variable of $context, "" if it has no value
// (docs/aws/gateway.md#mapped-parameters). The names are those of
// gateway.IsContext.
func (x *exchange) context(name string) string {
	if of, ok := strings.CutPrefix(name, "error."); ok {
		return x.errorContext(of)
	}
	if of, ok := strings.CutPrefix(name, "identity."); ok {
		return x.identityContext(of)
	}
	switch name {
	case "accountId":
		return x.api.options.Scope.Account
	case "apiId":
		return x.api.id
	case "deploymentId":
		return shortID("deployment", x.api.id, x.api.stage)
	case "domainName":
		return x.domain()
	case "domainPrefix":
		host, _ := edge.SplitPort(x.domain())
		prefix, _, _ := strings.Cut(host, ".")
		return prefix
	case "extendedRequestId":
		return x.extendedID
	case "httpMethod":
		return x.r.Method
	case "path":
		return "/" + x.api.stage + x.path
	case "protocol":
		return x.r.Proto
	case "requestId":
		return x.id
	case "requestTime":
		return x.at.UTC().Format(requestTime)
	case "requestTimeEpoch":
		return strconv.FormatInt(x.at.UnixMilli(), 10)
	case "stage":
		return x.api.stage
	}
	if x.endpoint == nil {
		return ""
	}
	switch name {
	case "resourceId":
		return shortID("resource", x.api.id, x.endpoint.route.Path)
	case "resourcePath":
		return x.endpoint.route.Path
	}
	return ""
}

// identityContext returns a variable of $context.identity.
func (x *exchange) identityContext(name string) string {
	switch {
	case name == "sourceIp":
		return edge.SourceIP(x.r.RemoteAddr)
	case name == "userAgent":
		return x.r.UserAgent()
	case name == "apiKey" && x.access != nil:
		return x.access.value
	case name == "apiKeyId" && x.access != nil:
		return x.access.id
	}
	return ""
}

// errorContext returns a variable of $context.error. The text of
// validationErrorString is Lullaby's: AWS's names the same faults in other words.
func (x *exchange) errorContext(name string) string {
	switch name {
	case "messageString":
		return x.messageString()
	case "message":
		text := x.messageString()
		if err := json.Unmarshal([]byte(text), &text); err != nil {
			return text
		}
		return text
	case "responseType":
		return x.refusal.ResponseType()
	case "validationErrorString":
		if x.refusal == gateway.BodyInvalid && x.cause != nil {
			return "[" + x.cause.Error() + "]"
		}
	}
	return ""
}

// messageString returns the message of the request's refusal as JSON.
func (x *exchange) messageString() string {
	if x.message == "" {
		return x.refusal.MessageString()
	}
	return string(edge.AppendString(nil, x.message))
}

// render appends a text with the values of its variables.
func (x *exchange) render(dst []byte, text gateway.Text, s *scratch) []byte {
	for _, v := range text {
		dst = append(dst, x.parameter(v, s)...)
	}
	return dst
}
