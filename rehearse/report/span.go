package report

import (
	"strconv"
	"strings"
	"time"
)

// A Span is a duration in a report.
type Span time.Duration

// MarshalJSON writes seconds, rounded down to the millisecond.
func (s Span) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(time.Duration(s).Milliseconds())/1_000, 'f', -1, 64), nil
}

// String writes the units that are not zero, to a tenth of a second: 33.5s, 1h,
// 2h0.1s. Below a second it writes milliseconds.
func (s Span) String() string {
	precision := 100 * time.Millisecond
	if time.Duration(s) < time.Second {
		precision = time.Millisecond
	}
	text := time.Duration(s).Round(precision).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return strings.Replace(text, "h0m", "h", 1)
}
