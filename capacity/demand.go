package capacity

import (
	"lullaby/instant"
)

// A Demand is what a request needs of one resource.
type Demand struct {
	Of        *Throughput
	Direction Direction

	// Key selects the partition that pays: a key of an item, in an order that
	// begins with the hash of the partition key. nil: the partition is unknown,
	// or the cost is spread over all of them.
	Key []byte

	// Cost may be 0. Then the resource must only be able to accept more: a
	// write to a table needs that of every index of the table.
	Cost Tokens
}

// Check returns the verdict on the demand at now. It charges nothing.
func (d *Demand) Check(now instant.Instant) Verdict { return d.Of.check(now, d.Direction, d.Key) }

// Charge takes the demand's cost without a check: the rest of an admitted
// request, or what a failed request has consumed.
func (d *Demand) Charge(now instant.Instant) { d.Of.charge(now, d.Direction, d.Key, d.Cost) }

// Check returns the verdict on the demands at now. It names the first limit
// that refuses and how long until none does. It charges nothing. Assumed: a
// refusal by a quota that a table shares with its indexes names the resource
// that has consumed most in the current minute.
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

// Admit charges all demands if every resource admits its demand at now, and
// otherwise none. A positive balance admits a request whatever its cost
// (docs/aws/capacity.md#overdraft).
func Admit(now instant.Instant, demands []Demand) Verdict {
	v := Check(now, demands)
	if v.Admitted() {
		for i := range demands {
			demands[i].Charge(now)
		}
	}
	return v
}
