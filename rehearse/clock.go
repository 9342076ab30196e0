package rehearse

import (
	"fmt"
	"strings"
	"time"

	"lullaby/instant"
)

// A Clock is a time of day in UTC, from midnight on. The zero Clock is midnight.
type Clock time.Duration

// UnmarshalText reads HH:MM or HH:MM:SS.
func (c *Clock) UnmarshalText(text []byte) error {
	layout := "15:04"
	if strings.Count(string(text), ":") == 2 {
		layout = "15:04:05"
	}
	at, err := time.Parse(layout, string(text))
	if err != nil || len(text) != len(layout) {
		return fmt.Errorf("%q is not a time of day such as 02:55", text)
	}
	*c = Clock(at.Sub(at.Truncate(24 * time.Hour)))
	return nil
}

// start returns when the traffic begins.
func (o *Options) start() instant.Instant { return midnight.Add(time.Duration(o.Start)) }
