package httpapi

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"lullaby/gateway/edge"
)

// requestTime is the format of an instant in requestContext, in UTC
// (docs/aws/httpapi.md#event).
const requestTime = "02/Jan/2006:15:04:05 -0700"

// usualEvent is the size of a browser's event without its body, in bytes.
const usualEvent = 3 << 10

// appendEvent2 appends the event of format 2.0 as JSON, with its members in the
// order of the guide ("Working with AWS Lambda proxy integrations for HTTP APIs").
// Absent parts of a request are left out. s holds the body and the values of the
// path's variables.
func (x *exchange) appendEvent2(dst []byte, s *scratch) []byte {
	dst = slices.Grow(dst, s.body.Len()+s.body.Len()/3+usualEvent)
	dst = append(dst, x.endpoint.head...)
	dst = x.appendRequest2(dst, x.endpoint, s)
	binary := x.isBinary(s)
	if s.body.Len() > 0 {
		dst = append(dst, `,"body":`...)
		dst = appendBody(dst, s.body.Bytes(), binary)
	}
	dst = x.appendParams2(dst, s)
	dst = append(dst, `,"isBase64Encoded":`...)
	dst = strconv.AppendBool(dst, binary)
	dst = append(dst, x.endpoint.variables...)
	return append(dst, '}')
}

// appendParams2 appends the parameters of the path, nothing if there are none.
func (x *exchange) appendParams2(dst []byte, s *scratch) []byte {
	if len(x.endpoint.names) == 0 {
		return dst
	}
	dst = append(dst, `,"pathParameters":`...)
	return edge.AppendSingle(dst, x.params(s))
}

// appendRequest2 appends the members of an event from the value of rawPath to
// requestContext, as e has those that are the same for every request.
func (x *exchange) appendRequest2(dst []byte, e *endpoint, s *scratch) []byte {
	s.headers = x.appendHeaders(s.headers[:0], s.body.Len(), false)
	s.query = edge.AppendQueryPairs(s.query[:0], x.r.URL.RawQuery)

	dst = edge.AppendString(dst, x.path)
	dst = append(dst, `,"rawQueryString":`...)
	dst = edge.AppendString(dst, x.r.URL.RawQuery)
	dst = appendCookies(dst, x.r.Header["Cookie"])
	dst = append(dst, `,"headers":`...)
	dst = appendJoined(dst, s.headers, true)
	if len(s.query) > 0 {
		dst = append(dst, `,"queryStringParameters":`...)
		dst = appendJoined(dst, s.query, false)
	}
	dst = append(dst, e.context...)
	dst = append(dst, x.authorizer...)
	dst = x.appendDomain(dst)
	dst = append(dst, `,"http":{"method":`...)
	dst = edge.AppendString(dst, x.r.Method)
	dst = append(dst, `,"path":`...)
	dst = edge.AppendString(dst, x.path)
	dst = append(dst, `,"protocol":`...)
	dst = edge.AppendString(dst, x.r.Proto)
	dst = append(dst, `,"sourceIp":`...)
	dst = edge.AppendString(dst, edge.SourceIP(x.r.RemoteAddr))
	dst = append(dst, `,"userAgent":`...)
	dst = edge.AppendString(dst, x.r.UserAgent())
	dst = append(dst, `},"requestId":`...)
	dst = edge.AppendString(dst, x.id)
	dst = append(dst, e.place...)
	dst = append(dst, `,"time":"`...)
	dst = x.at.UTC().AppendFormat(dst, requestTime)
	dst = append(dst, `","timeEpoch":`...)
	dst = strconv.AppendInt(dst, x.at.UnixMilli(), 10)
	return append(dst, '}')
}

// appendCookies appends the member cookies, nothing if there are none.
func appendCookies(dst []byte, headers []string) []byte {
	opened := false
	for _, header := range headers {
		for cookie := range strings.SplitSeq(header, ";") {
			if cookie = strings.TrimSpace(cookie); cookie == "" {
				continue
			}
			if opened {
				dst = append(dst, ',')
			} else {
				dst, opened = append(dst, `,"cookies":[`...), true
			}
			dst = edge.AppendString(dst, cookie)
		}
	}
	if opened {
		dst = append(dst, ']')
	}
	return dst
}

// appendDomain appends domainName and domainPrefix. A function URL has the name
// that AWS gives it (docs/aws/httpapi.md#events-of-function-urls).
func (x *exchange) appendDomain(dst []byte) []byte {
	domain := x.r.Host
	if domain == "" || x.endpoint.ofURL {
		domain = x.endpoint.domain
	}
	host, _ := edge.SplitPort(domain)
	prefix, _, _ := strings.Cut(host, ".")
	dst = append(dst, `,"domainName":`...)
	dst = edge.AppendString(dst, domain)
	dst = append(dst, `,"domainPrefix":`...)
	return edge.AppendString(dst, prefix)
}

// params returns the parameters of the path, sorted by name. They are decoded
// (docs/aws/httpapi.md#routes). Assumed: a bad encoding stays as it is.
func (x *exchange) params(s *scratch) []edge.Pair {
	s.params = s.params[:0]
	for i, name := range x.endpoint.names {
		value := s.values[i]
		if plain, err := url.PathUnescape(value); err == nil {
			value = plain
		}
		s.params = append(s.params, edge.Pair{Name: name, Value: value})
	}
	edge.SortPairs(s.params)
	return s.params
}

// texts are the media types of bodies that are text, beside text/*
// (docs/aws/httpapi.md#bodies).
var texts = []string{"application/json", "application/xml", "application/javascript"}

// isBinary reports whether the body goes into the event as base64.
func (x *exchange) isBinary(s *scratch) bool {
	if s.body.Len() == 0 {
		return false
	}
	kind, _, _ := strings.Cut(x.r.Header.Get("Content-Type"), ";")
	kind = strings.TrimSpace(kind)
	if len(kind) > len("text/") && strings.EqualFold(kind[:len("text/")], "text/") {
		return false
	}
	return !slices.ContainsFunc(texts, func(text string) bool { return strings.EqualFold(kind, text) })
}

// appendBody appends the value of body. Assumed: bytes of a text that are not
// UTF-8 become U+FFFD.
func appendBody(dst, body []byte, binary bool) []byte {
	if !binary {
		dst, _ = jsontext.AppendQuote(dst, body)
		return dst
	}
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, body)
	return append(dst, '"')
}
