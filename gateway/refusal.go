package gateway

import "strings"

// A Refusal is an answer of API Gateway's own. The zero Refusal is none: the
// function answers.
type Refusal uint8

// The refusals.
const (
	_ Refusal = iota

	// NoRoute refuses a method and path without a route.
	NoRoute

	// Throttled refuses a request when a Throttle has no token: that of a usage
	// plan, of the method or of the account.
	Throttled

	// NoKey refuses a request without an API key that a usage plan of the stage
	// has (docs/aws/gateway.md#api-keys).
	NoKey

	// ParametersMissing refuses a request that lacks a required parameter. Its
	// message names them (docs/aws/gateway.md#request-validation).
	ParametersMissing

	// BodyInvalid refuses a request whose body does not have the form of its
	// model (docs/aws/gateway.md#request-validation).
	BodyInvalid

	// TimedOut answers when the integration exceeds its timeout.
	TimedOut

	// Unreachable answers when an HTTP endpoint does not answer
	// (docs/aws/gateway.md#http-integrations).
	Unreachable

	// NoAnswer answers when what an HTTP endpoint answers cannot be passed on: it
	// is longer than MaxBodyBytes, or no integration response takes its status.
	// Assumed: as NotBase64.
	NoAnswer

	// NotInvoked answers when Lambda refuses the invocation, mostly by a
	// throttle (500 and not 502, docs/aws/gateway.md#lambdas-failures).
	NotInvoked

	// FunctionFailed answers a function error: 502, although its type's status is
	// 504 (docs/aws/gateway.md#lambdas-failures).
	FunctionFailed

	// Malformed answers a result that is not in the format of proxy
	// integrations (502: docs/aws/gateway.md#results, and "Output format of a
	// Lambda function for proxy integration" of the guide). Assumed: the
	// response type, and the error type.
	Malformed

	// NotBase64 answers a result that claims to be base64 and is not (500:
	// "Content type conversions in API Gateway" and "Gateway response types" of
	// the guide).
	NotBase64

	// EventTooLong refuses a request whose event is larger than Lambda accepts.
	// Which of two texts a 413 has depends on the limit
	// (docs/aws/gateway.md#requests-that-are-too-large).
	EventTooLong

	// BodyTooLong is API Gateway's own limit, shown in the same issue: the
	// answer is text and lacks API Gateway's headers.
	BodyTooLong

	// HeadersTooLong has the text and the status that users report
	// (ntsblog.homedev.com.au, 2021-03-09; backbencher.dev, "SOLVED: 431 Status
	// Code With Request Header Fields Too Large"). Assumed: the rest is as in
	// BodyTooLong.
	HeadersTooLong

	// URLTooLong is Assumed: AWS answers as it does for HeadersTooLong.
	URLTooLong

	// BadRequest answers a body that ends early. Assumed: AWS documents nothing
	// about it.
	BadRequest

	// Unauthorized refuses a request that does not say who makes it, whose token is
	// not good, or about which the authorizer's function says so
	// (docs/aws/gateway.md#refusals-of-authorizers).
	Unauthorized

	// TokenExpired refuses a token of a user pool whose time is over
	// (docs/aws/gateway.md#user-pools).
	TokenExpired

	// NotAllowed refuses a request that nothing in the authorizer's answer allows,
	// Denied one that a statement denies (docs/aws/gateway.md#refusals-of-authorizers).
	NotAllowed
	Denied

	// AuthorizerFailed answers when the authorizer's function fails or is not invoked,
	// AuthorizerMisconfigured when its answer means nothing
	// (docs/aws/gateway.md#refusals-of-authorizers).
	AuthorizerFailed
	AuthorizerMisconfigured

	// NoSignature refuses a request that has to be signed and is not; the others one
	// whose signature lacks a part, is wrong, or is of a key that nobody has
	// (docs/aws/gateway.md#signatures). Their messages are the signature's.
	NoSignature
	IncompleteSignature
	BadSignature
	UnknownKey

	// FunctionThrottled answers when Lambda throttles the invocation. A REST API
	// answers as for NotInvoked; an HTTP API and a function URL do not.
	FunctionThrottled

	// Unsigned refuses a request to a function URL that asks for a signature, and has
	// none or a wrong one.
	Unsigned
)

// A response is the answer of a refusal.
type response struct {
	kind      string // gateway response type; empty: refused before one applies
	status    int
	errorType string // x-amzn-ErrorType; empty: text, without API Gateway's headers
	body      string
}

