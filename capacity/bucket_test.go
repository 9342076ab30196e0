package capacity_test

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
	"time"

	"lullaby/capacity"
)

// A year at one third of a unit a second admits exactly what the rate gives,
// whatever the instants of the requests.
func TestBucketDoesNotDrift(t *testing.T) {
	rate := capacity.Rate{Tokens: capacity.Unit, Per: 3 * time.Second}
	b := capacity.NewTokenBucket(epoch, rate, 100*capacity.Unit)
	const year = 365 * 24 * time.Hour
	rng := rand.New(rand.NewPCG(1, 2))
	spent := 100 * capacity.Unit
	b.Charge(epoch, spent)
	for at := time.Duration(0); at < year; at += time.Duration(rng.Int64N(int64(4 * time.Second))) {
		if _, ok := b.Take(epoch.Add(at), capacity.Unit); ok {
			spent += capacity.Unit
		}
	}
	end := epoch.Add(year)
	want := 100*capacity.Unit + capacity.Tokens(year/(3*time.Second))*capacity.Unit
	if got := spent + b.Balance(end); got != want {
		t.Errorf("a year gave %v units, want %v", got.Units(), want.Units())
	}
}

// In any window, at most the rate's tokens, the burst and one overdraft are
// admitted.
func TestBucketNeverGivesMore(t *testing.T) {
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 200 {
		rate := capacity.Rate{Tokens: capacity.Tokens(1 + rng.Int64N(50_000_000)), Per: time.Duration(1 + rng.Int64N(int64(5*time.Second)))}
		burst := capacity.Tokens(1 + rng.Int64N(5_000_000_000))
		b := capacity.NewTokenBucket(epoch, rate, burst)
		now, spent, dearest := epoch, capacity.Tokens(0), capacity.Tokens(0)
		for range 300 {
			now = now.Add(time.Duration(rng.Int64N(int64(time.Second))) - 100*time.Millisecond)
			n := capacity.Tokens(1 + rng.Int64N(int64(burst)))
			wait, ok := b.Take(now, n)
			if ok {
				spent += n
				dearest = max(dearest, n)
				continue
			}
			later := b
			if _, ok := later.Take(now.Add(wait), 1); !ok || wait <= 0 {
				t.Fatalf("seed %d: refused for %v, and still refused then", seed, wait)
			}
		}
		window := now.Add(100 * time.Millisecond).Sub(epoch).Seconds()
		most := float64(rate.Tokens)/rate.Per.Seconds()*window + float64(burst) + float64(dearest) + 1
		if float64(spent) > most {
			t.Fatalf("seed %d: %v tokens let in over %.3f s, want at most %.0f", seed, spent, window, most)
		}
	}
}

func TestZeroRateNeverRefills(t *testing.T) {
	b := capacity.NewTokenBucket(epoch, capacity.Rate{}, capacity.Unit)
	if _, ok := b.Take(epoch, capacity.Unit); !ok {
		t.Fatal("a full bucket refused")
	}
	if wait, ok := b.Take(epoch.Add(1000*time.Hour), 1); ok || wait < 1000*time.Hour {
		t.Errorf("an empty bucket without a rate: wait %v, ok %v", wait, ok)
	}
}

func TestCosts(t *testing.T) {
	reads := []struct {
		size int64
		c    capacity.Consistency
		want float64
	}{
		{0, capacity.Strong, 1},
		{0, capacity.Eventual, 0.5},
		{0, capacity.Transactional, 2},
		{1, capacity.Strong, 1},
		{4096, capacity.Strong, 1},
		{4097, capacity.Strong, 2},
		{4097, capacity.Eventual, 1},
		{8193, capacity.Eventual, 1.5},
		{409600, capacity.Strong, 100},
	}
	for _, tt := range reads {
		if got := capacity.ReadCost(tt.size, tt.c).Units(); got != tt.want {
			t.Errorf("ReadCost(%d, %d) = %v units, want %v", tt.size, tt.c, got, tt.want)
		}
	}
	writes := []struct {
		before, after int64
		want          float64
	}{
		{0, 0, 1}, {0, 1, 1}, {0, 1024, 1}, {0, 1025, 2}, {9216, 1, 9}, {1, 9217, 10}, {0, 409600, 400},
	}
	for _, tt := range writes {
		if got := capacity.WriteCost(tt.before, tt.after).Units(); got != tt.want {
			t.Errorf("WriteCost(%d, %d) = %v units, want %v", tt.before, tt.after, got, tt.want)
		}
	}
}

func BenchmarkAdmit(b *testing.B) {
	t := capacity.NewTable(epoch, "table", capacity.Setting{Units: [2]int64{40_000, 40_000}}, capacity.Likely)
	key := []byte("12345678 and so on")
	now := epoch
	b.ReportAllocs()
	for n := uint64(0); b.Loop(); n++ {
		now = now.Add(25 * time.Microsecond)
		binary.BigEndian.PutUint64(key, n*0x9e3779b97f4a7c15)
		demands := [...]capacity.Demand{{Of: &t.Throughput, Direction: capacity.Write, Key: key, Cost: capacity.Unit}}
		if v := capacity.Admit(now, demands[:]); !v.Admitted() {
			b.Fatal("refused")
		}
	}
}

// Wait returns the first instant at which n tokens are there, and takes none.
func TestBucketWait(t *testing.T) {
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 1_000 {
		rate := capacity.Rate{Tokens: capacity.Tokens(1 + rng.Int64N(50_000_000)), Per: time.Duration(1 + rng.Int64N(int64(5*time.Second)))}
		burst := capacity.Tokens(1 + rng.Int64N(5_000_000_000))
		b := capacity.NewTokenBucket(epoch, rate, burst)
		b.Charge(epoch, capacity.Tokens(rng.Int64N(int64(burst))))
		now := epoch.Add(time.Duration(rng.Int64N(int64(time.Second))))
		n := capacity.Tokens(1 + rng.Int64N(int64(burst)))
		before := b.Balance(now)
		wait := b.Wait(now, n)
		if b.Balance(now) != before || (wait == 0) != (before >= n) {
			t.Fatalf("seed %d: Wait for %d of %d is %v and leaves %d", seed, n, before, wait, b.Balance(now))
		}
		if wait == 0 {
			continue
		}
		early := b
		if got := early.Balance(now.Add(wait - 1)); got >= n {
			t.Fatalf("seed %d: %d tokens are there before %v, of which to wait for %d", seed, got, wait, n)
		}
		if got := b.Balance(now.Add(wait)); got < n {
			t.Fatalf("seed %d: %d tokens are there after %v, want %d", seed, got, wait, n)
		}
	}
	never := capacity.NewTokenBucket(epoch, capacity.Rate{}, 0)
	if wait := never.Wait(epoch, 1); wait != 1<<63-1 {
		t.Errorf("Wait for what never comes = %v", wait)
	}
}
