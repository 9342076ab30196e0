package httpapi

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"lullaby/gateway/edge"
)

// notForwarded are the request headers that are in no event as the client sent
// them: those of the connection, and those that the gateway sets itself.
// Assumed: which the first are.
var notForwarded = map[string]bool{
	"Connection": true, "Keep-Alive": true, "Proxy-Connection": true, "Expect": true, "Te": true, "Trailer": true,
	"Transfer-Encoding": true, "Upgrade": true,

	"Content-Length": true, "Host": true, "X-Amzn-Trace-Id": true,
	"X-Forwarded-For": true, "X-Forwarded-Port": true, "X-Forwarded-Proto": true,
}

// appendHeaders appends the headers of an event, sorted by name, with their names
// in net/http's canonical form. Those of an HTTP API always have a content-length
// (docs/aws/httpapi.md#event); of a function URL only if the client sent one.
// Assumed: the authorization of a signed request is in no event, as in a REST
// API's.
func (x *exchange) appendHeaders(dst []edge.Pair, length int, withCookies bool) []edge.Pair {
	for name, values := range x.r.Header {
		if notForwarded[name] || name == "Cookie" && !withCookies {
			continue
		}
		for _, value := range values {
			if name == "Authorization" && edge.Signed(value) {
				continue
			}
			dst = append(dst, edge.Pair{Name: name, Value: value})
		}
	}
	if !x.endpoint.ofURL || x.r.ContentLength > 0 {
		dst = append(dst, edge.Pair{Name: "Content-Length", Value: strconv.Itoa(length)})
	}
	if x.r.Host != "" {
		dst = append(dst, edge.Pair{Name: "Host", Value: x.r.Host})
	}
	dst = append(dst, edge.Pair{Name: "X-Amzn-Trace-Id", Value: x.trace.Header})
	dst = edge.AppendForwarded(dst, x.r)
	edge.SortPairs(dst)
	return dst
}

// appendJoined appends sorted pairs as an object in which the values of a name are
// joined by commas (docs/aws/httpapi.md#event). lower says that names are in lower
// case.
func appendJoined(dst []byte, pairs []edge.Pair, lower bool) []byte {
	dst = append(dst, '{')
	for i, p := range pairs {
		if i > 0 && pairs[i-1].Name == p.Name {
			dst = dst[:len(dst)-1] // a quote
			comma := len(dst)
			dst = edge.AppendString(dst, p.Value)
			dst[comma] = ',' // for a quote
			continue
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		if lower {
			dst = appendLower(dst, p.Name)
		} else {
			dst = edge.AppendString(dst, p.Name)
		}
		dst = append(dst, ':')
		dst = edge.AppendString(dst, p.Value)
	}
	return append(dst, '}')
}

// appendLower appends a name in lower case as a JSON string.
func appendLower(dst []byte, name string) []byte {
	for i := range len(name) {
		if c := name[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return edge.AppendString(dst, strings.ToLower(name))
		}
	}
	dst = append(dst, '"')
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return append(dst, '"')
}
