package capacity

import (
	"lullaby/instant"
)

// A Demand is what a request asks of one resource.
type Demand struct {
	Of        *Throughput
	Direction Direction

	// Key is where the cost falls among the partitions: keys of items in an order
	// that begins with the hash of the partition key. nil: it cannot be told, or
	// is spread over all.
	Key []byte

	// Cost may be 0: then the resource only has to be in a state to take more, as
	// every index of a table that is written to.
	Cost Tokens
}

// Check returns what would refuse the demand at now, and charges nothing.
func (d *Demand) Check(now instant.Instant) Verdict { return d.Of.check(now, d.Direction, d.Key) }

// Charge takes what the demand costs without asking: the rest of a request that
// was let in, or what one that failed has cost.
func (d *Demand) Charge(now instant.Instant) { d.Of.charge(now, d.Direction, d.Key, d.Cost) }

// Check returns what would refuse the demands at now: of several limits the
// first, and how long until none does. Assumed: a quota that a table shares with
// its indexes is reported of the one that lately took most of it.
func Check(now instant.Instant, demands []Demand) (v Verdict) {
	var most Tokens
	for i := range demands {
		d := &demands[i]
		c := d.Check(now)
		if c.Admitted() {
			continue
		}
		wait, took := max(v.RetryAfter, c.RetryAfter), d.Of.lately(d.Direction)
		if v.Admitted() || v.Limit == AccountLimit && c.Limit == AccountLimit && took > most {
			v, most = c, took
		}
		v.RetryAfter = wait
	}
	return v
}

// Admit charges all demands if each lets its cost in at now, and none if one
// does not. A positive balance lets a request in, however much it costs (facts
// dynamodb-capacity.md 0.7).
func Admit(now instant.Instant, demands []Demand) Verdict {
	v := Check(now, demands)
	if v.Admitted() {
		for i := range demands {
			demands[i].Charge(now)
		}
	}
	return v
}
