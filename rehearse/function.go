package rehearse

import (
	"errors"
	"math/rand/v2"

	"lullaby/capacity"
	"lullaby/instant"
	"lullaby/lambda"
	"lullaby/rehearse/report"
	"lullaby/retry"
	"lullaby/template"
)

// A function is a Lambda function. Each of its invocations makes a call for one
// request, or one after the other for each message of a batch, and tries again if
// the table refuses.
type function struct {
	number  uint16
	of      *template.Function
	admits  *lambda.Function
	idle    lambda.Idle[*retry.Quota] // a sandbox has one SDK client, which has one quota
	running inflight
	mode    retry.Mode
	rng     *rand.Rand // for delays
	calls   []*call
	meter   *lambda.Meter // nil: no alarm looks at it

	peak int   // most invocations at one time
	cold int64 // cold starts
}

// The kinds of a function's events. The slot is that of an invocation.
const (
	answered uint8 = iota // the table answers an attempt
	cut                   // the function's time is up while the invocation waits
)

// A caller is who invokes functions.
type caller interface {
	// until returns when a caller that invoked a function at arrived stops waiting.
	until(arrived instant.Instant) instant.Instant
	// answer receives the end of an invocation, and notes whether the function
	// returned an error. It reports whether the caller was still waiting.
	answer(w *world, now instant.Instant, i *invocation) (heard bool)
	// abandon learns, once, that the caller will not be waiting any more when the
	// invocation ends.
	abandon(i *invocation)
}

// invoke begins an invocation that makes a call: for a request that from has
// received now, or for the messages of b. If Lambda throttles it, invoke returns
// the error and nothing begins.
func (f *function) invoke(w *world, now instant.Instant, from caller, c *call, b *batch) *lambda.ThrottleError {
	f.idle.Expire(now)
	warm := f.idle.Len() > 0
	if err := f.admits.Admit(now, warm); err != nil {
		var throttle *lambda.ThrottleError
		if !errors.As(err, &throttle) {
			panic(err) // Admit returns no other error
		}
		if f.meter != nil {
			f.meter.Throttle(now)
		}
		return throttle
	}
	if f.meter != nil {
		f.meter.Admit(now, f.admits.Concurrency())
	}
	f.peak = max(f.peak, f.admits.Concurrency().Function)
	ready := now
	quota, _ := f.idle.Take()
	if !warm {
		f.cold++
		ready, quota = now.Add(w.options.ColdStart), f.mode.Policy.NewQuota()
	}
	slot := f.running.add()
	i := &f.running.slots[slot]
	i.from, i.call, i.batch, i.arrived, i.quota = from, c, b, now, quota
	f.begin(w, ready, i, slot)
	return nil
}

// begin begins an invocation in a sandbox that is ready at an instant. Assumed:
// the call begins at once.
func (f *function) begin(w *world, ready instant.Instant, i *invocation, slot uint32) {
	i.cut, i.deadline = ready.Add(f.of.Timeout-reserve(f.of, i.batch != nil)), 0
	if f.mode.Aware {
		i.deadline = min(i.from.until(i.arrived).Add(-Reserve), i.cut)
	}
	i.began, i.waited, i.failed, i.abandoned = ready, 0, false, false
	i.retry = f.mode.Policy.Begin(ready, i.deadline, i.quota)
	w.schedule(ready.Add(w.options.ServiceTime), f.number, answered, slot)
}

// wake makes the next attempt of an invocation, or ends an invocation that is
// cut.
func (f *function) wake(w *world, now instant.Instant, kind uint8, slot uint32) {
	i := &f.running.slots[slot]
	if kind == answered && f.attempt(w, now, i, slot) {
		return
	}
	i.call.wait(i.waited)
	if i.batch != nil && f.goOn(w, now, kind, i, slot) {
		return
	}
	f.end(w, now, i, slot)
}

// attempt makes an attempt of the call. It reports whether the call goes on: it
// waits for the next attempt and keeps its sandbox.
func (f *function) attempt(w *world, now instant.Instant, i *invocation, slot uint32) (again bool) {
	i.verdict = capacity.Verdict{}
	c := i.call
	if c.operation == nil {
		return false
	}
	if w.options.Unlimited {
		c.operation.table.pass(now, c.operation.demands)
		return false
	}
	first := i.retry.Failed() == 0
	if first {
		c.asked++
		c.operation.draw()
	} else {
		c.operation.reuse(i.hashes)
	}
	c.attempts++
	i.verdict = c.operation.admit(now)
	if i.verdict.Admitted() {
		i.retry.Succeed()
		return false
	}
	c.throttled++
	i.verdict.RetryAfter = 0
	d := i.retry.Fail(now, retry.Failure{Class: class(&i.verdict)}, f.rng)
	if d.Outcome != retry.Again {
		return false
	}
	if first {
		i.hashes = c.operation.hashes(i.hashes[:0])
	}
	i.waited += min(d.At, i.cut).Sub(now)
	f.proceed(w, i, d.At, slot)
	return true
}

// proceed schedules the answer of an attempt that begins at an instant, or the
// end of the function's time if that is sooner.
func (f *function) proceed(w *world, i *invocation, at instant.Instant, slot uint32) {
	kind := answered
	if at = at.Add(AttemptTime); at > i.cut {
		at, kind = i.cut, cut
	}
	if !i.abandoned && at >= i.from.until(i.arrived) {
		i.abandoned = true
		i.from.abandon(i)
	}
	w.schedule(at, f.number, kind, slot)
}

// goOn counts what became of the call for a message, and begins the call for the
// next one. It reports false if the invocation ends: there is no further message,
// the function's time is up, or it returns an error.
func (f *function) goOn(w *world, now instant.Instant, kind uint8, i *invocation, slot uint32) bool {
	more := i.batch.settle(now, kind == answered && i.verdict.Admitted())
	if !more || kind == cut {
		return false
	}
	i.waited = 0
	i.retry = f.mode.Policy.Begin(now, i.deadline, i.quota)
	f.proceed(w, i, now, slot)
	return true
}

// end ends an invocation. Its last verdict is the answer.
func (f *function) end(w *world, now instant.Instant, i *invocation, slot uint32) {
	f.admits.Release()
	f.idle.Put(now, i.quota)
	c, admitted := i.call, i.verdict.Admitted() // the answer may begin another invocation
	i.unsent = admitted && c.queue != nil && !c.queue.send(w, now)
	began := i.began
	if heard := i.from.answer(w, now, i); !heard && admitted {
		c.wasted++
	}
	if f.meter != nil {
		f.meter.Finish(began, now.Sub(began), i.failed)
	}
	f.running.remove(slot)
}

func (f *function) report() report.Function {
	retries := f.mode.Policy.Options()
	rep := report.Function{
		Function: f.of.LogicalID, PeakConcurrency: f.peak, ColdStarts: f.cold,
		RetryMode: f.mode.Name, MaxAttempts: retries.MaxAttempts, RetryStop: report.Span(retries.StopAfter),
		Calls: []report.Call{},
	}
	for _, c := range f.calls {
		if c.operation != nil {
			rep.Calls = append(rep.Calls, c.report())
		}
	}
	return rep
}
