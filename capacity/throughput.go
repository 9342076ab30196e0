package capacity

import (
	"lullaby/instant"
)

// A Setting is how a table or index was set up; figures are units a second, by
// Direction.
type Setting struct {
	OnDemand bool
	Units    [2]int64 // provisioned
	Maximum  [2]int64 // configured, on demand; 0: none
	Warm     [2]int64 // what it takes at once on demand, at the least
}

// A Throughput is what a table, without its global indexes, or a global index
// can take. Make one with NewTable or Table.NewIndex.
type Throughput struct {
	resource Resource
	assumed  *Assumptions
	setting  Setting
	quota    *quota
	sides    [2]side
	ranges   keyRanges
}

// A side is one direction of a Throughput.
type side struct {
	// bucket is what a provisioned resource has saved up, or a second's worth of
	// what one on demand has grown to.
	bucket  TokenBucket
	maximum *TokenBucket // nil: none is configured
	growth  growth
}

// newThroughput returns the capacity of what has stood idle until now.
func newThroughput(now instant.Instant, r Resource, s Setting, a *Assumptions, q *quota) *Throughput {
	t := &Throughput{resource: r, assumed: a, quota: q}
	t.apply(now, s, true)
	return t
}

// Set gives the resource another setting at now.
//
// Assumed: what it has saved up stays, but no more than its new burst, and debts
// stay; a resource that becomes provisioned starts as a new one does; AWS says
// nothing of it (facts dynamodb-capacity.md 2.1).
func (t *Throughput) Set(now instant.Instant, s Setting) { t.apply(now, s, false) }

func (t *Throughput) apply(now instant.Instant, s Setting, created bool) {
	was := t.setting
	t.setting = s
	for d := range t.sides {
		side := &t.sides[d]
		switch {
		case s.OnDemand && (created || !was.OnDemand):
			level := t.level(Direction(d))
			side.bucket = NewTokenBucket(now, PerSecond(level), Tokens(level)*Unit)
		case s.OnDemand:
			t.grow(now, Direction(d))
		case created || was.OnDemand:
			side.bucket = NewTokenBucket(now, PerSecond(s.Units[d]), burst(s.Units[d]))
			side.bucket.balance = Tokens(s.Units[d]*t.assumed.StartBurst) * Unit
		default:
			side.bucket.Reset(now, PerSecond(s.Units[d]), burst(s.Units[d]))
		}
		side.setMaximum(now, s.Maximum[d], t.assumed)
	}
	t.ranges.atLeast(t.partitions())
}

// burst is what units a second save up at the most.
func burst(units int64) Tokens { return Tokens(units) * BurstSeconds * Unit }

func (s *side) setMaximum(now instant.Instant, units int64, a *Assumptions) {
	saved := Tokens(units*a.MaximumBurst) * Unit
	switch {
	case units == 0:
		s.maximum = nil
	case s.maximum == nil:
		b := NewTokenBucket(now, PerSecond(units), saved)
		s.maximum = &b
	default:
		s.maximum.Reset(now, PerSecond(units), saved)
	}
}

// Setting returns how the resource is set up.
func (t *Throughput) Setting() Setting { return t.setting }

// Balance returns the units in hand at now, negative when in debt: of a
// provisioned resource what it has saved up, of one on demand what it still
// takes within the second.
func (t *Throughput) Balance(now instant.Instant, d Direction) Tokens {
	return t.sides[d].bucket.Balance(now)
}

// lately returns what was taken of the resource in the minute under way.
func (t *Throughput) lately(d Direction) Tokens { return t.sides[d].growth.used }

// check returns what refuses a request for the key at now, and charges nothing;
// a nil key stands for any.
func (t *Throughput) check(now instant.Instant, d Direction, key []byte) Verdict {
	v := Verdict{Direction: d, Resource: t.resource, OnDemand: t.setting.OnDemand}
	s := &t.sides[d]
	floor := Tokens(0)
	if d == Write && t.resource.Index {
		// An index is fed through a buffer (facts dynamodb-capacity.md 4.6): its
		// debt is what lies in there.
		floor = -t.assumed.IndexBuffer
	}
	if t.setting.OnDemand {
		if s.growth.turn(now) {
			t.grow(now, d)
		}
		v.ask(now, AccountLimit, &t.quota[d], 0)
		if s.maximum != nil {
			v.ask(now, MaxOnDemandThroughput, s.maximum, floor)
		}
		v.ask(now, KeyRangeThroughput, &s.bucket, floor)
	} else {
		v.ask(now, ProvisionedThroughput, &s.bucket, floor)
	}
	if key != nil {
		v.ask(now, KeyRangeThroughput, t.ranges.bucket(now, d, key), floor)
	}
	return v
}

// ask refuses the request if the balance of b does not pass floor. The first
// limit that refuses is named.
// Assumed: the order; the limits of the whole resource are at the request
// routers, before those of a partition (facts dynamodb-capacity.md 2.2).
func (v *Verdict) ask(now instant.Instant, l Limit, b *TokenBucket, floor Tokens) {
	wait, ok := b.above(now, floor)
	if ok {
		return
	}
	if v.Limit == NoLimit {
		v.Limit = l
	}
	v.RetryAfter = max(v.RetryAfter, wait)
}

// charge takes cost, whatever the balances.
func (t *Throughput) charge(now instant.Instant, d Direction, key []byte, cost Tokens) {
	if cost == 0 {
		return
	}
	s := &t.sides[d]
	if s.growth.add(now, cost) && t.setting.OnDemand {
		t.grow(now, d)
	}
	s.bucket.Charge(now, cost)
	if t.setting.OnDemand {
		t.quota[d].Charge(now, cost)
	}
	if s.maximum != nil {
		s.maximum.Charge(now, cost)
	}
	if key != nil {
		t.ranges.charge(now, d, key, cost, t.assumed.HeatTime)
	}
}
