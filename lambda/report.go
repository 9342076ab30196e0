package lambda

import (
	"strconv"
	"time"
)

// StartLine returns the log line with which an invocation begins.
func StartLine(requestID string) string {
	return "START RequestId: " + requestID + " Version: " + ExecutedVersion
}

// EndLine returns the log line behind all that an invocation wrote.
func EndLine(requestID string) string { return "END RequestId: " + requestID }

// The Status of a Report and of an InitReport. A success has none.
const (
	StatusTimeout = "timeout"
	StatusError   = "error"
)

// A Report is the last log line of an invocation (facts lambda.md 3).
type Report struct {
	RequestID     string
	Duration      time.Duration // without the init
	Init          time.Duration // of a cold start, else 0
	MemorySize    int           // MB
	MaxMemoryUsed int           // MB of the process at its largest so far; 0: unknown, left out

	Status    string // empty: success
	ErrorType string // with StatusError
}

// Billed returns the time that is paid for: whole milliseconds, rounded up,
// the init of a cold start among them (for every package type since August
// 2025, "AWS Lambda standardizes billing for INIT Phase").
func (r Report) Billed() time.Duration {
	const ms = time.Millisecond
	return (r.Duration + r.Init + ms - 1) / ms * ms
}

// String returns the line, its fields parted by tabs. A success ends with one.
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

// An InitReport is the log line of an init that failed.
type InitReport struct {
	Init      time.Duration
	Phase     string // "init", or "invoke" for the second try, inside an invocation
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
