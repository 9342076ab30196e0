package gateway

// An Answer is how an HTTP API or a function URL answers a request that it
// refuses. The body is JSON, but for the texts of a function URL's own.
type Answer struct {
	Status    int
	Body      string
	ErrorType string // x-amzn-ErrorType, of a function URL; empty: none
}

// httpAnswers are those of an HTTP API (docs/aws/httpapi.md#refusals). Assumed:
// the answers to what is too long, but for the body, and to a body that ends
// early.
var httpAnswers = [...]Answer{
	NoRoute:           {Status: 404, Body: `{"message":"Not Found"}`},
	Throttled:         {Status: 429, Body: `{"message":"Too Many Requests"}`},
	TimedOut:          {Status: 503, Body: `{"message":"Service Unavailable"}`},
	FunctionThrottled: {Status: 503, Body: `{"message":"Service Unavailable"}`},
	NotInvoked:        {Status: 500, Body: `{"message":"Internal Server Error"}`},
	FunctionFailed:    {Status: 500, Body: `{"message":"Internal Server Error"}`},
	Malformed:         {Status: 500, Body: `{"message":"Internal Server Error"}`},
	NotBase64:         {Status: 500, Body: `{"message":"Internal Server Error"}`},
	EventTooLong:      {Status: 413, Body: `{"message":"Request Entity Too Large"}`},
	BodyTooLong:       {Status: 413, Body: `{"message":"Request Entity Too Large"}`},
	HeadersTooLong:    {Status: 431, Body: `{"message":"Request Header Fields Too Large"}`},
	URLTooLong:        {Status: 414, Body: `{"message":"Request-URI Too Long"}`},
	BadRequest:        {Status: 400, Body: `{"message":"Bad Request"}`},
	Unsigned:          {Status: 403, Body: `{"message":"Forbidden"}`},

	// docs/aws/gateway.md#refusals-of-authorizers
	Unauthorized:            {Status: 401, Body: `{"message":"Unauthorized"}`},
	NotAllowed:              {Status: 403, Body: `{"message":"Forbidden"}`},
	Denied:                  {Status: 403, Body: `{"message":"Forbidden"}`},
	AuthorizerFailed:        {Status: 500, Body: `{"message":"Internal Server Error"}`},
	AuthorizerMisconfigured: {Status: 500, Body: `{"message":"Internal Server Error"}`},
	NoSignature:             {Status: 403, Body: `{"message":"Forbidden"}`},
	IncompleteSignature:     {Status: 403, Body: `{"message":"Forbidden"}`},
	BadSignature:            {Status: 403, Body: `{"message":"Forbidden"}`},
	UnknownKey:              {Status: 403, Body: `{"message":"Forbidden"}`},
}

// HTTP returns the answer of an HTTP API.
func (r Refusal) HTTP() Answer { return httpAnswers[r] }

const (
	urlForbidden = `{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: ` +
		`https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}`
	urlTooLarge = `{"Message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation"}`
)

// urlAnswers are those of a function URL (docs/aws/httpapi.md#function-url-failures).
// It has no routes and no throttle of its own. Assumed: all error types; and the
// texts, but for those of Unsigned and FunctionFailed.
var urlAnswers = [...]Answer{
	FunctionThrottled: {429, `{"Message":"Rate Exceeded."}`, "TooManyRequestsException"},
	Unsigned:          {403, urlForbidden, "AccessDeniedException"},
	FunctionFailed:    {Status: 502, Body: "Internal Server Error"},
	Malformed:         {Status: 502, Body: "Internal Server Error"},
	NotBase64:         {Status: 502, Body: "Internal Server Error"},
	TimedOut:          {Status: 504, Body: "Gateway Timeout"},
	NotInvoked:        {Status: 500, Body: "Internal Server Error"},
	EventTooLong:      {413, urlTooLarge, "RequestTooLargeException"},
	BodyTooLong:       {413, urlTooLarge, "RequestTooLargeException"},
	HeadersTooLong:    {Status: 431, Body: `{"Message":"Request Header Fields Too Large"}`},
	URLTooLong:        {Status: 414, Body: `{"Message":"Request-URI Too Long"}`},
	BadRequest:        {Status: 400, Body: `{"Message":"Bad Request"}`},
}

// URL returns the answer of a function URL.
func (r Refusal) URL() Answer { return urlAnswers[r] }
