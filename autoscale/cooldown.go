package autoscale

import (
	"time"

	"lullaby/instant"
)

// A Cooldown is the time after a change by a policy, in either direction
// (docs/aws/autoscaling.md#cooldowns).
type Cooldown struct {
	Out    instant.Instant `json:",omitzero"` // when it began after a change out; zero: there was none
	OutFor time.Duration   `json:",omitzero"`
	Before int64           `json:",omitzero"` // units before that change
	In     instant.Instant `json:",omitzero"` // when it began after a change in
	InFor  time.Duration   `json:",omitzero"`
}

// runs reports whether a cooldown that began at an instant is not over.
func runs(now, began instant.Instant, length time.Duration) bool {
	past, ok := since(now, began)
	return !began.IsZero() && ok && past < length
}

func (c *Cooldown) blocksIn(now instant.Instant) bool { return runs(now, c.In, c.InFor) }

// base returns the units that a change out is computed from: what the change added that
// began a cooldown counts as current, but it is too early for the metric to show it.
func (c *Cooldown) base(now instant.Instant, units int64) int64 {
	if runs(now, c.Out, c.OutFor) {
		return min(units, c.Before)
	}
	return units
}

// begin begins the cooldown after a change by a policy. A change out ends that of a
// change in.
func (c *Cooldown) begin(now instant.Instant, p *Policy, from, to int64) {
	if to < from {
		c.In, c.InFor = now, p.cooldown(false)
		return
	}
	c.In, c.InFor = 0, 0
	c.Out, c.OutFor, c.Before = now, p.cooldown(true), c.base(now, from)
}
