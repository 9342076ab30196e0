package lambda

import (
	"strconv"
	"time"
)

// StartLine returns the first log line of an invocation.
func StartLine(requestID string) string {
	return "START RequestId: " + requestID + " Version: " + ExecutedVersion
}

// EndLine returns the log line that follows the function's own output.
func EndLine(requestID string) string { return "END RequestId: " + requestID }

// The Status of a Report and of an InitReport. Empty: success.
const (
	StatusTimeout = "timeout"
	StatusError   = "error"
)

// A Report is the last log line of an invocation
// (docs/aws/lambda.md#log-lines).
type Report struct {
	RequestID     string
	Duration      time.Duration // without the init
	Init          time.Duration // of a cold start, else 0
	MemorySize    int           // MB
	MaxMemoryUsed int           // peak of all processes of the sandbox so far, MB; 0: unknown, left out

	Status    string // empty: success
	ErrorType string // with StatusError
}

// Billed returns the billed time: whole milliseconds, rounded up, with the init
// of a cold start (for every package type since August 2025, "AWS Lambda
// standardizes billing for INIT Phase").
func (r Report) Billed() time.Duration {
	const ms = time.Millisecond
	return (r.Duration + r.Init + ms - 1) / ms * ms
}

// String returns the line, its fields separated by tabs. On success it ends
// with a tab.
func (r Report) String() string {
	line := "REPORT RequestId: " + r.RequestID +
		"\tDuration: " + millis(r.Duration) +
		"\tBilled Duration: " + strconv.FormatInt(r.Billed().Milliseconds(), 10) + " ms" +
		"\tMemory Size: " + strconv.Itoa(r.MemorySize) + " MB"
	if r.MaxMemoryUsed > 0 {
		line += "\tMax Memory Used: " + strconv.Itoa(r.MaxMemoryUsed) + " MB"
	}
	if r.Init > 0 {
		line += "\tInit Duration: " + millis(r.Init)
	}
	return line + "\t" + status(r.Status, r.ErrorType)
}

// An InitReport is the log line of a failed init.
type InitReport struct {
	Init      time.Duration
	Phase     string // "init"; "invoke": the second try, inside an invocation
	Status    string
	ErrorType string // with StatusError
}

func (r InitReport) String() string {
	return "INIT_REPORT Init Duration: " + millis(r.Init) +
		"\tPhase: " + r.Phase + "\t" + status(r.Status, r.ErrorType)
}

func status(status, errorType string) string {
	switch {
	case status == "":
		return ""
	case errorType == "":
		return "Status: " + status
	default:
		return "Status: " + status + "\tError Type: " + errorType
	}
}

func millis(d time.Duration) string { return decimal(d, time.Millisecond) + " ms" }
