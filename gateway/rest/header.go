package rest

import "lullaby/gateway/edge"

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
func appendHeaderPairs(dst []edge.Pair, x *exchange) []edge.Pair {
	for name, values := range x.r.Header {
		if notForwarded[name] {
			continue
		}
		spelt := name
		if other := x.spelt[name]; other != "" {
			spelt = other
		}
		for _, value := range values {
			if name == "Authorization" && edge.Signed(value) {
				continue
			}
			dst = append(dst, edge.Pair{Name: spelt, Value: value})
		}
	}
	if x.r.Host != "" {
		dst = append(dst, edge.Pair{Name: "Host", Value: x.r.Host})
	}
	dst = append(dst, edge.Pair{Name: "X-Amzn-Trace-Id", Value: x.trace.Header})
	dst = edge.AppendForwarded(dst, x.r)
	edge.SortPairs(dst)
	return dst
}
