package rest

import (
	"net/http"
	"strconv"
	"strings"
	"time"

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

// A Refusal is a request that an API refused itself, for people who look at a running
// stack.
type Refusal struct {
	At       time.Time // when the request began
	Method   string
	Path     string
	Status   int
	Response string // the gateway response type, such as THROTTLED; empty: refused before one applies
	Function string // of the route; empty: no route matches, or a mock's does
	Cause    string // why, if the response does not say; may be empty
	Request  string // the beginning of the body, if that is text
}

// maxRequestText bounds a Refusal's Request, in bytes.
const maxRequestText = 1 << 10

// told returns the Refusal of a request that was refused with a body that had been read.
func (x *exchange) told(body []byte) Refusal {
	r := Refusal{
		At: x.at, Method: x.r.Method, Path: x.path, Status: x.status, Response: x.refusal.ResponseType(),
		Request: strings.ToValidUTF8(string(body[:min(len(body), maxRequestText)]), ""),
	}
	if x.endpoint != nil && x.endpoint.mock == nil {
		r.Function = x.endpoint.route.Function
	}
	if x.cause != nil {
		r.Cause = x.cause.Error()
	}
	return r
}
