package rehearse

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"

	"lullaby/capacity"
	"lullaby/instant"
	"lullaby/template"
)

// An operation is a read or a write of an item: what one call to a table
// demands of the table and of its global indexes.
//
// Assumed: each write creates an item, which is in every index; keys are evenly
// spread, those of indexes too.
type operation struct {
	table     *table
	direction capacity.Direction
	demands   []capacity.Demand // of the table, then of its global indexes
	cost      capacity.Tokens   // of all demands together
	rng       *rand.Rand        // for keys
}

// newOperation returns the operation that reads or writes an item of a table.
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
	for i := range t.of.LocalSecondaryIndexes { // paid by the table
		cost += entryCost(&t.of.LocalSecondaryIndexes[i], o)
	}
	op.demand(cost)
	for i := range t.of.GlobalSecondaryIndexes {
		op.demand(entryCost(&t.of.GlobalSecondaryIndexes[i], o))
	}
	return op
}

// demand adds the demand of the table's next resource.
func (op *operation) demand(cost capacity.Tokens) {
	r := &op.table.resources[len(op.demands)]
	r.used[op.direction] = true
	op.demands = append(op.demands, capacity.Demand{Of: r.throughput, Direction: op.direction, Key: make([]byte, 8), Cost: cost})
	op.cost += cost
}

// entryCost returns what an index pays for a new item. Assumed: an entry that
// does not project the whole item is at most 1 KB; with Pessimistic it is as
// large as the item.
func entryCost(ix *template.Index, o *Options) capacity.Tokens {
	if ix.ProjectionType == "ALL" || o.Pessimistic {
		return capacity.WriteCost(0, o.ItemBytes)
	}
	return capacity.WriteCost(0, min(o.ItemBytes, capacity.WriteUnitBytes))
}

// onDemandBase is the base of a spike on demand. Assumed: the traffic of a small
// service; such a table has no rate that it takes for good.
const onDemandBase = 50 * PerSecond

// base returns the base of a spike that names none, in requests a second: half
// of what the table's provisioned throughput takes, at most MaxRate, or
// onDemandBase. It ignores indexes.
func (op *operation) base() Rate {
	s := op.table.resources[0].throughput.Setting()
	if s.OnDemand {
		return onDemandBase
	}
	cost := 2 * uint64(op.demands[0].Cost)
	hi, lo := bits.Mul64(uint64(s.Units[op.direction]), uint64(PerSecond)*uint64(capacity.Unit))
	if hi >= cost {
		return MaxRate
	}
	n, _ := bits.Div64(hi, lo, cost)
	return Rate(min(n, uint64(MaxRate)))
}

// units returns how many whole units n requests consume. The cost of one is in
// half units.
func (op *operation) units(n int64) int64 { return n * int64(2*op.cost/capacity.Unit) / 2 }

// draw draws keys for the next request.
func (op *operation) draw() {
	for i := range op.demands {
		binary.BigEndian.PutUint64(op.demands[i].Key, op.rng.Uint64())
	}
}

// hashes appends the hashes of the current keys, which place them among the
// partitions.
func (op *operation) hashes(to []uint64) []uint64 {
	for i := range op.demands {
		to = append(to, binary.BigEndian.Uint64(op.demands[i].Key))
	}
	return to
}

// reuse sets the keys of the next request to those of an earlier one.
func (op *operation) reuse(hashes []uint64) {
	for i, p := range hashes {
		binary.BigEndian.PutUint64(op.demands[i].Key, p)
	}
}

// admit makes a request with the current keys.
func (op *operation) admit(now instant.Instant) capacity.Verdict {
	return op.table.admit(now, op.demands)
}
