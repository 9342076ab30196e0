package rehearse

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"

	"lullaby/capacity"
	"lullaby/instant"
	"lullaby/template"
)

// An operation is what a function calls a table for: it reads an item, or writes
// one, and so asks something of the table and of its global indexes.
//
// Assumed: every write brings an item of its own, which is in every index; keys
// are spread evenly, those of indexes too.
type operation struct {
	table     *table
	direction capacity.Direction
	demands   []capacity.Demand // of the table, then of its global indexes
	cost      capacity.Tokens   // of a request, all demands together
	rng       *rand.Rand        // of keys
}

// newOperation returns what reading or writing an item of a table comes to.
func newOperation(t *table, d capacity.Direction, o *Options, rng *rand.Rand) *operation {
	op := &operation{table: t, direction: d, rng: rng}
	if d == capacity.Read {
		consistency := capacity.Strong
		if o.Eventual {
			consistency = capacity.Eventual
		}
		op.demand(capacity.ReadCost(o.ItemBytes, consistency))
		return op
	}
	cost := capacity.WriteCost(0, o.ItemBytes)
	for i := range t.of.LocalSecondaryIndexes { // they are the table's to pay
		cost += entryCost(&t.of.LocalSecondaryIndexes[i], o)
	}
	op.demand(cost)
	for i := range t.of.GlobalSecondaryIndexes {
		op.demand(entryCost(&t.of.GlobalSecondaryIndexes[i], o))
	}
	return op
}

// demand adds what the operation asks of the next resource of the table.
func (op *operation) demand(cost capacity.Tokens) {
	r := &op.table.resources[len(op.demands)]
	r.used[op.direction] = true
	op.demands = append(op.demands, capacity.Demand{Of: r.throughput, Direction: op.direction, Key: make([]byte, 8), Cost: cost})
	op.cost += cost
}

// entryCost is what an index pays for a new item. Assumed: what does not
// project the whole of it makes do with a KB, or strictly speaking does not.
func entryCost(ix *template.Index, o *Options) capacity.Tokens {
	if ix.ProjectionType == "ALL" || o.Pessimistic {
		return capacity.WriteCost(0, o.ItemBytes)
	}
	return capacity.WriteCost(0, min(o.ItemBytes, capacity.WriteUnitBytes))
}

// rate returns how many requests a second the table takes for good, at most
// MaxRate. Indexes are left out of it.
func (op *operation) rate() Rate {
	units, cost := op.table.takes(op.direction), op.demands[0].Cost
	hi, lo := bits.Mul64(uint64(units), uint64(PerSecond)*uint64(capacity.Unit))
	if hi >= uint64(cost) {
		return MaxRate
	}
	n, _ := bits.Div64(hi, lo, uint64(cost))
	return Rate(min(n, uint64(MaxRate)))
}

// units returns the whole units that n requests consume, whose cost is one of
// half units.
func (op *operation) units(n int64) int64 { return n * int64(2*op.cost/capacity.Unit) / 2 }

// draw gives the next request keys of its own.
func (op *operation) draw() {
	for i := range op.demands {
		binary.BigEndian.PutUint64(op.demands[i].Key, op.rng.Uint64())
	}
}

// places appends the places of the last keys in the hash space, where keys lie
// among partitions.
func (op *operation) places(to []uint64) []uint64 {
	for i := range op.demands {
		to = append(to, binary.BigEndian.Uint64(op.demands[i].Key))
	}
	return to
}

// place gives the next request the keys of an earlier one.
func (op *operation) place(places []uint64) {
	for i, p := range places {
		binary.BigEndian.PutUint64(op.demands[i].Key, p)
	}
}

// admit makes a request with the keys that were drawn or placed last.
func (op *operation) admit(now instant.Instant) capacity.Verdict {
	return op.table.admit(now, op.demands)
}
