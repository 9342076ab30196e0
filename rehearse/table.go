package rehearse

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"time"

	"lullaby/capacity"
	"lullaby/instant"
	"lullaby/template"
)

// A table is the capacity of the table that requests end at, and what one
// request asks of it and of its global indexes.
//
// Assumed: every write brings an item of its own, which is in every index; keys
// are spread evenly, those of indexes too.
type table struct {
	rng *rand.Rand // of keys

	direction capacity.Direction
	parts     []part // the table, then the global indexes that a request asks
	demands   []capacity.Demand
	cost      capacity.Tokens // of a request, all demands together
	takes     Rate            // for good
}

// A part is the table or a global index.
type part struct {
	name       string
	throughput *capacity.Throughput
	lowest     capacity.Tokens
	lowestAt   time.Duration
}

// newTable returns the capacity of the table of p, which has stood idle until
// the start, or has just spent its burst.
func newTable(p *path, o *Options, rng *rand.Rand) *table {
	assumed := *capacity.Likely
	if o.Pessimistic {
		assumed = *capacity.Strict
	}
	if o.Drained {
		assumed.StartBurst = 0
	}
	d := p.table
	whole := capacity.NewTable(start, d.Name, setting(d, d.ReadCapacityUnits, d.WriteCapacityUnits, d.OnDemandThroughput, d.WarmThroughput), &assumed)
	t := &table{rng: rng, direction: p.direction}
	var cost capacity.Tokens
	if p.direction == capacity.Read {
		consistency := capacity.Strong
		if o.Eventual {
			consistency = capacity.Eventual
		}
		cost = capacity.ReadCost(o.ItemBytes, consistency)
		t.add(d.Name, &whole.Throughput, cost)
	} else {
		cost = capacity.WriteCost(0, o.ItemBytes)
		for i := range d.LocalSecondaryIndexes { // they are the table's to pay
			cost += entryCost(&d.LocalSecondaryIndexes[i], o)
		}
		t.add(d.Name, &whole.Throughput, cost)
		for i := range d.GlobalSecondaryIndexes {
			ix := &d.GlobalSecondaryIndexes[i]
			s := setting(d, ix.ReadCapacityUnits, ix.WriteCapacityUnits, ix.OnDemandThroughput, ix.WarmThroughput)
			t.add(d.Name+"/index/"+ix.Name, whole.NewIndex(start, d.Name+"/index/"+ix.Name, s), entryCost(ix, o))
		}
	}
	t.takes = requests(takes(&whole.Throughput, p.direction), cost)
	return t
}

func (t *table) add(name string, of *capacity.Throughput, cost capacity.Tokens) {
	t.parts = append(t.parts, part{name: name, throughput: of, lowest: of.Balance(start, t.direction)})
	t.demands = append(t.demands, capacity.Demand{Of: of, Direction: t.direction, Key: make([]byte, 8), Cost: cost})
	t.cost += cost
}

func setting(t *template.Table, read, write int64, maximum, warm template.Throughput) capacity.Setting {
	return capacity.Setting{
		OnDemand: t.BillingMode == "PAY_PER_REQUEST",
		Units:    [...]int64{capacity.Read: read, capacity.Write: write},
		Maximum:  [...]int64{capacity.Read: maximum.Read, capacity.Write: maximum.Write},
		Warm:     [...]int64{capacity.Read: warm.Read, capacity.Write: warm.Write},
	}
}

// entryCost is what an index pays for a new item. Assumed: what does not
// project the whole of it makes do with a KB, or strictly speaking does not.
func entryCost(ix *template.Index, o *Options) capacity.Tokens {
	if ix.ProjectionType == "ALL" || o.Pessimistic {
		return capacity.WriteCost(0, o.ItemBytes)
	}
	return capacity.WriteCost(0, min(o.ItemBytes, capacity.WriteUnitBytes))
}

// takes is what the table takes for good, in units a second: what it was
// provisioned with, or on demand what it takes at first.
func takes(t *capacity.Throughput, d capacity.Direction) int64 {
	s := t.Setting()
	switch {
	case !s.OnDemand:
		return s.Units[d]
	case s.Maximum[d] > 0:
		return min(s.Maximum[d], t.Warm(d))
	}
	return t.Warm(d)
}

// requests returns how many requests of one cost so many units pay for, at most
// MaxRate.
func requests(units int64, cost capacity.Tokens) Rate {
	hi, lo := bits.Mul64(uint64(units), uint64(PerSecond)*uint64(capacity.Unit))
	if hi >= uint64(cost) {
		return MaxRate
	}
	n, _ := bits.Div64(hi, lo, uint64(cost))
	return Rate(min(n, uint64(MaxRate)))
}

// units returns the whole units that n requests consume, whose cost is one of
// half units.
func (t *table) units(n int64) int64 { return n * int64(2*t.cost/capacity.Unit) / 2 }

// draw gives the next request keys of its own.
func (t *table) draw() {
	for i := range t.demands {
		binary.BigEndian.PutUint64(t.demands[i].Key, t.rng.Uint64())
	}
}

// places appends the places of the last keys in the hash space, where keys lie
// among partitions.
func (t *table) places(to []uint64) []uint64 {
	for i := range t.demands {
		to = append(to, binary.BigEndian.Uint64(t.demands[i].Key))
	}
	return to
}

// place gives the next request the keys of an earlier one.
func (t *table) place(places []uint64) {
	for i, p := range places {
		binary.BigEndian.PutUint64(t.demands[i].Key, p)
	}
}

// admit asks for one request at an instant, with the keys that were drawn or
// placed last, and charges it if it is let in.
func (t *table) admit(at time.Duration, now instant.Instant) capacity.Verdict {
	v := capacity.Admit(now, t.demands)
	if v.Admitted() {
		for i := range t.parts {
			p := &t.parts[i]
			if b := p.throughput.Balance(now, t.direction); b < p.lowest {
				p.lowest, p.lowestAt = b, at
			}
		}
	}
	return v
}
