package rehearse

import (
	"errors"
	"math/rand/v2"
	"time"

	"lullaby/capacity"
	"lullaby/instant"
	"lullaby/lambda"
	"lullaby/retry"
	"lullaby/template"
)

// A function is a Lambda function. Each invocation makes one call to a table,
// and tries again if the table refuses.
type function struct {
	number    uint16
	of        *template.Function
	admits    *lambda.Function
	idle      lambda.Idle[*retry.Quota] // a sandbox has one SDK client, which has one quota
	running   inflight
	mode      retry.Mode
	rng       *rand.Rand // for delays
	operation *operation

	peak      int           // most invocations at one time
	cold      int64         // cold starts
	asked     int64         // invocations that called the table
	attempts  int64         // of those invocations
	throttled int64         // attempts that were refused
	waited    int64         // in microseconds: the nanoseconds of a year could overflow
	longest   time.Duration // of one invocation
	wasted    int64         // calls that the table admitted after the request had timed out
}

// The kinds of a function's events. The slot is that of an invocation.
const (
	answered uint8 = iota // the table answers an attempt
	cut                   // the function's time is up while the invocation waits
)

// invoke begins an invocation for a request that from has received now. If
// Lambda throttles it, invoke returns the error and nothing begins.
func (f *function) invoke(w *world, now instant.Instant, from *stage) *lambda.ThrottleError {
	f.idle.Expire(now)
	warm := f.idle.Len() > 0
	if err := f.admits.Admit(now, warm); err != nil {
		var throttle *lambda.ThrottleError
		if !errors.As(err, &throttle) {
			panic(err) // Admit returns no other error
		}
		return throttle
	}
	f.peak = max(f.peak, f.admits.Concurrency().Function)
	if warm {
		quota, _ := f.idle.Take()
		f.begin(w, now, now, from, quota)
		return nil
	}
	f.cold++
	f.begin(w, now, now.Add(w.options.ColdStart), from, f.mode.Policy.NewQuota())
	return nil
}

// begin begins an invocation in a sandbox that is ready at an instant. Assumed:
// the call begins at once.
func (f *function) begin(w *world, now, ready instant.Instant, from *stage, quota *retry.Quota) {
	slot := f.running.add()
	i := &f.running.slots[slot]
	i.from, i.arrived, i.quota, i.waited = from, now, quota, 0
	i.cut = ready.Add(f.of.Timeout - Reserve)
	var deadline instant.Instant
	if f.mode.Aware {
		deadline = min(from.until(now).Add(-Reserve), i.cut)
	}
	i.call = f.mode.Policy.Begin(ready, deadline, quota)
	w.schedule(ready.Add(w.options.ServiceTime), f.number, answered, slot)
}

// wake makes the next attempt of an invocation, or ends an invocation that is
// cut.
func (f *function) wake(w *world, now instant.Instant, kind uint8, slot uint32) {
	i := &f.running.slots[slot]
	if kind == answered && f.attempt(w, now, i, slot) {
		return
	}
	f.end(now, i, slot)
}

// attempt makes an attempt of the call. It reports whether the invocation goes
// on: it waits for the next attempt and keeps its sandbox.
func (f *function) attempt(w *world, now instant.Instant, i *invocation, slot uint32) (again bool) {
	i.verdict = capacity.Verdict{}
	if w.options.Unlimited {
		return false
	}
	first := i.call.Failed() == 0
	if first {
		f.asked++
		f.operation.draw()
	} else {
		f.operation.reuse(i.hashes)
	}
	f.attempts++
	i.verdict = f.operation.admit(now)
	if i.verdict.Admitted() {
		i.call.Succeed()
		return false
	}
	f.throttled++
	i.verdict.RetryAfter = 0
	d := i.call.Fail(now, retry.Failure{Class: class(&i.verdict)}, f.rng)
	if d.Outcome != retry.Again {
		return false
	}
	if first {
		i.hashes = f.operation.hashes(i.hashes[:0])
	}
	i.waited += min(d.At, i.cut).Sub(now)
	if d.At > i.cut.Add(-AttemptTime) {
		w.schedule(i.cut, f.number, cut, slot)
	} else {
		w.schedule(d.At.Add(AttemptTime), f.number, answered, slot)
	}
	return true
}

// end ends an invocation. Its last verdict is the answer.
func (f *function) end(now instant.Instant, i *invocation, slot uint32) {
	f.admits.Release()
	f.idle.Put(now, i.quota)
	f.waited += i.waited.Microseconds()
	f.longest = max(f.longest, i.waited)
	if heard := i.from.answer(now, i.arrived, &i.verdict); !heard && i.verdict.Admitted() {
		f.wasted++
	}
	f.running.remove(slot)
}

// meanWait returns the average wait of the invocations that called the table.
func (f *function) meanWait() time.Duration {
	if f.asked == 0 {
		return 0
	}
	return time.Duration(f.waited/f.asked) * time.Microsecond
}
