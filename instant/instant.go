// Package instant has the instants of the model: one machine word each, so that
// a rehearsal compares and moves millions of them a second. Edges read the
// clock and convert with [Of]; what is decided from there on is arithmetic.
//
// The package imports the standard library alone. Names that exist stay.
package instant

import "time"

// An Instant is a point in time, in nanoseconds since 1970-01-01 00:00 UTC. It
// covers the years 1678 to 2262. The zero Instant stands for none, as that of
// [time.Time] does; it has no monotonic reading and no location.
type Instant int64

// Of returns the instant of t. The zero time.Time is the zero Instant.
func Of(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(t.UnixNano())
}

// Time returns i as a time.Time in UTC, the zero one if i is zero.
func (i Instant) Time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.Unix(0, int64(i)).UTC()
}

// Add returns the instant d after i. It does not check for overflow.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d) }

// Sub returns how long after j the instant i is, negative if it is before.
func (i Instant) Sub(j Instant) time.Duration { return time.Duration(i - j) }

// Before reports whether i is earlier than j.
func (i Instant) Before(j Instant) bool { return i < j }

// After reports whether i is later than j.
func (i Instant) After(j Instant) bool { return i > j }

// IsZero reports whether i stands for none. encoding/json asks it for omitzero.
func (i Instant) IsZero() bool { return i == 0 }

// clockStep is how far instants may come out of order before the clock counts
// as set back.
const clockStep = 10 * time.Second

// Follow returns the instant that now counts as after last. Instants that come
// out of order, at most 10 s before last, count as last. A clock that is set
// back further counts from where it is: time that passed before is neither
// granted again nor waited for.
func Follow(last, now Instant) Instant {
	if now < last && last.Sub(now) <= clockStep {
		return last
	}
	return now
}

// Truncate returns the last multiple of d since the epoch that is not after i,
// which begins a UTC minute, hour or day; i itself if d is not positive.
func (i Instant) Truncate(d time.Duration) Instant {
	if d <= 0 {
		return i
	}
	past := i % Instant(d)
	if past < 0 {
		past += Instant(d)
	}
	return i - past
}

// String returns i in RFC 3339 with nanoseconds, "none" if it is zero.
func (i Instant) String() string {
	if i == 0 {
		return "none"
	}
	return i.Time().Format(time.RFC3339Nano)
}

// MarshalText writes i as [time.Time] writes itself, so that either type reads
// what the other wrote.
func (i Instant) MarshalText() ([]byte, error) { return i.Time().MarshalText() }

// AppendText appends what MarshalText writes.
func (i Instant) AppendText(dst []byte) ([]byte, error) { return i.Time().AppendText(dst) }

// UnmarshalText reads RFC 3339. The error is that of [time.Time].
func (i *Instant) UnmarshalText(text []byte) error {
	var t time.Time
	if err := t.UnmarshalText(text); err != nil {
		return err
	}
	*i = Of(t)
	return nil
}
