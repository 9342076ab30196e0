package mapping

import (
	"time"

	"lullaby/instant"
)

// plan lets a process be added as soon as 300 a minute allow, since a receive
// brought as much as it could.
func (p *Poller[T]) plan(now instant.Instant) {
	if p.grows.IsZero() && p.level > 0 {
		p.grows = max(now, p.grew.Add(growthTime))
	}
}

// grow adds the process that is due, unless the queue has run out of messages:
// then a receive waits for them. Nor does it add one beyond the maximum, or
// while batches are throttled.
func (p *Poller[T]) grow(now instant.Instant) {
	due := p.grows
	p.grows = 0
	since, receives := p.receiving.oldest()
	switch {
	case p.level >= p.most(), receives && now.Sub(since) >= growthTime, p.throttled > 0 && p.pace.Assumptions.ThrottleFalls:
		return
	}
	p.grew = now
	if now.Sub(due) < growthTime {
		p.grew = due // a driver that is a little late does not slow the growth
	}
	p.level++
	p.begin()
}

// fall drops the processes that are due, since a receive brought nothing: those of
// the time since the last such receive, which is a long poll at most.
func (p *Poller[T]) fall(now instant.Instant) {
	if p.falls.IsZero() {
		p.falls = now
		return
	}
	p.falls = max(p.falls, now.Add(-longPoll))
	least := min(firstBatches, p.most())
	if p.pace.MaximumConcurrency == 0 && now.Sub(p.received) >= p.pace.Assumptions.IdleTime {
		least = idleBatches
	}
	for p.level > least && now.Sub(p.falls) >= fallTime {
		p.level--
		p.falls = p.falls.Add(fallTime)
	}
}

// pause returns how long a process rests after its errors in a row.
func (p *Poller[T]) pause(errors int) time.Duration {
	a := p.pace.Assumptions
	pause := a.ErrorPause
	for range errors - 1 {
		if pause *= 2; pause >= a.MostPause {
			return a.MostPause
		}
	}
	return pause
}

// Waits before a throttled batch is tried again: doubled from the first to the
// last (docs/aws/mapping.md#back-off-after-throttles).
const (
	firstThrottleWait = time.Second
	lastThrottleWait  = 30 * time.Second
)

// throttle lets a process wait before it tries its batch again, at the latest
// until the messages are visible to others.
func (p *Poller[T]) throttle(now instant.Instant, n Process, r *process[T]) {
	p.throttled++
	if r.throttles == 0 && p.pace.Assumptions.ThrottleFalls && p.level > firstBatches {
		p.level--
	}
	pause := lastThrottleWait
	if r.throttles < 5 {
		pause = firstThrottleWait << r.throttles
	}
	r.throttles++
	p.waits.put(wait{min(now.Add(pause), max(now, r.until)), n})
}

// again tries a throttled batch again, or drops it if its messages are visible
// to others: the queue gives them out again, with a receive count that has
// risen.
func (p *Poller[T]) again(now instant.Instant, n Process, r *process[T]) {
	p.throttled--
	if r.until.After(now) {
		p.ready.put(n)
		return
	}
	p.end(now, n)
}

// follow moves all instants when the clock was set back, so that no process
// waits for the time that it went back by (see [instant.Follow]).
func (p *Poller[T]) follow(now instant.Instant) {
	last := p.last
	p.last = instant.Follow(last, now)
	if p.last >= last {
		return
	}
	back := p.last.Sub(last)
	shift := func(at *instant.Instant) {
		if !at.IsZero() {
			*at = at.Add(back)
		}
	}
	shift(&p.grows)
	shift(&p.grew)
	shift(&p.falls)
	shift(&p.received)
	for i := range p.waits {
		shift(&p.waits[i].due)
	}
	for i := range p.receiving.links {
		shift(&p.receiving.links[i].since)
	}
	for i := range p.processes {
		r := &p.processes[i]
		shift(&r.begun)
		shift(&r.until)
		shift(&r.kept)
	}
}
