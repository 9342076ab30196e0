package lambda

import "context"

// An InvocationType says whether the caller waits for the result (API_Invoke,
// "X-Amz-Invocation-Type").
type InvocationType string

// The invocation types of the Invoke API. The empty type is RequestResponse.
const (
	RequestResponse InvocationType = "RequestResponse" // 200 and the result
	Event           InvocationType = "Event"           // 202 at once; the result is dropped
	DryRun          InvocationType = "DryRun"          // 204; nothing runs
)

// Sizes of the Invoke API in bytes, and two constants of its answers
// (docs/aws/lambda.md#payload-sizes).
const (
	MaxRequestBytes      = 6_291_456   // synchronous payload
	MaxEventBytes        = 1_048_576   // asynchronous payload, 256 KB until 2025
	MaxResponseBytes     = 6_291_556   // 6 MiB and 100 bytes
	MaxClientContext     = 3_583       // X-Amz-Client-Context, base64
	MaxLogTail           = 4_096       // X-Amz-Log-Result before base64
	MaxUnpacked          = 262_144_000 // a function's package and layers ("Lambda quotas": 250 MB)
	ExecutedVersion      = "$LATEST"   // the only version
	FunctionErrorMessage = "Unhandled" // X-Amz-Function-Error; "Handled" no longer occurs
)

// InvokeInput is the request of the Invoke API.
type InvokeInput struct {
	FunctionName   string         // name, name:qualifier, partial or full ARN
	Qualifier      string         // empty or $LATEST
	InvocationType InvocationType // empty: RequestResponse
	LogTail        bool           // X-Amz-Log-Type: Tail; for RequestResponse only
	ClientContext  string         // X-Amz-Client-Context: base64 of a JSON object; empty: none
	TraceID        string         // X-Amzn-Trace-Id; empty: one is made
	Payload        []byte         // JSON; empty: {}; Invoke does not keep it
}

// InvokeOutput is the answer of the Invoke API. A function error is an answer,
// not a Go error: FunctionError is set and Payload describes it.
type InvokeOutput struct {
	StatusCode      int    // 200, 202 or 204
	RequestID       string // x-amzn-RequestId; the function's log has the same id
	ExecutedVersion string
	FunctionError   string // "" or "Unhandled"
	LogResult       []byte // the last 4 KB of the log, before base64
	Payload         []byte // the function's JSON; "null" if it returned nothing
}

// An Invoker runs functions. It is safe for concurrent use. Invoke returns
// errors of this package, or context.Cause(ctx) if ctx ends first; the function
// then runs on, as on AWS.
type Invoker interface {
	Invoke(ctx context.Context, in InvokeInput) (InvokeOutput, error)
}
