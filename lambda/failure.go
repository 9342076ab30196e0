package lambda

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// A Failure is the answer to a synchronous caller when the function has given
// none: HTTP 200, X-Amz-Function-Error: Unhandled and this as JSON
// (docs/aws/lambda.md#failure-payloads, recorded on AWS unless marked Assumed).
type Failure struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

// The types of failures that the sandbox reports.
const (
	SandboxTimedout     = "Sandbox.Timedout"
	RuntimeExitError    = "Runtime.ExitError"
	RuntimeOutOfMemory  = "Runtime.OutOfMemory" // of the report only; the payload has RuntimeExitError
	InvalidEntrypoint   = "Runtime.InvalidEntrypoint"
	TruncatedResponse   = "Runtime.TruncatedResponse"
	InvalidResponseMode = "Runtime.InvalidResponseModeHeader"
	ResponseTooLarge    = "Function.ResponseSizeTooLarge"
)

// TimedOut returns the failure of an invocation that exceeded its timeout.
func TimedOut(requestID string, timeout time.Duration) Failure {
	return failed(SandboxTimedout, requestID, "Task timed out after "+decimal(timeout, time.Second)+" seconds")
}

// Exited returns the failure of a runtime that exited before it answered.
// status is the text of Go's os.ProcessState ("exit status 1", "signal:
// killed"); empty: exit status 0.
func Exited(requestID, status string) Failure {
	if status == "" {
		return failed(RuntimeExitError, requestID, "Runtime exited without providing a reason")
	}
	return failed(RuntimeExitError, requestID, "Runtime exited with error: "+status)
}

// NotStarted returns the failure of a bootstrap that could not be started.
// reason is the system's error.
func NotStarted(requestID, reason string) Failure {
	return failed(InvalidEntrypoint, requestID, reason)
}

// NoBootstrap returns the failure of a package without a bootstrap at path.
func NoBootstrap(requestID, path string) Failure {
	return failed(InvalidEntrypoint, requestID, "Couldn't find valid bootstrap(s): ["+path+"]")
}

// Truncated returns the failure of a response that ended before its length.
// Assumed: the text; the type is AWS's.
func Truncated(requestID string) Failure {
	return failed(TruncatedResponse, requestID, "Response was truncated")
}

// WrongResponseMode returns the failure of a response whose mode is neither
// absent nor streaming. Assumed: the text; the type is AWS's.
func WrongResponseMode(requestID string) Failure {
	return failed(InvalidResponseMode, requestID, "Invalid function response mode")
}

func failed(kind, requestID, message string) Failure {
	return Failure{Type: kind, Message: "RequestId: " + requestID + " Error: " + message}
}

// Payload returns the failure as AWS's JSON.
func (f Failure) Payload() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(f); err != nil {
		panic(fmt.Sprintf("lambda: two strings as JSON: %v", err))
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// TooLargePayload returns the answer of a function whose response is larger
// than most bytes: MaxResponseBytes, or MaxStreamBytes. It differs from the other failures: it has no request
// id, and the message comes first.
func TooLargePayload(most int) []byte {
	return fmt.Appendf(nil, `{"errorMessage":"Response payload size exceeded maximum allowed payload size (%d bytes).","errorType":"%s"}`,
		most, ResponseTooLarge)
}

// decimal writes d in units of unit with two decimals, rounded half up.
func decimal(d, unit time.Duration) string {
	hundredth := unit / 100
	n := int64((d + hundredth/2) / hundredth)
	text := strconv.FormatInt(n/100, 10) + "."
	if n%100 < 10 {
		text += "0"
	}
	return text + strconv.FormatInt(n%100, 10)
}
