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
	errorType string // x-amzn-ErrorType; empty: text, without API Gateway's headers
	body      string
}

// The refusals, their error types and texts (facts 2). Those of an integration
// are written with a space after the colon (facts 3).
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
	// notInvoked is Lambda's refusal: throttled, above all (500 and not 502,
	// facts 3).
	notInvoked = &refusal{
		"INTEGRATION_FAILURE", http.StatusInternalServerError, "InternalServerErrorException",
		`{"message": "Internal server error"}`,
	}
	// functionFailed is a 502 in spite of its type's 504 (facts 3).
	functionFailed = &refusal{
		"INTEGRATION_FAILURE", http.StatusBadGateway, "InternalServerErrorException",
		`{"message": "Internal server error"}`,
	}
	// malformed answers a result of another format (502: facts 3, and "Output
	// format of a Lambda function for proxy integration" of the guide).
	// Assumed: the response type, and the error type of both kinds of it.
	malformed = &refusal{
		"API_CONFIGURATION_ERROR", http.StatusBadGateway, "InternalServerErrorException",
		`{"message": "Internal server error"}`,
	}
	// notBase64 answers a result that says it is base64 and is not (500:
	// "Content type conversions in API Gateway" and "Gateway response types"
	// of the guide).
	notBase64 = &refusal{
		"API_CONFIGURATION_ERROR", http.StatusInternalServerError, "InternalServerErrorException",
		`{"message": "Internal server error"}`,
	}
	// eventTooLong is Lambda's limit. Facts 2 have two texts for a 413 and an
	// error type that nobody has checked; a user shows both answers whole, and
	// which limit gives which (github.com/koki-develop/lgtm-generator issue 10,
	// 2021).
	eventTooLong = &refusal{
		"REQUEST_TOO_LARGE", http.StatusRequestEntityTooLarge, "BadRequestException",
		`{"message": "Request Too Long"}`,
	}
	// bodyTooLong is the gateway's own limit, shown in the same place: text,
	// and none of API Gateway's headers.
	bodyTooLong = &refusal{
		"REQUEST_TOO_LARGE", http.StatusRequestEntityTooLarge, "",
		"HTTP content length exceeded 10485760 bytes.",
	}
	// headersTooLong has the text and the status that users report
	// (ntsblog.homedev.com.au, 2021-03-09; backbencher.dev, "SOLVED: 431 Status
	// Code With Request Header Fields Too Large"). Assumed: the rest is as in
	// bodyTooLong.
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

// write answers a request with the refusal and the headers of facts 2, which
// have no X-Amzn-Trace-Id: that is added to functions' answers (facts 4).
func (f *refusal) write(w http.ResponseWriter, x *exchange) {
	h := w.Header()
	contentType := "text; charset=utf-8" // no subtype (bodyTooLong's user)
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
