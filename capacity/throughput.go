package capacity

import (
	"lullaby/instant"
)

// MaxUnits is the bound on the units of a table or index that the service checks
// before any quota.
const MaxUnits = 1_000_000_000_000

// A Setting is the configured throughput of a table or index, in units a
// second, by Direction.
type Setting struct {
	OnDemand bool
	Units    [2]int64 // provisioned; ignored on demand
	Maximum  [2]int64 // configured on demand; 0: none
	Warm     [2]int64 // warm throughput: the least that is served at once on demand
}

// A Throughput is the capacity of a table, without its global indexes, or of
// one global index. Make one with NewTable or Table.NewIndex. Not safe for
// concurrent use.
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
	// bucket holds the burst of a provisioned resource, or the short burst of an
	// on-demand one.
	bucket  TokenBucket
	maximum *TokenBucket // nil: none is configured
	growth  growth
}

// newThroughput returns the capacity of a new resource.
func newThroughput(now instant.Instant, r Resource, s Setting, a *Assumptions, q *quota) *Throughput {
	t := &Throughput{resource: r, assumed: a, quota: q, ranges: keyRanges{burst: a.ShortBurst}}
	t.apply(now, s, true)
	return t
}

// Set changes the setting at now.
//
// Assumed: the balance stays, cut to the new burst, and so do debts; a resource
// that becomes provisioned starts as a new one does. AWS does not say
// (docs/aws/capacity.md#changed-throughput).
func (t *Throughput) Set(now instant.Instant, s Setting) { t.apply(now, s, false) }

func (t *Throughput) apply(now instant.Instant, s Setting, created bool) {
	was := t.setting
	t.setting = s
	for d := range t.sides {
		side := &t.sides[d]
		switch {
		case s.OnDemand && (created || !was.OnDemand):
			level := t.level(Direction(d))
			side.bucket = NewTokenBucket(now, PerSecond(level), t.shortBurst(level))
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

// burst returns the largest balance that units a second save up.
func burst(units int64) Tokens { return Tokens(units) * BurstSeconds * Unit }

// shortBurst returns the largest balance on demand, for a level in units a second.
func (t *Throughput) shortBurst(level int64) Tokens { return Tokens(level*t.assumed.ShortBurst) * Unit }

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

// Setting returns the current setting.
func (t *Throughput) Setting() Setting { return t.setting }

// Balance returns the balance at now; negative: in debt. It is the saved burst
// of a provisioned resource, and the short burst of one on demand.
func (t *Throughput) Balance(now instant.Instant, d Direction) Tokens {
	return t.sides[d].bucket.Balance(now)
}

// Drain spends the burst of a provisioned resource at now. Debts stay.
func (t *Throughput) Drain(now instant.Instant) {
	if t.setting.OnDemand {
		return
	}
	for d := range t.sides {
		b := &t.sides[d].bucket
		b.Charge(now, max(0, b.Balance(now)))
	}
}

// lately returns what was consumed in the current minute.
func (t *Throughput) lately(d Direction) Tokens { return t.sides[d].growth.used }

// check returns the verdict on a request for the key at now, nil: for any key.
// It charges nothing.
func (t *Throughput) check(now instant.Instant, d Direction, key []byte) Verdict {
	v := Verdict{Direction: d, Resource: t.resource, OnDemand: t.setting.OnDemand}
	s := &t.sides[d]
	floor := Tokens(0)
	if d == Write && t.resource.Index {
		// An index is fed through a buffer
		// (docs/aws/capacity.md#index-back-pressure): its debt is what the
		// buffer holds.
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

// ask refuses the request if the balance of b is not above floor. The verdict
// names the first limit that refuses.
//
// Assumed: the order. Request routers check the limits of the whole resource
// before a partition checks its own (docs/aws/capacity.md#order-of-limits).
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

// charge takes cost, whatever the balances are.
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
