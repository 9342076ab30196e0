package request

import (
	"math"
	"time"

	"lullaby/instant"
)

// A Timestamp is an instant as JSON 1.1 has it: seconds since 1970.
type Timestamp float64

// TimestampOf returns an instant to the millisecond.
func TimestampOf(at instant.Instant) Timestamp {
	return Timestamp(float64(int64(at)/int64(time.Millisecond)) / 1000)
}

// Instant returns the instant, the first or last one for a Timestamp out of range.
func (t Timestamp) Instant() instant.Instant {
	const most = float64(math.MaxInt64 / int64(time.Second)) // the year 2262
	seconds := max(-most, min(most, float64(t)))
	return instant.Of(time.UnixMilli(int64(math.Round(seconds * 1000))))
}
