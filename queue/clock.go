package queue

import (
	"time"

	"lullaby/instant"
)

// A clock makes of instants some that never go back. After the real clock was set
// back it counts on from the last instant: what was to happen in an hour still
// happens after an hour. Other steps out of order count as [instant.Follow] says.
type clock struct {
	last instant.Instant
	skew time.Duration // by how much the real clock was set back in all
}

// follow returns what now is.
func (c *clock) follow(now instant.Instant) instant.Instant {
	now = now.Add(c.skew)
	if now < c.last {
		if instant.Follow(c.last, now) != c.last {
			c.skew += c.last.Sub(now)
		}
		now = c.last
	}
	c.last = now
	return now
}

// outside returns an instant as the real clock has it.
func (c *clock) outside(i instant.Instant) instant.Instant {
	if i == 0 {
		return 0
	}
	return i.Add(-c.skew)
}

// inside is the reverse of outside.
func (c *clock) inside(i instant.Instant) instant.Instant {
	if i == 0 {
		return 0
	}
	return i.Add(c.skew)
}
