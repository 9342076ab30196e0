package plan

import (
	"time"

	"lullaby/capacity"
	"lullaby/dynamo/refusal"
	"lullaby/instant"
)

// Units are capacity units a second.
type Units struct {
	Read  int64 `json:"ReadCapacityUnits"`
	Write int64 `json:"WriteCapacityUnits"`
}

// less reports whether u has fewer units than v in some direction.
func (u Units) less(v Units) bool { return u.Read < v.Read || u.Write < v.Write }

// most returns the maximum for each direction.
func (u Units) most(v Units) Units { return Units{max(u.Read, v.Read), max(u.Write, v.Write)} }

// Plus returns the sum for each direction.
func (u Units) Plus(v Units) Units { return Units{u.Read + v.Read, u.Write + v.Write} }

// A Partial has units a second for one direction or both; nil leaves a direction
// unchanged.
type Partial struct{ Read, Write *int64 }

// over returns u, with the units of g where they are not nil.
func (g *Partial) over(u Units) Units {
	if g != nil && g.Read != nil {
		u.Read = *g.Read
	}
	if g != nil && g.Write != nil {
		u.Write = *g.Write
	}
	return u
}

// A Maximum bounds the consumption of a table or index on demand, in request
// units a second; 0 is no bound.
type Maximum struct {
	Read  int64 `json:"MaxRead,omitzero"`
	Write int64 `json:"MaxWrite,omitzero"`
}

// A Throughput is the throughput of a table or a global index: present, past
// changes, pending change, and warm.
type Throughput struct {
	Units   // provisioned; 0 on demand
	Maximum // configured, on demand

	LastIncrease instant.Instant `json:",omitzero"`
	LastDecrease instant.Instant `json:",omitzero"`
	Decreases    int64           `json:",omitzero"` // on the UTC day of LastDecrease
	Warm         Warmth          `json:",omitzero"`
	Pending      *Pending        `json:"Change,omitzero"` // nil: no change is under way
}

// A Warmth is a warm throughput in units a second, and the one to which it is
// being raised until Due.
type Warmth struct {
	Read, Write         int64
	NextRead, NextWrite int64           `json:",omitzero"`
	Due                 instant.Instant `json:",omitzero"` // zero: not being raised
	Raised              bool            `json:",omitzero"` // at least once
}

// units returns the present warm throughput, and raised that after the raise in
// progress, if there is one.
func (w *Warmth) units() Units  { return Units{w.Read, w.Write} }
func (w *Warmth) raised() Units { return w.units().most(Units{w.NextRead, w.NextWrite}) }

// A Pending is a change in progress, with the values from Due on. It is
// immutable.
type Pending struct {
	Since, Due instant.Instant
	Mode       Mode  `json:"BillingMode"`
	Units            // 0 on demand
	Class      Class `json:",omitzero"` // not empty: the table class changes and nothing else
}

func newThroughput(units *Units, maximum, warm *Partial) Throughput {
	var t Throughput
	if units != nil {
		t.Units = *units
	}
	t.bound(maximum)
	u := warm.over(Units{})
	t.Warm.Read, t.Warm.Write = u.Read, u.Write
	return t
}

// setting returns the capacity in a mode.
func (t *Throughput) setting(m Mode) capacity.Setting {
	warm := t.WarmUnits(m)
	return capacity.Setting{
		OnDemand: m == OnDemand,
		Units:    [...]int64{capacity.Read: t.Units.Read, capacity.Write: t.Units.Write},
		Maximum:  [...]int64{capacity.Read: t.Maximum.Read, capacity.Write: t.Maximum.Write},
		Warm:     [...]int64{capacity.Read: warm.Read, capacity.Write: warm.Write},
	}
}

// WarmUnits returns the warm throughput in a mode. It is never less than the
// present units, or than it ever was. Traffic on demand can raise that of the
// capacity further.
func (t *Throughput) WarmUnits(m Mode) Units {
	warm := t.most(t.Warm.units())
	if m == OnDemand {
		warm = warm.most(Units{capacity.OnDemandRead, capacity.OnDemandWrite})
	}
	return warm
}

// bound sets the maxima that are not nil; -1 removes one.
func (t *Throughput) bound(given *Partial) {
	u := given.over(Units(t.Maximum))
	t.Maximum = Maximum{max(u.Read, 0), max(u.Write, 0)}
}

// raises and lowers report whether c increases or decreases a unit.
func (t *Throughput) raises(c *Pending) bool { return t.less(c.Units) }
func (t *Throughput) lowers(c *Pending) bool { return c.less(t.Units) }

// complete completes the pending change of units at now. counted is set if a
// decrease counts for the day. The time of a change is always later than its
// beginning.
func (t *Throughput) complete(now instant.Instant, counted bool) {
	c := t.Pending
	t.Pending = nil
	was := Provisioned
	if t.Units == (Units{}) {
		was = OnDemand
	}
	warm := t.WarmUnits(was).most(t.WarmUnits(c.Mode))
	t.Warm.Read, t.Warm.Write = warm.Read, warm.Write
	at := max(now, c.Since.Add(time.Millisecond))
	if t.raises(c) {
		t.LastIncrease = at
	}
	if counted && t.lowers(c) {
		t.Decreases = t.decreasesOn(now) + 1
		t.LastDecrease = at
	}
	t.Units = c.Units
	if c.Mode != OnDemand {
		t.Maximum = Maximum{}
	}
}

// A Description describes the units of a table or index.
type Description struct {
	Units

	LastIncrease, LastDecrease instant.Instant // zero: never
	DecreasesToday             int64           // on the UTC day
}

// Describe returns the description at now; mode is the mode of the table in
// force. During a change it has the old units but the new times, and a switch of
// the mode shows at once (docs/aws/tables.md#units-during-a-change).
func (t *Throughput) Describe(now instant.Instant, mode Mode) Description {
	out := Description{
		Units: t.Units, LastIncrease: t.LastIncrease, LastDecrease: t.LastDecrease, DecreasesToday: t.decreasesOn(now),
	}
	c := t.Pending
	if c == nil || c.Class != "" {
		return out
	}
	if t.raises(c) {
		out.LastIncrease = c.Since
	}
	if t.lowers(c) {
		out.LastDecrease = c.Since
	}
	if c.Mode != mode {
		out.Units = c.Units
	}
	return out
}

// warmUp starts a raise of the warm throughput; of is "table" or "index NAME" in
// messages. A request during a raise adds to it: the higher of both is reached in
// each direction, when the first is due. A decrease is an error, a
// refusal.Validation.
func (t *Throughput) warmUp(now instant.Instant, given *Partial, of string, mode Mode, d *Durations) error {
	if given == nil {
		return nil
	}
	have := t.WarmUnits(mode)
	next := given.over(have)
	for i, way := range ways {
		if next.each()[i] < have.each()[i] {
			return refusal.InvalidValues("Requested %sUnitsPerSecond for WarmThroughput for %s is lower than current WarmThroughput, "+
				"decreasing WarmThroughput is not supported", way, of)
		}
	}
	next = next.most(t.Warm.raised())
	due := t.Warm.Due
	switch {
	case !due.IsZero():
	case t.Warm.Raised || next == have:
		due = now.Add(d.Rewarming)
	default:
		due = now.Add(d.Warming)
	}
	t.Warm = Warmth{Read: have.Read, Write: have.Write, NextRead: next.Read, NextWrite: next.Write, Due: due, Raised: t.Warm.Raised}
	return nil
}
