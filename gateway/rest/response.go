package rest

import (
	"net/http"
	"slices"
	"strconv"

	"lullaby/gateway/edge"
)

// rewritten are the function's headers that go out under another name, by their
// canonical names; an empty name means that the header is dropped. They are the
// column of Lambda's answers in the table of "Important notes" of the guide
// (docs/aws/gateway.md#renamed-headers).
//
// The table passes Content-Length, but the text renames it, and only the
// gateway knows the length. Assumed: where the table says that a value is
// overwritten (Date, Server), the renamed header has the function's value; and
// a function cannot set the gateway's ids.
var rewritten = map[string]string{
	"Authorization":    "x-amzn-Remapped-Authorization",
	"Connection":       "x-amzn-Remapped-Connection",
	"Content-Length":   "x-amzn-Remapped-Content-Length",
	"Content-Md5":      "x-amzn-Remapped-Content-MD5",
	"Date":             "x-amzn-Remapped-Date",
	"Max-Forwards":     "x-amzn-Remapped-Max-Forwards",
	"Server":           "x-amzn-Remapped-Server",
	"User-Agent":       "x-amzn-Remapped-User-Agent",
	"Www-Authenticate": "x-amzn-Remapped-WWW-Authenticate",

	"Expect":             "",
	"Host":               "",
	"Proxy-Authenticate": "",
	"Te":                 "",
	"Trailer":            "",
	"Transfer-Encoding":  "",
	"Upgrade":            "",
	"Via":                "",

	"X-Amz-Apigw-Id":   "",
	"X-Amzn-Requestid": "",
	"X-Amzn-Trace-Id":  "",
}

// write answers a request with the result and the gateway's ids
// (docs/aws/gateway.md#result-headers).
func (x *exchange) write(w http.ResponseWriter, r *edge.Result) {
	h := w.Header()
	for _, p := range r.Multi {
		addHeader(h, p)
	}
	// The values of the list come first. A value that is in both is
	// sent once ("Output format of a Lambda function for proxy integration" of
	// the guide).
	for _, p := range r.Single {
		if !slices.Contains(r.Multi, p) {
			addHeader(h, p)
		}
	}
	if len(h["Content-Type"]) == 0 {
		h["Content-Type"] = []string{defaultContentType}
	}
	h["x-amzn-RequestId"] = []string{x.id}
	h["x-amz-apigw-id"] = []string{x.extendedID}
	h["X-Amzn-Trace-Id"] = []string{x.trace.Full}

	if r.Status == http.StatusNoContent || r.Status == http.StatusNotModified {
		w.WriteHeader(r.Status) // neither has a body
		return
	}
	h["Content-Length"] = []string{strconv.Itoa(len(r.Body))}
	w.WriteHeader(r.Status)
	_, _ = w.Write(r.Body) // the client may have left
}

func addHeader(h http.Header, p edge.Pair) {
	name := http.CanonicalHeaderKey(p.Name)
	if other, found := rewritten[name]; found {
		name = other
	}
	if name != "" {
		h[name] = append(h[name], p.Value)
	}
}
