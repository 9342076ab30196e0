package capacity

import (
	"slices"

	"lullaby/instant"
)

// A State is what a Throughput keeps across restarts.
type State struct {
	At         instant.Instant // when the balances were true
	Balances   [2]Tokens       // without those of partitions, by Direction
	Growth     [2]Growth
	Partitions [][]byte `json:",omitempty"` // the first key of each but the first
}

// A Growth is the traffic of one direction.
type Growth struct {
	Peak   Tokens // the highest minute older than half an hour
	Recent []Peak `json:",omitempty"` // higher minutes, younger than that, ascending
}

// A Peak is the consumption of the minute that began at At.
type Peak struct {
	At   instant.Instant
	Used Tokens
}

// State returns the state of the resource at now.
func (t *Throughput) State(now instant.Instant) State {
	s := State{At: now, Partitions: slices.Clone(t.ranges.lower)}
	for d := range t.sides {
		s.Balances[d] = t.Balance(now, Direction(d))
		g := &t.sides[d].growth
		s.Growth[d] = Growth{g.peak, slices.Clone(g.recent)}
	}
	return s
}

// Restore sets the resource to s at now: the balances, plus what they have
// gained since s.At; the peaks; the partitions, which start with a full burst. A
// State with a later instant than now counts as of now.
func (t *Throughput) Restore(now instant.Instant, s State) {
	for d := range t.sides {
		side := &t.sides[d]
		side.growth = growth{peak: s.Growth[d].Peak, recent: s.Growth[d].Recent}
		if t.setting.OnDemand {
			t.grow(now, Direction(d))
		}
		side.bucket.balance, side.bucket.carry = min(s.Balances[d], side.bucket.burst), 0
		if s.At.Before(now) {
			side.bucket.filled = s.At
		}
	}
	if len(s.Partitions) > 0 {
		t.ranges = keyRanges{least: t.ranges.least, burst: t.ranges.burst, lower: s.Partitions}
		for range len(s.Partitions) + 1 {
			t.ranges.parts = append(t.ranges.parts, t.ranges.newPartition(now))
		}
		t.ranges.atLeast(t.partitions())
	}
}
