package capacity

import (
	"slices"

	"lullaby/instant"
)

// A State is what a Throughput remembers, in a form to be kept across restarts.
type State struct {
	At         instant.Instant // the instant at which it was true
	Balances   [2]Tokens       // of provisioned capacity, by Direction
	Growth     [2]Growth
	Partitions [][]byte `json:",omitempty"` // where each but the first begins
}

// A Growth is what the traffic of one direction has been.
type Growth struct {
	Peak   Tokens // of a minute, among those older than half an hour
	Recent []Peak `json:",omitempty"` // younger ones that pass it, ever higher
}

// A Peak is what was consumed in the minute that began at At.
type Peak struct {
	At   instant.Instant
	Used Tokens
}

// State returns what the resource remembers at now.
func (t *Throughput) State(now instant.Instant) State {
	s := State{At: now, Partitions: slices.Clone(t.ranges.lower)}
	for d := range t.sides {
		s.Balances[d] = t.Balance(now, Direction(d))
		g := &t.sides[d].growth
		s.Growth[d] = Growth{g.peak, slices.Clone(g.recent)}
	}
	return s
}

// Restore takes up what was remembered: the balances with what has flowed in
// since, the peaks, and the partitions. The ceilings of the
// second begin anew. A state of the future counts as of now.
func (t *Throughput) Restore(now instant.Instant, s State) {
	for d := range t.sides {
		side := &t.sides[d]
		side.growth = growth{peak: s.Growth[d].Peak, recent: s.Growth[d].Recent}
		if t.setting.OnDemand {
			t.grow(now, Direction(d))
			continue
		}
		side.bucket.balance, side.bucket.carry = min(s.Balances[d], side.bucket.burst), 0
		if s.At.Before(now) {
			side.bucket.filled = s.At
		}
	}
	if len(s.Partitions) > 0 {
		t.ranges = keyRanges{least: t.ranges.least, lower: s.Partitions}
		for range len(s.Partitions) + 1 {
			t.ranges.parts = append(t.ranges.parts, newPartition(now))
		}
		t.ranges.atLeast(t.partitions())
	}
}
