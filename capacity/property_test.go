package capacity_test

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
	"time"

	"lullaby/capacity"
)

// A world is a table with one index under random traffic.
type world struct {
	rng     *rand.Rand
	setting capacity.Setting
	assumed *capacity.Assumptions
	table   *capacity.Table
	index   *capacity.Throughput
}

func newWorld(rng *rand.Rand, assumed *capacity.Assumptions, factor int64) *world {
	w := &world{rng: rng, assumed: assumed}
	w.setting.Units = [2]int64{1 + rng.Int64N(200), 1 + rng.Int64N(200)}
	scaled := w.setting
	scaled.Units[capacity.Read] *= factor
	scaled.Units[capacity.Write] *= factor
	w.table = capacity.NewTable(epoch, "table", scaled, assumed)
	w.index = w.table.NewIndex(epoch, "index", scaled)
	return w
}

// A wish is a write at an instant, with its costs for the table and the index.
type wish struct {
	at          time.Duration
	key         [8]byte
	table, fed  capacity.Tokens
	onlyToTable bool
}

func wishes(rng *rand.Rand, n int) []wish {
	all := make([]wish, n)
	at := time.Duration(0)
	for i := range all {
		at += time.Duration(rng.Int64N(int64(20 * time.Millisecond)))
		all[i] = wish{at: at, table: capacity.Tokens(1+rng.Int64N(40)) * capacity.Unit, fed: capacity.Tokens(1+rng.Int64N(80)) * capacity.Unit}
		all[i].onlyToTable = rng.IntN(3) == 0
		binary.BigEndian.PutUint64(all[i].key[:], rng.Uint64())
	}
	return all
}

func (w *world) grant(x *wish) bool {
	now := epoch.Add(x.at)
	demands := []capacity.Demand{
		{Of: &w.table.Throughput, Direction: capacity.Write, Key: x.key[:], Cost: x.table},
		{Of: w.index, Direction: capacity.Write},
	}
	if !x.onlyToTable {
		demands[1].Key, demands[1].Cost = x.key[:], x.fed
	}
	v := capacity.Admit(now, demands)
	return v.Admitted()
}

// In any window, at most the rate's tokens, the burst and one overdraft are
// admitted, and for an index also its buffer.
func TestNoWindowGivesMore(t *testing.T) {
	for _, assumed := range []*capacity.Assumptions{capacity.Likely, capacity.Strict} {
		seed := rand.Uint64()
		rng := rand.New(rand.NewPCG(seed, 0))
		for range 30 {
			w := newWorld(rng, assumed, 1)
			var let []wish
			for _, x := range wishes(rng, 2_000) {
				if w.grant(&x) {
					let = append(let, x)
				}
			}
			most := func(window time.Duration) (table, index float64) {
				rate := float64(w.setting.Units[capacity.Write])
				table = rate * (window.Seconds() + capacity.BurstSeconds)
				return table + 40, table + 80 + assumed.IndexBuffer.Units()
			}
			for range 50 {
				from, to := rng.IntN(len(let)), rng.IntN(len(let))
				from, to = min(from, to), max(from, to)
				var table, index float64
				for _, x := range let[from : to+1] {
					table += x.table.Units()
					if !x.onlyToTable {
						index += x.fed.Units()
					}
				}
				mostTable, mostIndex := most(let[to].at - let[from].at)
				if table > mostTable+0.001 || index > mostIndex+0.001 {
					t.Fatalf("seed %d: %.1f and %.1f units in %v, want at most %.1f and %.1f",
						seed, table, index, let[to].at-let[from].at, mostTable, mostIndex)
				}
			}
		}
	}
}

// More capacity never admits less.
func TestMoreCapacityAdmitsNoLess(t *testing.T) {
	seed := rand.Uint64()
	for n := range uint64(30) {
		var spent [2]capacity.Tokens
		for i, factor := range []int64{1, 3} {
			rng := rand.New(rand.NewPCG(seed, n))
			w := newWorld(rng, capacity.Likely, factor)
			for _, x := range wishes(rng, 2_000) {
				if w.grant(&x) {
					spent[i] += x.table
				}
			}
		}
		if spent[1] < spent[0] {
			t.Errorf("seed %d %d: three times the capacity let in %v units, once %v", seed, n, spent[1].Units(), spent[0].Units())
		}
	}
}

// The order of requests of equal cost at one instant does not matter.
func TestOrderOfAnInstant(t *testing.T) {
	seed := rand.Uint64()
	for n := range uint64(30) {
		var let [2]int
		var left [2]capacity.Tokens
		for i := range let {
			rng := rand.New(rand.NewPCG(seed, n))
			w := newWorld(rng, capacity.Likely, 1)
			all := wishes(rng, 2_000)
			for j := range all {
				all[j].at = all[j].at.Truncate(time.Second)
				all[j].table, all[j].fed, all[j].onlyToTable = capacity.Unit, capacity.Unit, false
			}
			for from := 0; from < len(all); {
				to := from
				for to < len(all) && all[to].at == all[from].at {
					to++
				}
				if same := all[from:to]; i == 1 {
					rng.Shuffle(len(same), func(a, b int) { same[a], same[b] = same[b], same[a] })
				}
				for _, x := range all[from:to] {
					if w.grant(&x) {
						let[i]++
					}
				}
				from = to
			}
			left[i] = w.table.Balance(epoch.Add(all[len(all)-1].at), capacity.Write)
		}
		if let[0] != let[1] || left[0] != left[1] {
			t.Errorf("seed %d %d: %d let in and %v left in one order, %d and %v in another", seed, n, let[0], left[0].Units(), let[1], left[1].Units())
		}
	}
}

// Ten thousand idle tables take only the memory of their settings.
func BenchmarkIdleTable(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		capacity.NewTable(epoch, "table", capacity.Setting{Units: [2]int64{5, 5}}, capacity.Likely)
	}
}
