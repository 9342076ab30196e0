package capacity

import (
	"time"

	"lullaby/instant"
)

// What a table or index on demand takes from its first second (Developer Guide,
// "DynamoDB on-demand capacity mode").
const (
	OnDemandRead  = 12_000
	OnDemandWrite = 4_000
)

// growthTime is how old a peak is before twice as much is taken ("throttling can
// occur if you exceed double your previous peak within 30 minutes").
const growthTime = 30 * time.Minute

// A growth knows the peak of one direction. Assumed: a peak is the most that was
// consumed in a minute of the clock, CloudWatch's measure; AWS does not say over
// what it is taken.
type growth struct {
	minute instant.Instant // the one that is under way
	used   Tokens          // in it
	peak   Tokens          // of a minute, among those older than growthTime
	recent []Peak          // younger ones that pass it, ever higher
}

// add counts cost at now, and reports whether the peak rose.
func (g *growth) add(now instant.Instant, cost Tokens) (rose bool) {
	rose = g.turn(now)
	g.used += cost
	return rose
}

// turn ends the minute that is over at now, and reports whether the peak rose.
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
	const old = growthTime + time.Minute // since it began
	for len(g.recent) > 0 && now.Sub(g.recent[0].At) >= old {
		g.peak, g.recent = g.recent[0].Used, g.recent[1:]
		rose = true
	}
	return rose
}

// highest returns the highest minute that is over, old enough or not.
func (g *growth) highest() Tokens {
	if n := len(g.recent); n > 0 {
		return g.recent[n-1].Used
	}
	return g.peak
}

// minPeak is a peak of which the double is less than any table takes anyway.
const minPeak = OnDemandWrite / 2 * 60 * Unit

// perSecond returns the peak in units a second, rounded up.
func (g *growth) perSecond() int64 { return int64((g.peak + 60*Unit - 1) / (60 * Unit)) }

// level returns what the resource takes on demand, in units a second: double
// the previous peak, and never less than at its birth or than it was warmed to.
func (t *Throughput) level(d Direction) int64 {
	birth := [...]int64{Read: OnDemandRead, Write: OnDemandWrite}
	return max(birth[d], t.setting.Warm[d], 2*t.sides[d].growth.perSecond())
}

// grow takes the level of a resource on demand to where it is at now.
func (t *Throughput) grow(now instant.Instant, d Direction) {
	level := t.level(d)
	t.sides[d].bucket.Reset(now, PerSecond(level), Tokens(level)*Unit)
	t.ranges.atLeast(t.partitions())
}

// Warm returns what the resource takes at once at now, in units a second.
func (t *Throughput) Warm(d Direction) int64 {
	if t.setting.OnDemand {
		return t.level(d)
	}
	return max(t.setting.Warm[d], t.setting.Units[d])
}
