package lambda

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// A Failure is what a synchronous caller gets from a function that has given
// no answer of its own: HTTP 200, X-Amz-Function-Error: Unhandled and this as
// JSON (facts lambda.md 3, recorded on AWS unless said otherwise).
type Failure struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

// The types of failures that the sandbox knows.
const (
	SandboxTimedout     = "Sandbox.Timedout"
	RuntimeExitError    = "Runtime.ExitError"
	InvalidEntrypoint   = "Runtime.InvalidEntrypoint"
	TruncatedResponse   = "Runtime.TruncatedResponse"
	InvalidResponseMode = "Runtime.InvalidResponseModeHeader"
	ResponseTooLarge    = "Function.ResponseSizeTooLarge"
)

// TimedOut is the failure of an invocation that took longer than its timeout.
func TimedOut(requestID string, timeout time.Duration) Failure {
	return failed(SandboxTimedout, requestID, "Task timed out after "+decimal(timeout, time.Second)+" seconds")
}

// Exited is the failure of a runtime that ended before it answered. status is
// how, as Go's os.ProcessState writes it ("exit status 1", "signal: killed");
// an empty one is exit status 0.
func Exited(requestID, status string) Failure {
	if status == "" {
		return failed(RuntimeExitError, requestID, "Runtime exited without providing a reason")
	}
	return failed(RuntimeExitError, requestID, "Runtime exited with error: "+status)
}

// NotStarted is the failure of a bootstrap that could not be started, for the
// reason that the system gave.
func NotStarted(requestID, reason string) Failure {
	return failed(InvalidEntrypoint, requestID, reason)
}

// NoBootstrap is the failure of a package without the file to start, which was
// looked for at path.
func NoBootstrap(requestID, path string) Failure {
	return failed(InvalidEntrypoint, requestID, "Couldn't find valid bootstrap(s): ["+path+"]")
}

// Truncated is the failure of a response that ended before its length. Assumed:
// the text; the type is the sandbox's own.
func Truncated(requestID string) Failure {
	return failed(TruncatedResponse, requestID, "Response was truncated")
}

// WrongResponseMode is the failure of a response whose mode is neither absent
// nor streaming. Assumed: the text; the type is the sandbox's own.
func WrongResponseMode(requestID string) Failure {
	return failed(InvalidResponseMode, requestID, "Invalid function response mode")
}

func failed(kind, requestID, message string) Failure {
	return Failure{Type: kind, Message: "RequestId: " + requestID + " Error: " + message}
}

// Payload returns the failure as AWS writes it.
func (f Failure) Payload() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(f); err != nil {
		panic(fmt.Sprintf("lambda: two strings as JSON: %v", err))
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// TooLargePayload returns the answer of a function whose response is over
// MaxResponseBytes. Alone among the failures it has no request id and its
// message stands first.
func TooLargePayload() []byte {
	return fmt.Appendf(nil, `{"errorMessage":"Response payload size exceeded maximum allowed payload size (%d bytes).","errorType":"%s"}`,
		MaxResponseBytes, ResponseTooLarge)
}

// decimal writes d in units with two decimals, rounded half up.
func decimal(d, unit time.Duration) string {
	hundredth := unit / 100
	n := int64((d + hundredth/2) / hundredth)
	text := strconv.FormatInt(n/100, 10) + "."
	if n%100 < 10 {
		text += "0"
	}
	return text + strconv.FormatInt(n%100, 10)
}
