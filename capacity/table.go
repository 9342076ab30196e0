package capacity

import "time"

// A Direction is read or write: they have separate capacity.
type Direction uint8

// The directions.
const (
	Read Direction = iota
	Write
)

// A Limit is a kind of bound that can refuse a request.
type Limit uint8

// The limits. NoLimit stands for a request that was let in.
const (
	NoLimit               Limit = iota
	ProvisionedThroughput       // what the table was provisioned with
)

// A Verdict says whether a request was let in, and if not, what refused it.
type Verdict struct {
	Limit      Limit // NoLimit: let in
	Direction  Direction
	RetryAfter time.Duration // until the same request could pass, if nothing else arrives
}

// Admitted reports whether the request was let in.
func (v Verdict) Admitted() bool { return v.Limit == NoLimit }

// A Table is the capacity of one table: a bucket of burst for each direction,
// or none for a table on demand, which lets everything in.
type Table struct {
	buckets [2]TokenBucket
	metered bool
}

// Provisioned returns the capacity of a table that has stood idle until now,
// with so many units a second.
// Assumed: a table that was just created has its burst too; AWS does not say.
func Provisioned(now time.Time, readUnits, writeUnits int64) Table {
	full := func(units int64) TokenBucket {
		return NewTokenBucket(now, PerSecond(units), Tokens(units)*BurstSeconds*Unit)
	}
	return Table{buckets: [2]TokenBucket{Read: full(readUnits), Write: full(writeUnits)}, metered: true}
}

// Admit charges cost if the table lets a request in at now, and nothing if not.
func (t *Table) Admit(now time.Time, d Direction, cost Tokens) Verdict {
	if !t.metered {
		return Verdict{}
	}
	wait, ok := t.buckets[d].Take(now, cost)
	return verdict(wait, ok, d)
}

// Open says whether a request would be let in at now, without charging: a
// request that would not can be refused before its item is read.
func (t *Table) Open(now time.Time, d Direction) Verdict {
	if !t.metered {
		return Verdict{}
	}
	wait, ok := t.buckets[d].Positive(now)
	return verdict(wait, ok, d)
}

func verdict(wait time.Duration, ok bool, d Direction) Verdict {
	if ok {
		return Verdict{Direction: d}
	}
	return Verdict{Limit: ProvisionedThroughput, Direction: d, RetryAfter: wait}
}

// Charge takes cost without asking: the rest of a request that was let in.
func (t *Table) Charge(now time.Time, d Direction, cost Tokens) {
	if t.metered {
		t.buckets[d].Charge(now, cost)
	}
}

// Balance returns the units in hand at now, negative when in debt; 0 for a
// table on demand.
func (t *Table) Balance(now time.Time, d Direction) Tokens {
	if !t.metered {
		return 0
	}
	return t.buckets[d].Balance(now)
}

// Provision changes the units a second of a table that has capacity of its own.
// Assumed: what it has saved up stays, but no more than its new burst; AWS does
// not say (facts dynamodb-capacity.md 2.1).
func (t *Table) Provision(now time.Time, readUnits, writeUnits int64) {
	for d, units := range [...]int64{Read: readUnits, Write: writeUnits} {
		t.buckets[d].Reset(now, PerSecond(units), Tokens(units)*BurstSeconds*Unit)
	}
}
