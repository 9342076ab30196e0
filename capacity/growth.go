package capacity

import (
	"time"

	"lullaby/instant"
)

// The throughput of a new on-demand table or index, in units a second
// (Developer Guide, "DynamoDB on-demand capacity mode").
const (
	OnDemandRead  = 12_000
	OnDemandWrite = 4_000
)

// growthTime is how old a peak must be before the table serves twice as much
// ("throttling can occur if you exceed double your previous peak within 30
// minutes").
const growthTime = 30 * time.Minute

// A growth tracks the peak of one direction. Assumed: a peak is the most that
// was consumed in one clock minute, which is how CloudWatch measures; AWS does
// not name the period.
type growth struct {
	minute instant.Instant // the current one
	used   Tokens          // in that minute
	peak   Tokens          // the highest minute older than growthTime
	recent []Peak          // higher minutes, younger than growthTime, in ascending order
}

// add counts cost at now, and reports whether the peak rose.
func (g *growth) add(now instant.Instant, cost Tokens) (rose bool) {
	rose = g.turn(now)
	g.used += cost
	return rose
}

// turn closes the current minute if it is over at now, and reports whether the
// peak rose.
func (g *growth) turn(now instant.Instant) (rose bool) {
	switch elapsed := now.Sub(g.minute); {
	case elapsed < -time.Minute: // the clock jumped back: this minute measures nothing
		g.minute, g.used = now.Truncate(time.Minute), 0
		return false
	case elapsed < time.Minute:
		return false
	}
	if g.used > max(g.highest(), minPeak) {
		g.recent = append(g.recent, Peak{g.minute, g.used})
	}
	g.minute, g.used = now.Truncate(time.Minute), 0
	const old = growthTime + time.Minute // counted from its beginning
	for len(g.recent) > 0 && now.Sub(g.recent[0].At) >= old {
		g.peak, g.recent = g.recent[0].Used, g.recent[1:]
		rose = true
	}
	return rose
}

// highest returns the consumption of the highest finished minute, whatever its
// age.
func (g *growth) highest() Tokens {
	if n := len(g.recent); n > 0 {
		return g.recent[n-1].Used
	}
	return g.peak
}

// minPeak is the lowest peak that matters: twice as much is what every table
// serves anyway.
const minPeak = OnDemandWrite / 2 * 60 * Unit

// perSecond returns the peak in units a second, rounded up.
func (g *growth) perSecond() int64 { return int64((g.peak + 60*Unit - 1) / (60 * Unit)) }

// level returns what the on-demand resource serves, in units a second: twice
// the previous peak, and at least what a new one serves and its warm
// throughput.
func (t *Throughput) level(d Direction) int64 {
	birth := [...]int64{Read: OnDemandRead, Write: OnDemandWrite}
	return max(birth[d], t.setting.Warm[d], 2*t.sides[d].growth.perSecond())
}

// grow sets the bucket of an on-demand resource to its level at now.
func (t *Throughput) grow(now instant.Instant, d Direction) {
	level := t.level(d)
	t.sides[d].bucket.Reset(now, PerSecond(level), t.shortBurst(level))
	t.ranges.atLeast(t.partitions())
}

// Warm returns the throughput that the resource serves at once, in units a
// second.
func (t *Throughput) Warm(d Direction) int64 {
	if t.setting.OnDemand {
		return t.level(d)
	}
	return max(t.setting.Warm[d], t.setting.Units[d])
}
