package gateway

import (
	"net/http"
	"strconv"
)

// Sizes of a request in bytes ("Quotas for configuring and running a REST
// API" of the guide).
const (
	MaxBodyBytes   = 10 << 20 // Lambda's 6 MB for the event bite first
	MaxHeaderBytes = 10_240   // all header values together
	MaxURLBytes    = 10_240   // of a regional API
)

// A refusal is an answer that the gateway makes itself.
type refusal struct {
	kind      string // gateway response type; empty: refused before there is one
	status    int
	errorType string // x-amzn-ErrorType; empty: text from before the gateway proper
	body      string
}

// The refusals. Those of an integration are written with a space after the
// colon, as AWS does (facts api-gateway.md 3).
var (
	noRoute = &refusal{
		"MISSING_AUTHENTICATION_TOKEN", http.StatusForbidden, "MissingAuthenticationTokenException",
		`{"message":"Missing Authentication Token"}`,
	}
	throttled = &refusal{
		"THROTTLED", http.StatusTooManyRequests, "TooManyRequestsException",
		`{"message":"Too Many Requests"}`,
	}
	timedOut = &refusal{
		"INTEGRATION_TIMEOUT", http.StatusGatewayTimeout, "InternalServerErrorException",
		`{"message": "Endpoint request timed out"}`,
	}
	// notInvoked is Lambda's refusal: throttled, above all ("Errors with
	// Lambda and API Gateway" of the Lambda guide gives 500, not 502).
	notInvoked = &refusal{
		"INTEGRATION_FAILURE", http.StatusInternalServerError, "InternalServerErrorException",
		`{"message": "Internal server error"}`,
	}
	functionFailed = &refusal{
		"INTEGRATION_FAILURE", http.StatusBadGateway, "InternalServerErrorException",
		`{"message": "Internal server error"}`,
	}
	malformed = &refusal{
		"API_CONFIGURATION_ERROR", http.StatusBadGateway, "InternalServerErrorException",
		`{"message": "Internal server error"}`,
	}
	// eventTooLong is Lambda's limit, answered as a user reports it in
	// github.com/koki-develop/lgtm-generator issue 10 (2021).
	eventTooLong = &refusal{
		"REQUEST_TOO_LARGE", http.StatusRequestEntityTooLarge, "BadRequestException",
		`{"message": "Request Too Long"}`,
	}
	// bodyTooLong is the gateway's own limit, reported in the same place.
	bodyTooLong = &refusal{
		"", http.StatusRequestEntityTooLarge, "",
		"HTTP content length exceeded 10485760 bytes.",
	}
	// headersTooLong has the text that users report. Assumed: the rest is as
	// in bodyTooLong.
	headersTooLong = &refusal{
		"", http.StatusRequestHeaderFieldsTooLarge, "",
		"HTTP header is larger than 10240 bytes.",
	}
	// Assumed: AWS answers a long URL in the manner of headersTooLong.
	urlTooLong = &refusal{
		"", http.StatusRequestURITooLong, "",
		"An HTTP line is larger than 10240 bytes.",
	}
	// Assumed: a body that ends early, of which AWS shows nothing.
	badRequest = &refusal{
		"", http.StatusBadRequest, "",
		"Bad Request",
	}
)

// checkHead refuses a request whose URL or headers are too long. Assumed: the
// Host header counts like the others.
func checkHead(r *http.Request) *refusal {
	if len(r.RequestURI) > MaxURLBytes {
		return urlTooLong
	}
	total := len(r.Host)
	for _, values := range r.Header {
		for _, value := range values {
			total += len(value)
		}
	}
	if total > MaxHeaderBytes {
		return headersTooLong
	}
	return nil
}

// write answers a request with the refusal. The headers are those that AWS is
// known to send with one (facts api-gateway.md 2), which has no X-Amzn-Trace-Id.
func (f *refusal) write(w http.ResponseWriter, x *exchange) {
	h := w.Header()
	contentType := "text; charset=utf-8" // no subtype, as reported
	if f.errorType != "" {
		contentType = defaultContentType
		h["x-amzn-RequestId"] = []string{x.id}
		h["x-amzn-ErrorType"] = []string{f.errorType}
		h["x-amz-apigw-id"] = []string{x.extendedID}
	}
	h["Content-Type"] = []string{contentType}
	h["Content-Length"] = []string{strconv.Itoa(len(f.body))}
	w.WriteHeader(f.status)
	_, _ = w.Write([]byte(f.body))
}
