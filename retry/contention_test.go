package retry_test

import (
	"container/heap"
	"math/rand/v2"
	"testing"
	"time"

	"lullaby/retry"
)

// The jitter article's experiment: a hundred clients at once read one row and
// write it back if it is still as they read it; who is too late backs off and
// begins again, until all have written. The network takes a normal 10 ms with a
// deviation of 2 each way, the delays start at 5 ms and are capped at 2 s. The
// figures are its own simulator's over 100 trials (docs/aws/retries.md#jitter).
// It counts its first retry as the second doubling, so the base is 10 ms here
// but for decorrelated jitter. Writes agree within 4 %, times within 10 %.
func TestContention(t *testing.T) {
	const trials = 100
	tests := []struct {
		name   string
		form   retry.Form // 0: no delay at all
		base   time.Duration
		writes float64
		took   float64 // seconds
	}{
		{"none", 0, 0, 2421, 2.0},
		{"exponential", retry.Exponential, 10 * ms, 1856, 63.5},
		{"equal", retry.EqualJitter, 10 * ms, 813, 6.8},
		{"full", retry.FullJitter, 10 * ms, 795, 4.8},
		{"decorrelated", retry.DecorrelatedJitter, 5 * ms, 1005, 4.5},
	}
	writes := make(map[string]float64)
	for _, tt := range tests {
		var p retry.Policy
		if tt.form != 0 {
			p = policy(t, tt.form, retry.Options{MaxAttempts: retry.MaxAttempts, Base: tt.base, MaxDelay: 2 * s})
		}
		rng := source(t, 5)
		var calls int
		var took time.Duration
		for range trials {
			n, end := contend(100, p, rng)
			calls, took = calls+n, took+end
		}
		writes[tt.name] = float64(calls) / trials
		seconds := took.Seconds() / trials
		t.Logf("%-12s %5.0f writes, %5.2f s", tt.name, writes[tt.name], seconds)
		near(t, tt.name+": writes", writes[tt.name], tt.writes, 0.04*tt.writes)
		near(t, tt.name+": seconds", seconds, tt.took, 0.1*tt.took)
	}
	for _, form := range []string{"exponential", "equal", "full", "decorrelated"} {
		t.Logf("%-12s makes %.2f of the writes of none", form, writes[form]/writes["none"])
	}
	if writes["full"] > 0.4*writes["none"] || writes["full"] > 0.5*writes["exponential"] || writes["full"] > writes["decorrelated"] {
		t.Errorf("full jitter does not save what it is for: %v", writes)
	}
}

// contend plays one trial and returns how many writes it took, and how long.
func contend(clients int, p retry.Policy, rng *rand.Rand) (writes int, took time.Duration) {
	net := func() time.Duration {
		return max(time.Duration(rng.NormFloat64()*float64(2*ms))+10*ms, 0)
	}
	version := 0
	var queue arrivals
	for range clients {
		heap.Push(&queue, &client{at: net()})
	}
	for queue.Len() > 0 {
		c := heap.Pop(&queue).(*client)
		took = c.at
		switch {
		case !c.writing:
			c.read, c.writing = version, true
			c.at += net() + net()
		case c.read == version:
			writes++
			version++
			took += net()
			continue
		default:
			writes++
			c.failed++
			c.slept = p.Delay(c.failed, retry.Transient, c.slept, rng)
			c.at, c.writing = c.at+net()+c.slept+net(), false
		}
		heap.Push(&queue, c)
	}
	return writes, took
}

// A client's request arrives at the row.
type client struct {
	at      time.Duration
	writing bool // or reading
	read    int  // the version
	failed  int
	slept   time.Duration
}

type arrivals []*client

func (a arrivals) Len() int           { return len(a) }
func (a arrivals) Less(i, j int) bool { return a[i].at < a[j].at }
func (a arrivals) Swap(i, j int)      { a[i], a[j] = a[j], a[i] }
func (a *arrivals) Push(x any)        { *a = append(*a, x.(*client)) }
func (a *arrivals) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}
