package mapping

import (
	"slices"
	"time"

	"lullaby/instant"
)

// A process gathers one batch at a time.
type process[T any] struct {
	batch    []T
	bytes    int64           // of batch in the event
	begun    instant.Instant // when the first message of batch was received
	until    instant.Instant // when the first message of batch is visible again
	complete bool            // batch is to be invoked, or is being invoked

	rest []Message[T] // received, and too large for batch; of the same receive
	kept instant.Instant

	errors    int  // invocations that ended with an error, in a row
	throttles int  // of batch
	paused    bool // rests before it receives
}

// begin begins a process.
func (p *Poller[T]) begin() {
	n := Process(len(p.processes)) //nolint:gosec // at most as many as batches in flight
	if last := len(p.free) - 1; last >= 0 {
		n, p.free = p.free[last], p.free[:last]
	} else {
		p.processes = append(p.processes, process[T]{})
	}
	p.alive++
	p.ready.put(n)
}

// finish ends a process that has no batch and no task.
func (p *Poller[T]) finish(n Process) {
	p.alive--
	p.free = append(p.free, n)
	p.processes[n].rest, p.processes[n].errors = nil, 0
}

// end ends the batch of a process, which goes on.
func (p *Poller[T]) end(now instant.Instant, n Process) {
	p.processes[n].empty()
	p.goOn(now, n)
}

// empty empties the batch of a process. It keeps its room, unless that is large.
func (r *process[T]) empty() {
	if cap(r.batch) > receiveMax {
		r.batch = nil
	}
	clear(r.batch)
	r.batch, r.bytes, r.complete, r.throttles = r.batch[:0], 0, false, 0
}

// goOn lets a process go on: with its batch if that is complete, with the messages
// that it has left, or with a receive.
func (p *Poller[T]) goOn(now instant.Instant, n Process) {
	r := &p.processes[n]
	r.paused = false
	if rest := r.rest; len(r.batch) == 0 && len(rest) > 0 {
		r.rest = nil
		if r.kept.After(now) { // else others may receive them
			r.until, r.complete = r.kept, true
			p.gather(r, rest)
		}
	}
	switch {
	case len(r.batch) > 0:
		r.complete = r.complete || len(r.batch) >= p.pace.BatchSize || len(r.rest) > 0 || now.Sub(r.begun) >= p.pace.Window
	case p.alive > p.level:
		p.finish(n)
		return
	}
	p.ready.put(n)
}

// gather adds messages to the batch of a process as long as they fit, and keeps
// the rest.
func (p *Poller[T]) gather(r *process[T], messages []Message[T]) {
	for i := range messages {
		m := &messages[i]
		if len(r.batch) > 0 && r.bytes+m.Bytes > MaxPayload-envelopeBytes {
			r.rest = slices.Clone(messages[i:])
			return
		}
		r.batch = append(r.batch, m.Of)
		r.bytes += m.Bytes
	}
}

// failedPause is how long a process rests after a receive that ended before its
// wait, as one does that fails. Assumed.
const failedPause = time.Second

// Received reports at now that the receive of a process brought received
// messages, of which messages are to be processed: the filters let them pass, and
// no loop has to be stopped. A receive that failed brought none. The poller does
// not keep the slice.
func (p *Poller[T]) Received(now instant.Instant, n Process, received int, messages []Message[T]) {
	p.follow(now)
	r := &p.processes[n]
	began := p.receiving.drop(n)
	if received == 0 && now.Sub(began) < failedPause && p.level > 0 {
		p.rest(now, n, failedPause)
		return
	}
	hidden, _ := p.pace.hidden()
	if received == 0 {
		p.fall(now)
	} else {
		p.received = now
	}
	if received >= p.room(r) {
		p.falls = 0
		p.plan(now)
	}
	if len(messages) > 0 {
		if len(r.batch) == 0 {
			r.begun, r.until = now, now.Add(hidden)
		}
		p.gather(r, messages)
		r.kept = now.Add(hidden)
	}
	p.goOn(now, n)
}

// room returns how many messages the next receive of a process may bring.
func (p *Poller[T]) room(r *process[T]) int {
	return max(1, min(receiveMax, p.pace.BatchSize-len(r.batch)))
}

// receive returns the receive of a process. Its long poll ends 20 s after the
// first message of the batch at the latest, or with the window if that is
// longer: at low traffic a short window does not end in time
// (docs/aws/mapping.md#batches).
func (p *Poller[T]) receive(now instant.Instant, n Process) Task[T] {
	r := &p.processes[n]
	t := Task[T]{Process: n, Max: p.room(r), Wait: longPoll}
	_, t.Visibility = p.pace.hidden()
	if len(r.batch) > 0 {
		left := max(p.pace.Window, longPoll) - now.Sub(r.begun)
		t.Wait = min(longPoll, max(0, left+time.Second-1).Truncate(time.Second))
	}
	return t
}

// Invoked reports at now how the invocation of a process ended.
func (p *Poller[T]) Invoked(now instant.Instant, n Process, o Outcome) {
	p.follow(now)
	p.invoking--
	r := &p.processes[n]
	switch o {
	case Throttled:
		p.throttle(now, n, r)
		return
	case Errored:
		if p.pace.ReportsFailures {
			break
		}
		r.errors++
		if pause := p.pause(r.errors); pause > 0 && len(r.rest) == 0 && p.alive <= p.level {
			r.empty()
			p.rest(now, n, pause)
			return
		}
	case Succeeded:
		r.errors = 0
	}
	p.end(now, n)
}

// rest lets a process wait before it receives.
func (p *Poller[T]) rest(now instant.Instant, n Process, d time.Duration) {
	p.processes[n].paused = true
	p.waits.put(wait{now.Add(d), n})
}

// wake wakes the processes that have waited long enough, and adds one that is
// due.
func (p *Poller[T]) wake(now instant.Instant) {
	p.follow(now)
	for {
		due, ok := p.waits.first()
		if !ok || due.After(now) {
			break
		}
		n := p.waits.take()
		r := &p.processes[n]
		if r.paused {
			p.goOn(now, n)
		} else {
			p.again(now, n, r)
		}
	}
	if !p.grows.IsZero() && !p.grows.After(now) {
		p.grow(now)
	}
}
