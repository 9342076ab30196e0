package awsretry

import (
	"context"
	"fmt"
	"time"

	"lullaby/retry"
)

// A StopError says why there was no further attempt. It comes beside the error of
// the last one, which errors.As finds in the same error, and alone where the
// deadline was past before the first. It matches context.DeadlineExceeded if it
// was the deadline.
type StopError struct {
	Outcome retry.Outcome
	// Delay is what the next attempt would have waited, 0 if none was drawn.
	Delay time.Duration
	// Err is the SDK's reason, if it was the SDK's tokens that refused; or nil.
	Err error
}

// Error says the reason.
func (e *StopError) Error() string {
	text := "not tried again: " + e.Outcome.String()
	if e.Delay > 0 {
		text += fmt.Sprintf(", after a delay of %v", e.Delay.Round(time.Millisecond))
	}
	return text
}

// Unwrap returns Err.
func (e *StopError) Unwrap() error { return e.Err }

// Is joins a deadline that is near to context.DeadlineExceeded.
func (e *StopError) Is(target error) bool {
	return e.Outcome == retry.DeadlineNear && target == context.DeadlineExceeded
}
