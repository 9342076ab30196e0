package rest

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"lullaby/gateway/edge"
	"lullaby/gateway/guard"
)

// requestTime is the format of an instant in requestContext, in UTC
// (02/Aug/2024:10:00:00 +0000, docs/aws/gateway.md#event).
const requestTime = "02/Jan/2006:15:04:05 -0700"

// usualEvent is the size of a browser's event without its body, in bytes.
const usualEvent = 4 << 10

// appendEvent appends the proxy event of format 1.0 as JSON, with its members
// in the order of the guide ("Set up Lambda proxy integrations"). Absent parts
// of a request are null. Several slashes before the first segment become one,
// in path only (docs/aws/gateway.md#slashes-in-paths). s holds the body and the
// values of the path's variables.
func (x *exchange) appendEvent(dst []byte, s *scratch) []byte {
	dst = slices.Grow(dst, s.body.Len()+s.body.Len()/3+usualEvent)
	dst = x.appendRequest(append(dst, '{'), s)
	dst = append(dst, `,"body":`...)
	return x.appendBody(dst, s.body.Bytes())
}

// appendRequest appends the members of an event but for the body, without braces.
func (x *exchange) appendRequest(dst []byte, s *scratch) []byte {
	s.headers = appendHeaderPairs(s.headers[:0], x)
	s.query = edge.AppendQueryPairs(s.query[:0], x.r.URL.RawQuery)
	s.params = s.params[:0]
	for i, name := range x.endpoint.names {
		s.params = append(s.params, edge.Pair{Name: name, Value: s.values[i]})
	}
	edge.SortPairs(s.params)

	dst = append(dst, x.endpoint.head...)
	dst = edge.AppendString(dst, "/"+strings.TrimLeft(x.path, "/"))
	dst = append(dst, `,"httpMethod":`...)
	dst = edge.AppendString(dst, x.r.Method)
	dst = append(dst, `,"headers":`...)
	dst = edge.AppendSingle(dst, s.headers)
	dst = append(dst, `,"multiValueHeaders":`...)
	dst = edge.AppendMulti(dst, s.headers)
	dst = append(dst, `,"queryStringParameters":`...)
	dst = edge.AppendSingle(dst, s.query)
	dst = append(dst, `,"multiValueQueryStringParameters":`...)
	dst = edge.AppendMulti(dst, s.query)
	dst = append(dst, `,"pathParameters":`...)
	dst = edge.AppendSingle(dst, s.params)
	return x.appendRequestContext(dst)
}

// appendRequestContext appends stageVariables and requestContext. The members of
// identity that nobody here has, such as those of Cognito, are null
// (docs/aws/gateway.md#callers-in-events).
func (x *exchange) appendRequestContext(dst []byte) []byte {
	domain := x.domain()
	host, _ := edge.SplitPort(domain)
	prefix, _, _ := strings.Cut(host, ".")

	dst = append(dst, x.endpoint.context...)
	dst = x.caller.AppendREST(dst)
	dst = append(dst, `,"domainName":`...)
	dst = edge.AppendString(dst, domain)
	dst = append(dst, `,"domainPrefix":`...)
	dst = edge.AppendString(dst, prefix)
	dst = append(dst, `,"extendedRequestId":`...)
	dst = edge.AppendString(dst, x.extendedID)
	dst = append(dst, `,"httpMethod":`...)
	dst = edge.AppendString(dst, x.r.Method)
	var signer guard.Signer
	if s := x.caller.Signer(); s != nil {
		signer = *s
	}
	dst = appendOrNull(append(dst, `,"identity":{"accessKey":`...), signer.AccessKey)
	dst = appendOrNull(append(dst, `,"accountId":`...), signer.Account)
	dst = append(dst, ',')
	if x.access != nil {
		dst = edge.AppendString(append(dst, `"apiKey":`...), x.access.value)
		dst = edge.AppendString(append(dst, `,"apiKeyId":`...), x.access.id)
		dst = append(dst, ',')
	}
	dst = appendOrNull(append(dst, `"caller":`...), signer.Account)
	dst = append(dst, `,"cognitoAuthenticationProvider":null,"cognitoAuthenticationType":null,"cognitoIdentityId":null,`+
		`"cognitoIdentityPoolId":null,"principalOrgId":null,"sourceIp":`...)
	dst = edge.AppendString(dst, edge.SourceIP(x.r.RemoteAddr))
	dst = appendOrNull(append(dst, `,"user":`...), signer.Account)
	dst = appendOrNull(append(dst, `,"userAgent":`...), x.r.UserAgent())
	dst = appendOrNull(append(dst, `,"userArn":`...), signer.UserARN)
	dst = append(dst, `},"path":`...)
	dst = edge.AppendString(dst, "/"+x.api.stage+x.path)
	dst = append(dst, `,"protocol":`...)
	dst = edge.AppendString(dst, x.r.Proto)
	dst = append(dst, `,"requestId":`...)
	dst = edge.AppendString(dst, x.id)
	dst = append(dst, `,"requestTime":"`...)
	dst = x.at.UTC().AppendFormat(dst, requestTime)
	dst = append(dst, `","requestTimeEpoch":`...)
	dst = strconv.AppendInt(dst, x.at.UnixMilli(), 10)
	return append(dst, '}')
}

// appendOrNull appends a text, null if it is empty.
func appendOrNull(dst []byte, text string) []byte {
	if text == "" {
		return append(dst, "null"...)
	}
	return edge.AppendString(dst, text)
}

// domain returns the host that the client has asked, with its port.
func (x *exchange) domain() string {
	if x.r.Host == "" {
		return x.api.host
	}
	return x.r.Host
}

// appendBody appends the value of body and the rest of the event. The body is
// base64 if its type is a binary media type, else text. A request without a
// Content-Type counts as JSON ("Integration passthrough behaviors" of the
// guide). Assumed: bytes of a text that are not UTF-8 become U+FFFD.
func (x *exchange) appendBody(dst, body []byte) []byte {
	if len(body) == 0 {
		return append(dst, `null,"isBase64Encoded":false}`...)
	}
	contentType := x.r.Header.Get("Content-Type")
	if contentType == "" {
		contentType = defaultContentType
	}
	if x.api.binary.match(contentType) {
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, body)
		return append(dst, `","isBase64Encoded":true}`...)
	}
	dst, _ = jsontext.AppendQuote(dst, body)
	return append(dst, `,"isBase64Encoded":false}`...)
}
