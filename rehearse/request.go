package rehearse

import (
	"time"

	"lullaby/capacity"
	"lullaby/instant"
	"lullaby/retry"
)

// A request is one that a function has in hand: an invocation, with the one
// call of its table.
type request struct {
	arrived time.Duration // since the start, as all instants here
	cut     time.Duration // when its function no longer waits
	quota   *retry.Quota  // of its sandbox
	call    retry.Call
	waited  time.Duration

	// Of the last attempt, if it was refused.
	verdict capacity.Verdict // without RetryAfter
	places  []uint64         // where its keys lie
}

// An underway holds the requests that functions have in hand, in slots that are
// used again. A pointer to one is good until the next is added.
type underway struct {
	slots []request
	free  []uint32
}

// add returns the number of a slot, in which there may be an old request.
func (u *underway) add() uint32 {
	if n := len(u.free); n > 0 {
		slot := u.free[n-1]
		u.free = u.free[:n-1]
		return slot
	}
	u.slots = append(u.slots, request{})
	return uint32(len(u.slots) - 1)
}

func (u *underway) remove(slot uint32) { u.free = append(u.free, slot) }

// begin begins the invocation of a request that arrived at an instant and whose
// sandbox is ready at ready. Assumed: its call begins with it.
func (w *world) begin(arrived, ready time.Duration, quota *retry.Quota) {
	slot := w.requests.add()
	r := &w.requests.slots[slot]
	r.arrived, r.cut, r.quota, r.waited = arrived, ready+w.path.function.Timeout-Reserve, quota, 0
	var deadline instant.Instant
	if w.mode.Aware {
		deadline = start.Add(min(arrived+w.path.route.Timeout-Reserve, r.cut))
	}
	r.call = w.mode.Policy.Begin(start.Add(ready), deadline, quota)
	w.events.schedule(ready+w.options.ServiceTime, answer, slot)
}

// answer is the table's answer to an attempt: the end of the call, or the
// beginning of a wait. While it waits, a function keeps its sandbox.
func (w *world) answer(at time.Duration, now instant.Instant, slot uint32) {
	r := &w.requests.slots[slot]
	if w.options.Unlimited {
		w.end(at, now, slot, true)
		return
	}
	if r.call.Failed() == 0 {
		w.tally.asked++
		w.table.draw()
	} else {
		w.table.place(r.places)
	}
	w.tally.attempts++
	v := w.table.admit(at, now)
	if v.Admitted() {
		r.call.Succeed()
		w.end(at, now, slot, true)
		return
	}
	w.tally.throttled++
	v.RetryAfter = 0
	r.verdict, r.places = v, w.table.places(r.places[:0])
	d := r.call.Fail(now, retry.Failure{Class: class(&v)}, w.chance)
	if d.Outcome != retry.Again {
		w.end(at, now, slot, false)
		return
	}
	next := d.At.Sub(start)
	r.waited += min(next, r.cut) - at
	if next > r.cut-AttemptTime {
		w.events.schedule(r.cut, cut, slot)
	} else {
		w.events.schedule(next+AttemptTime, answer, slot)
	}
}

// end ends the invocation of a request, which was served or refused. Nobody
// hears of it if API Gateway has given up before.
func (w *world) end(at time.Duration, now instant.Instant, slot uint32, served bool) {
	r := &w.requests.slots[slot]
	w.function.Release()
	w.idle.Put(now, r.quota)
	w.tally.wait(r.waited)
	switch late := r.arrived + w.path.route.Timeout; {
	case at >= late:
		w.tally.timeOut(late)
		if served {
			w.tally.wasted++
		}
	case served:
		w.tally.served++
	default:
		w.tally.refuse(at, refusal{service: dynamoDB, verdict: r.verdict})
	}
	w.requests.remove(slot)
}