// responses are the types, statuses and texts of the refusals
// (docs/aws/gateway.md#refusals). Texts
// about an integration have a space after the colon
// (docs/aws/gateway.md#lambdas-failures).
var responses = [...]response{
	NoRoute: {
		"MISSING_AUTHENTICATION_TOKEN", 403, "MissingAuthenticationTokenException",
		`{"message":"Missing Authentication Token"}`,
	},
	Throttled: {"THROTTLED", 429, "TooManyRequestsException", `{"message":"Too Many Requests"}`},
	NoKey:     {"INVALID_API_KEY", 403, "ForbiddenException", `{"message":"Forbidden"}`},
	ParametersMissing: {
		"BAD_REQUEST_PARAMETERS", 400, "BadRequestException", `{"message": "Missing required request parameters"}`,
	},
	BodyInvalid:    {"BAD_REQUEST_BODY", 400, "BadRequestException", `{"message": "Invalid request body"}`},
	Unreachable:    {"INTEGRATION_FAILURE", 504, "InternalServerErrorException", `{"message": "Network error communicating with endpoint"}`},
	NoAnswer:       {"API_CONFIGURATION_ERROR", 500, "InternalServerErrorException", `{"message": "Internal server error"}`},
	TimedOut:       {"INTEGRATION_TIMEOUT", 504, "InternalServerErrorException", `{"message": "Endpoint request timed out"}`},
	NotInvoked:     {"INTEGRATION_FAILURE", 500, "InternalServerErrorException", `{"message": "Internal server error"}`},
	FunctionFailed: {"INTEGRATION_FAILURE", 502, "InternalServerErrorException", `{"message": "Internal server error"}`},
	Malformed:      {"API_CONFIGURATION_ERROR", 502, "InternalServerErrorException", `{"message": "Internal server error"}`},
	NotBase64:      {"API_CONFIGURATION_ERROR", 500, "InternalServerErrorException", `{"message": "Internal server error"}`},
	EventTooLong:   {"REQUEST_TOO_LARGE", 413, "BadRequestException", `{"message": "Request Too Long"}`},
	BodyTooLong:    {"REQUEST_TOO_LARGE", 413, "", "HTTP content length exceeded 10485760 bytes."},
	HeadersTooLong: {"", 431, "", "HTTP header is larger than 10240 bytes."},
	URLTooLong:     {"", 414, "", "An HTTP line is larger than 10240 bytes."},
	BadRequest:     {"", 400, "", "Bad Request"},

	Unauthorized: {"UNAUTHORIZED", 401, "UnauthorizedException", `{"message":"Unauthorized"}`},
	TokenExpired: {"UNAUTHORIZED", 401, "UnauthorizedException", `{"message":"The incoming token has expired"}`},
	NotAllowed: {
		"ACCESS_DENIED", 403, "AccessDeniedException",
		`{"Message":"User is not authorized to access this resource"}`,
	},
	Denied: {
		"ACCESS_DENIED", 403, "AccessDeniedException",
		`{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}`,
	},
	AuthorizerFailed:        {"AUTHORIZER_FAILURE", 500, "AuthorizerFailureException", `{"message":null}`},
	AuthorizerMisconfigured: {"AUTHORIZER_CONFIGURATION_ERROR", 500, "AuthorizerConfigurationException", `{"message":null}`},
	NoSignature: {
		"MISSING_AUTHENTICATION_TOKEN", 403, "MissingAuthenticationTokenException",
		`{"message":"Missing Authentication Token"}`,
	},
	IncompleteSignature: {"INVALID_SIGNATURE", 403, "IncompleteSignatureException", `{"message":"Incomplete signature"}`},
	BadSignature:        {"INVALID_SIGNATURE", 403, "InvalidSignatureException", `{"message":"Invalid signature"}`},
	UnknownKey:          {"ACCESS_DENIED", 403, "UnrecognizedClientException", `{"message":"The security token included in the request is invalid."}`},

	FunctionThrottled: {"INTEGRATION_FAILURE", 500, "InternalServerErrorException", `{"message": "Internal server error"}`},
	Unsigned:          {"ACCESS_DENIED", 403, "AccessDeniedException", `{"message":"Forbidden"}`},
}

// ResponseType returns the gateway response type ("Gateway response types" of
// the guide), empty: the request was refused before one applies.
func (r Refusal) ResponseType() string { return responses[r].kind }

// Status returns the HTTP status.
func (r Refusal) Status() int { return responses[r].status }

// ErrorType returns the value of x-amzn-ErrorType. If it is empty, the answer
// is text without API Gateway's headers; otherwise it is JSON.
func (r Refusal) ErrorType() string { return responses[r].errorType }

// Body returns the body of the answer.
func (r Refusal) Body() string { return responses[r].body }

// MessageString returns the value of message in the body as JSON, and the body
// itself if that is text: $context.error.messageString.
func (r Refusal) MessageString() string {
	_, value, found := strings.Cut(responses[r].body, `essage":`) // message or Message
	if !found {
		return responses[r].body
	}
	return strings.TrimSpace(strings.TrimSuffix(value, "}"))
}

// Customized returns the types of the gateway responses that replace the answer
// where an API has one, the first that it has; none: nothing replaces it
// (docs/aws/gateway.md#gateway-responses).
func (r Refusal) Customized() []string {
	kind := responses[r].kind
	switch {
	case kind == "" || kind == "REQUEST_TOO_LARGE":
		return nil
	case responses[r].status < 500:
		return []string{kind, "DEFAULT_4XX"}
	default:
		return []string{kind, "DEFAULT_5XX"}
	}
}

// Missing returns the message of ParametersMissing about parameters.
func Missing(parameters []string) string {
	return "Missing required request parameters: [" + strings.Join(parameters, ", ") + "]"
}
