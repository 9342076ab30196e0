package awsretry

import (
	"context"
	"fmt"
	"time"

	"lullaby/retry"
)

// A StopError says why a call had no further attempt. It is joined with the error
// of the last attempt, which errors.As finds; it comes alone if the deadline had
// passed before the first attempt. It matches context.DeadlineExceeded if the
// deadline was the reason.
type StopError struct {
	Outcome retry.Outcome
	// Delay is the wait before the next attempt, 0 if none was drawn.
	Delay time.Duration
	// Err is the SDK's error if the SDK's tokens refused; otherwise nil.
	Err error
}

// Error states the reason, and the delay if there is one.
func (e *StopError) Error() string {
	text := "not tried again: " + e.Outcome.String()
	if e.Delay > 0 {
		text += fmt.Sprintf(", after a delay of %v", e.Delay.Round(time.Millisecond))
	}
	return text
}

// Unwrap returns Err.
func (e *StopError) Unwrap() error { return e.Err }

// Is reports whether target is context.DeadlineExceeded and the deadline was the
// reason.
func (e *StopError) Is(target error) bool {
	return e.Outcome == retry.DeadlineNear && target == context.DeadlineExceeded
}
