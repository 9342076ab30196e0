package rehearse_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/gateway"
)

// A table of 5 units has saved 1,500 and gains 5 a second. So 50 writes a
// second are served for 1,500/(50-5) = 33.3 s.
func TestFirstRefusal(t *testing.T) {
	o := options(t, "constant:50/s")
	o.For, o.MaxAttempts = time.Minute, 1
	for o.Seed = range 20 {
		rep := play(t, itemsTemplate, o)
		if at := time.Duration(rep.Refusals[0].First); at < 31*time.Second || at > 36*time.Second {
			t.Errorf("seed %d: first refusal after %v, want about 33.3 s", o.Seed, at)
		}
	}
}

// In every rehearsal, each request is served or refused for a reason, and no
// more is served than there was capacity.
func TestNothingIsUnaccountedFor(t *testing.T) {
	const seed = 1
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 40 {
		o := options(t, fmt.Sprintf("constant:%d/s", 1+rng.IntN(200)))
		o.For = time.Duration(1+rng.IntN(600)) * time.Second
		o.Seed = rng.Uint64()
		o.Route = []string{"POST /orders", "POST /copies", "PUT /events", "GET /search"}[rng.IntN(4)]
		o.ItemBytes = 1 + rng.Int64N(8_000)
		o.ServiceTime = time.Duration(rng.IntN(100)) * time.Millisecond
		o.Pessimistic, o.Eventual = rng.IntN(2) == 0, rng.IntN(2) == 0
		o.RetryMode, o.MaxAttempts = modes[rng.IntN(len(modes))], rng.IntN(15)
		if rng.IntN(2) == 0 {
			o.Gateway = gateway.Limits{RequestsPerSecond: 1 + rng.Int64N(200), Burst: 1 + rng.Int64N(50)}
		}
		if o.Route == "POST /copies" {
			o.Table = "orders"
		}
		rep := play(t, ordersTemplate, o)
		var refused int64
		for _, r := range rep.Refusals {
			refused += r.Count
		}
		if rep.Offered != rep.Served+rep.Refused+rep.TimedOut || refused != rep.Refused {
			t.Errorf("seed %d, %+v: offered %d, served %d, timed out %d, refused %d, by reason %d",
				seed, o, rep.Offered, rep.Served, rep.TimedOut, rep.Refused, refused)
		}
		if let := rep.Attempts - rep.AttemptsRefused; let != rep.Served+rep.WastedRequests || rep.WastedRequests > rep.TimedOut || rep.Asked > rep.Attempts {
			t.Errorf("seed %d, %+v: %d requests made %d attempts, of which %d were let in; %d served, %d wasted, %d timed out",
				seed, o, rep.Asked, rep.Attempts, let, rep.Served, rep.WastedRequests, rep.TimedOut)
		}
		if table := &rep.Tables[0]; table.Attempts != rep.Attempts || table.Refused != rep.AttemptsRefused {
			t.Errorf("seed %d, %+v: the table was asked %d times and refused %d, its function made %d attempts, of which %d were refused",
				seed, o, table.Attempts, table.Refused, rep.Attempts, rep.AttemptsRefused)
		}
		if write := (o.ItemBytes + 1_023) / 1_024; rep.Table == "Orders" && rep.Direction == "write" {
			if most := 20*(300+int64(o.For/time.Second)+30)/write + 1; rep.Served > most {
				t.Errorf("seed %d, %+v: %d served, capacity is for %d", seed, o, rep.Served, most)
			}
		}
	}
}

// A rehearsal ends when its context does.
func TestRunEnds(t *testing.T) {
	o := options(t, "constant:1000/s")
	o.For = 24 * time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := rehearsal(t, itemsTemplate, o).Run(ctx); err != context.Canceled { //nolint:errorlint // nothing wraps it
		t.Errorf("Run = %v, want %v", err, context.Canceled)
	}
}

// A table or an index without burst serves what its rate gives: at most the
// units of every second, and one request that overdraws them. An on-demand
// table saves nothing, and is the same with Drained.
func TestDrained(t *testing.T) {
	const seconds = 300
	for seed := range uint64(5) {
		for _, pessimistic := range []bool{false, true} {
			o := options(t, "constant:20/s")
			o.For, o.Seed, o.Pessimistic, o.Drained, o.MaxAttempts = seconds*time.Second, seed, pessimistic, true, 1
			rep := play(t, itemsTemplate, o)
			if most := int64(5*seconds + 1); rep.Served > most || rep.Served < most-5 || rep.bursts()[0].Lowest > 0 {
				t.Errorf("seed %d, pessimistic %t: served %d, lowest %d, want about %d and nothing saved up",
					seed, pessimistic, rep.Served, rep.bursts()[0].Lowest, most)
			}
		}
	}
	o := options(t, "constant:10/s")
	o.For, o.Drained, o.MaxAttempts = seconds*time.Second, true, 1
	if n := play(t, ordersTemplate, o).Served - 1_000; n < seconds-1 || n > seconds+1 { // the buffer is not burst
		t.Errorf("with an index of one unit %d served beyond its buffer of 1,000, want about one a second", n)
	}
	o = options(t, "constant:60/s")
	o.Route = "PUT /events"
	full := play(t, ordersTemplate, o)
	o.Drained = true
	drained := play(t, ordersTemplate, o)
	drained.Drained = false
	if diff := cmp.Diff(full.Report, drained.Report); diff != "" || full.Refused == 0 {
		t.Errorf("on demand (-full +drained):\n%s", diff)
	}
}

// All methods but GET and HEAD write. ANY is the method of the options.
func TestDirection(t *testing.T) {
	for route, want := range map[string]string{"GET /search": "read", "DELETE /search": "write", "ANY /search": "write", "POST /orders": "write"} {
		o := options(t, "constant:1/s")
		o.Route = route
		if got := play(t, ordersTemplate, o).Direction; got != want {
			t.Errorf("%s is a %s, want %s", route, got, want)
		}
	}
}
