package gateway

import (
	"net/http"
	"slices"
	"strconv"
)

// rewritten are the headers of a function that go out under another name, or
// not at all where the name is empty ("Important notes" of the guide, the table
// of headers that are remapped or dropped; Assumed: those of the gateway's own
// ids), by their canonical names. The gateway writes itself what belongs to the
// connection.
var rewritten = map[string]string{
	"Authorization":      "x-amzn-Remapped-Authorization",
	"Connection":         "x-amzn-Remapped-Connection",
	"Content-Length":     "x-amzn-Remapped-Content-Length",
	"Content-Md5":        "x-amzn-Remapped-Content-MD5",
	"Date":               "x-amzn-Remapped-Date",
	"Expect":             "x-amzn-Remapped-Expect",
	"Host":               "x-amzn-Remapped-Host",
	"Max-Forwards":       "x-amzn-Remapped-Max-Forwards",
	"Proxy-Authenticate": "x-amzn-Remapped-Proxy-Authenticate",
	"Server":             "x-amzn-Remapped-Server",
	"Trailer":            "x-amzn-Remapped-Trailer",
	"Upgrade":            "x-amzn-Remapped-Upgrade",
	"User-Agent":         "x-amzn-Remapped-User-Agent",
	"Www-Authenticate":   "x-amzn-Remapped-WWW-Authenticate",
	"X-Amzn-Requestid":   "x-amzn-Remapped-x-amzn-RequestId",
	"Transfer-Encoding":  "",
	"X-Amz-Apigw-Id":     "",
	"X-Amzn-Trace-Id":    "",
}

// write answers a request with the result.
func (r *result) write(w http.ResponseWriter, x *exchange) {
	h := w.Header()
	for _, p := range r.multi {
		addHeader(h, p)
	}
	// A value of both kinds goes out once, after the list's others ("Output
	// format of a Lambda function for proxy integration" of the guide).
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
