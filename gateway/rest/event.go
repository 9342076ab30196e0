package rest

import (
	"encoding/base64"
	"net"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
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
	s.headers = appendHeaderPairs(s.headers[:0], x)
	s.query = appendQueryPairs(s.query[:0], x.r.URL.RawQuery)
	s.params = s.params[:0]
	for i, name := range x.endpoint.names {
		s.params = append(s.params, pair{name, s.values[i]})
	}
	sortPairs(s.params)

	dst = slices.Grow(dst, s.body.Len()+s.body.Len()/3+usualEvent)
	dst = append(dst, x.endpoint.head...)
	dst = appendString(dst, "/"+strings.TrimLeft(x.path, "/"))
	dst = append(dst, `,"httpMethod":`...)
	dst = appendString(dst, x.r.Method)
	dst = append(dst, `,"headers":`...)
	dst = appendSingle(dst, s.headers)
	dst = append(dst, `,"multiValueHeaders":`...)
	dst = appendMulti(dst, s.headers)
	dst = append(dst, `,"queryStringParameters":`...)
	dst = appendSingle(dst, s.query)
	dst = append(dst, `,"multiValueQueryStringParameters":`...)
	dst = appendMulti(dst, s.query)
	dst = append(dst, `,"pathParameters":`...)
	dst = appendSingle(dst, s.params)
	dst = x.appendRequestContext(dst)
	dst = append(dst, `,"body":`...)
	return x.appendBody(dst, s.body.Bytes())
}

// appendRequestContext appends stageVariables and requestContext. Callers are
// not authenticated, so the members of identity that name them are null.
func (x *exchange) appendRequestContext(dst []byte) []byte {
	domain := x.r.Host
	if domain == "" {
		domain = x.api.domain
	}
	host, _ := splitPort(domain)
	prefix, _, _ := strings.Cut(host, ".")

	dst = append(dst, x.endpoint.context...)
	dst = append(dst, `,"domainName":`...)
	dst = appendString(dst, domain)
	dst = append(dst, `,"domainPrefix":`...)
	dst = appendString(dst, prefix)
	dst = append(dst, `,"extendedRequestId":`...)
	dst = appendString(dst, x.extendedID)
	dst = append(dst, `,"httpMethod":`...)
	dst = appendString(dst, x.r.Method)
	dst = append(dst, `,"identity":{"accessKey":null,"accountId":null,"caller":null,`+
		`"cognitoAuthenticationProvider":null,"cognitoAuthenticationType":null,"cognitoIdentityId":null,`+
		`"cognitoIdentityPoolId":null,"principalOrgId":null,"sourceIp":`...)
	dst = appendString(dst, sourceIP(x.r.RemoteAddr))
	dst = append(dst, `,"user":null,"userAgent":`...)
	if agent := x.r.UserAgent(); agent != "" {
		dst = appendString(dst, agent)
	} else {
		dst = append(dst, "null"...)
	}
	dst = append(dst, `,"userArn":null},"path":`...)
	dst = appendString(dst, "/"+x.api.stage+x.path)
	dst = append(dst, `,"protocol":`...)
	dst = appendString(dst, x.r.Proto)
	dst = append(dst, `,"requestId":`...)
	dst = appendString(dst, x.id)
	dst = append(dst, `,"requestTime":"`...)
	dst = x.at.UTC().AppendFormat(dst, requestTime)
	dst = append(dst, `","requestTimeEpoch":`...)
	dst = strconv.AppendInt(dst, x.at.UnixMilli(), 10)
	return append(dst, '}')
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

// appendSingle appends sorted pairs as an object with the last value of each
// name, null if there are none.
func appendSingle(dst []byte, pairs []pair) []byte {
	if len(pairs) == 0 {
		return append(dst, "null"...)
	}
	separator := byte('{')
	for i, p := range pairs {
		if i+1 < len(pairs) && pairs[i+1].name == p.name {
			continue
		}
		dst = appendString(append(dst, separator), p.name)
		dst = appendString(append(dst, ':'), p.value)
		separator = ','
	}
	return append(dst, '}')
}

// appendMulti appends sorted pairs as an object with the list of values of each
// name, null if there are none.
func appendMulti(dst []byte, pairs []pair) []byte {
	if len(pairs) == 0 {
		return append(dst, "null"...)
	}
	dst = append(dst, '{')
	for i, p := range pairs {
		switch {
		case i > 0 && pairs[i-1].name == p.name:
			dst = append(dst, ',')
		case i > 0:
			dst = append(dst, "],"...)
			fallthrough
		default:
			dst = appendString(dst, p.name)
			dst = append(dst, ":["...)
		}
		dst = appendString(dst, p.value)
	}
	return append(dst, "]}"...)
}

// appendString appends s as a JSON string. Bytes that are not UTF-8 become
// U+FFFD.
func appendString(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			dst, _ = jsontext.AppendQuote(dst, s)
			return dst
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}

// sourceIP returns a client's address without its port.
func sourceIP(remote string) string {
	if host, _, err := net.SplitHostPort(remote); err == nil {
		return host
	}
	return remote
}

// splitPort splits a Host header into host and port; the port may be empty.
func splitPort(host string) (name, port string) {
	i := strings.LastIndexByte(host, ':')
	if i < 0 || strings.HasSuffix(host, "]") {
		return host, ""
	}
	return host[:i], host[i+1:]
}
