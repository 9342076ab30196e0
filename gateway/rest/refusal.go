package rest

import (
	"net/http"
	"strconv"

	"lullaby/gateway"
)

// checkHead returns the refusal of a request whose URL or headers are too long,
// else 0. Assumed: the Host header counts like the others.
func checkHead(r *http.Request) gateway.Refusal {
	headers := len(r.Host)
	for _, values := range r.Header {
		for _, value := range values {
			headers += len(value)
		}
	}
	return gateway.CheckHead(len(r.RequestURI), headers)
}

// refuse answers a request with its refusal (docs/aws/gateway.md#refusals).
// X-Amzn-Trace-Id is not among the headers: only answers of functions have it.
func (x *exchange) refuse(w http.ResponseWriter) {
	h, body := w.Header(), x.refusal.Body()
	contentType := "text; charset=utf-8" // as in the sample of gateway.BodyTooLong
	if kind := x.refusal.ErrorType(); kind != "" {
		contentType = defaultContentType
		h["x-amzn-RequestId"] = []string{x.id}
		h["x-amzn-ErrorType"] = []string{kind}
		h["x-amz-apigw-id"] = []string{x.extendedID}
	}
	h["Content-Type"] = []string{contentType}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(x.status)
	_, _ = w.Write([]byte(body)) // the client may have left
}
