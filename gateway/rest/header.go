package rest

import "strings"

// notForwarded are the request headers that are in no event: those that the
// table in "Important notes" of the guide drops on the way to a Lambda
// integration; two that belong to the connection; and those that the gateway
// sets itself.
//
// The table passes Content-Length, "generated based on body". Assumed: that is
// about the integration's endpoint, since the guide's sample event of a POST by
// curl ("Tutorial: Build a Hello World REST API with Lambda proxy integration")
// has none. The table calls Transfer-Encoding an exception. Assumed: events
// lack it, since their body is whole.
var notForwarded = map[string]bool{
	"Connection": true, "Content-Md5": true, "Expect": true, "Max-Forwards": true, "Proxy-Authenticate": true,
	"Server": true, "Te": true, "Trailer": true, "Upgrade": true, "Www-Authenticate": true,

	"Content-Length": true, "Transfer-Encoding": true,

	"Host": true, "X-Amzn-Trace-Id": true, "X-Forwarded-For": true, "X-Forwarded-Port": true, "X-Forwarded-Proto": true,
}

// appendHeaderPairs appends the headers of an event, sorted by name. Their names
// are as the client spelt them.
func appendHeaderPairs(dst []pair, x *exchange) []pair {
	for name, values := range x.r.Header {
		if notForwarded[name] {
			continue
		}
		spelt := name
		if other := x.spelt[name]; other != "" {
			spelt = other
		}
		for _, value := range values {
			if name == "Authorization" && signed(value) {
				continue
			}
			dst = append(dst, pair{spelt, value})
		}
	}
	scheme, port := "http", "80"
	if x.r.TLS != nil {
		scheme, port = "https", "443"
	}
	if _, named := splitPort(x.r.Host); named != "" {
		port = named
	}
	forwardedFor := sourceIP(x.r.RemoteAddr)
	if before := x.r.Header["X-Forwarded-For"]; len(before) > 0 {
		forwardedFor = strings.Join(before, ", ") + ", " + forwardedFor
	}
	if x.r.Host != "" {
		dst = append(dst, pair{"Host", x.r.Host})
	}
	dst = append(
		dst,
		pair{"X-Amzn-Trace-Id", x.trace.header},
		pair{"X-Forwarded-For", forwardedFor},
		pair{"X-Forwarded-Port", port},
		pair{"X-Forwarded-Proto", scheme},
	)
	sortPairs(dst)
	return dst
}

// signed reports whether an Authorization header is a Signature Version 4,
// which is in no event ("Important notes" of the guide).
func signed(authorization string) bool {
	return strings.HasPrefix(authorization, "AWS4-HMAC-SHA256") || strings.HasPrefix(authorization, "AWS4-ECDSA-P256-SHA256")
}
