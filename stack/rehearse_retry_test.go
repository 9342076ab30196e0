package stack

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/capacity"
	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/rehearse"
	"lullaby/retry"
	"lullaby/storage"
	"lullaby/template"
)

// With retries, a rehearsal serves, refuses and times out exactly as many
// requests as the engine behind up. The engine gets the same arrivals, each in
// a goroutine that sleeps and calls a real table under the same retry.Call,
// with the same random stream for its delays.
func TestRehearsedRetries(t *testing.T) {
	const items, orders = "../rehearse/testdata/items.yaml", "../rehearse/testdata/orders.yaml"
	for _, tt := range []struct {
		name, template, route, traffic, mode string
		attempts                             int
	}{
		{"an SDK", items, "POST /item", "constant:30/s", retry.ModeSDK, 0},
		{"legacy", items, "POST /item", "constant:30/s", retry.ModeLegacy, 0},
		{"legacy for too long", items, "POST /item", "constant:30/s", retry.ModeLegacy, 11},
		{"random-exponential", items, "POST /item", "constant:30/s", retry.ModeRandomExponential, 0},
		{"aware", items, "POST /item", "constant:30/s", retry.ModeAware, 0},
		{"a small index", orders, "POST /orders", "constant:20/s", retry.ModeAware, 0},
		{"on demand with a maximum", orders, "PUT /events", "constant:300/s", retry.ModeLegacy, 6},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := rehearse.Options{
				Route: tt.route, For: 2 * time.Minute, Seed: 1, ItemBytes: 1_000, ServiceTime: rehearse.ServiceTime,
				RetryMode: tt.mode, MaxAttempts: tt.attempts,
			}
			p := rehearsed(t, tt.template, tt.traffic, o)
			mode, err := retry.ParseMode(tt.mode, tt.attempts)
			if err != nil {
				t.Fatal(err)
			}
			want := echo{p.route.Served, p.route.Refused, p.route.TimedOut, p.call.Attempts, p.call.WastedRequests}
			synctest.Test(t, func(t *testing.T) {
				c := clients{mode: mode, table: p.table, timeout: p.function.Timeout}
				c.mu.rng = rand.New(rand.NewPCG(o.Seed, delays(p.function.LogicalID)))
				got := c.send(t, p.arrivals, o.ItemBytes)
				if got != want {
					t.Errorf("of %d requests: %+v, in the rehearsal %+v", p.route.Offered, got, want)
				}
				if got.served+got.refused+got.late != p.route.Offered || got.attempts == p.route.Offered {
					t.Errorf("of %d requests %+v", p.route.Offered, got)
				}
			})
		})
	}
}

// delays returns the random stream of the delays of a function in a rehearsal:
// the third kind, and FNV-0 of the function's logical id.
func delays(function string) uint64 {
	h := uint64(0)
	for _, b := range []byte(function) {
		h = h*0x100000001b3 ^ uint64(b)
	}
	return 3 + h<<8
}

// An echo is the answer to a request.
type echo struct{ served, refused, late, attempts, wasted int64 }

// clients are functions that put items and retry, each in a sandbox.
type clients struct {
	mode    retry.Mode
	table   *template.Table
	timeout time.Duration
	engine  *dynamo.Engine

	mu struct {
		sync.Mutex
		rng  *rand.Rand     // for delays
		idle []*retry.Quota // of the sandboxes, the last used first
		got  echo
	}
}

// patience is API Gateway's timeout.
const patience = 29 * time.Second

// send puts an item at each arrival, in virtual time.
func (c *clients) send(t *testing.T, arrivals *rehearse.Arrivals, size int64) echo {
	t.Helper()
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if c.engine, err = dynamo.New(db, dynamo.Options{}); err != nil {
		t.Fatal(err)
	}
	defer c.engine.Close()
	if err := c.engine.Declare(t.Context(), instant.Of(time.Now()), declaration(c.table)); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	start := time.Now()
	number := 0
	for at, more := arrivals.Next(); more; at, more = arrivals.Next() {
		time.Sleep(time.Until(start.Add(at)))
		number++
		put := &request.PutItemInput{Item: itemOf(c.table, strconv.Itoa(number), size)}
		put.TableName = &c.table.Name
		quota := c.take()
		wg.Go(func() { c.invoke(t, put, quota) })
	}
	wg.Wait()
	return c.mu.got
}

// take returns the quota of a sandbox, of a new one if none is idle.
func (c *clients) take() *retry.Quota {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(c.mu.idle)
	if n == 0 {
		return c.mode.Policy.NewQuota()
	}
	quota := c.mu.idle[n-1]
	c.mu.idle = c.mu.idle[:n-1]
	return quota
}

// invoke is one invocation.
func (c *clients) invoke(t *testing.T, put *request.PutItemInput, quota *retry.Quota) {
	began := time.Now()
	ctx, cancel := context.WithDeadline(t.Context(), began.Add(c.timeout-rehearse.Reserve))
	defer cancel()
	var deadline instant.Instant
	if c.mode.Aware {
		deadline = instant.Of(began).Add(min(patience, c.timeout) - rehearse.Reserve)
	}
	call := c.mode.Policy.Begin(instant.Of(began), deadline, quota)
	served, attempts := c.put(ctx, t, put, &call)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.idle = append(c.mu.idle, quota)
	got := &c.mu.got
	got.attempts += attempts
	switch late := time.Since(began) >= patience; {
	case late:
		got.late++
		if served {
			got.wasted++
		}
	case served:
		got.served++
	default:
		got.refused++
	}
}

// put calls the table until it admits the item, the call gives up or the
// context ends.
func (c *clients) put(ctx context.Context, t *testing.T, in *request.PutItemInput, call *retry.Call) (served bool, attempts int64) {
	for wait := rehearse.ServiceTime; ; {
		select {
		case <-ctx.Done():
			return false, attempts
		case <-time.After(wait):
		}
		attempts++
		_, err := c.engine.PutItem(ctx, instant.Of(time.Now()), in)
		if err == nil {
			call.Succeed()
			return true, attempts
		}
		var throttle *dynamo.ThrottleError
		if !errors.As(err, &throttle) {
			t.Error(err)
			return false, attempts
		}
		c.mu.Lock()
		d := call.Fail(instant.Of(time.Now()), retry.Failure{Class: classOf(throttle)}, c.mu.rng)
		c.mu.Unlock()
		if d.Outcome != retry.Again {
			return false, attempts
		}
		wait = d.Delay + rehearse.AttemptTime
	}
}

func classOf(e *dynamo.ThrottleError) retry.Class {
	switch e.Verdict.Limit {
	case capacity.MaxOnDemandThroughput:
		return retry.ThrottleMaximum
	case capacity.ProvisionedThroughput:
		return retry.ThrottleTable
	default:
		return retry.Throttle
	}
}
