package rest

import (
	"net/http"
	"slices"
	"strconv"
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
func (r *result) write(w http.ResponseWriter, x *exchange) {
	h := w.Header()
	for _, p := range r.multi {
		addHeader(h, p)
	}
	// The values of the list come first. A value that is in both is
	// sent once ("Output format of a Lambda function for proxy integration" of
	// the guide).
	for _, p := range r.single {
		if !slices.Contains(r.multi, p) {
			addHeader(h, p)
		}
	}
	if len(h["Content-Type"]) == 0 {
		h["Content-Type"] = []string{defaultContentType}
	}
	h["x-amzn-RequestId"] = []string{x.id}
	h["x-amz-apigw-id"] = []string{x.extendedID}
	h["X-Amzn-Trace-Id"] = []string{x.trace.full}

	if r.status == http.StatusNoContent || r.status == http.StatusNotModified {
		w.WriteHeader(r.status) // neither has a body
		return
	}
	h["Content-Length"] = []string{strconv.Itoa(len(r.body))}
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body) // the client may have left
}

func addHeader(h http.Header, p pair) {
	name := http.CanonicalHeaderKey(p.name)
	if other, found := rewritten[name]; found {
		name = other
	}
	if name != "" {
		h[name] = append(h[name], p.value)
	}
}
