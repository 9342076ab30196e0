package rest

import (
	"net/http"
	"strconv"

	"lullaby/gateway/edge"
)

// refuse answers a request with its refusal (docs/aws/gateway.md#refusals), or as
// the API's gateway response for it says. X-Amzn-Trace-Id is not among the headers:
// only answers of functions have it.
func (x *exchange) refuse(w http.ResponseWriter, s *scratch) {
	h, body := w.Header(), []byte(x.refusal.Body())
	if x.message != "" {
		body = append(edge.AppendString([]byte(`{"message": `), x.message), '}')
	}
	x.status = x.refusal.Status()
	contentType := "text; charset=utf-8" // as in the sample of gateway.BodyTooLong
	if kind := x.refusal.ErrorType(); kind != "" {
		contentType = defaultContentType
		h["x-amzn-RequestId"] = []string{x.id}
		h["x-amzn-ErrorType"] = []string{kind}
		h["x-amz-apigw-id"] = []string{x.extendedID}
	}
	h["Content-Type"] = []string{contentType}
	if own := x.ownResponse(); own != nil {
		body = x.customize(h, own, body, s)
	}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(x.status)
	_, _ = w.Write(body) // the client may have left
}

// told returns the Refusal of a request that was refused with a body that had been read.
func (x *exchange) told(body []byte) edge.Refusal {
	r := edge.Refusal{
		At: x.at, Method: x.r.Method, Path: x.path, Status: x.status, Response: x.refusal.ResponseType(),
		Request: edge.Text(body),
	}
	if x.endpoint != nil {
		r.Function = x.endpoint.route.Function
	}
	if x.cause != nil {
		r.Cause = x.cause.Error()
	}
	return r
}
