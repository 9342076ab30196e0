package lambda

import (
	"slices"
	"time"

	"lullaby/instant"
)

// IdleLifetime is how long an idle sandbox is kept. Assumed: AWS publishes
// nothing; sandboxes were seen to live from minutes to about an hour
// (docs/aws/lambda.md#idle-sandboxes).
const IdleLifetime = 10 * time.Minute

// Idle holds the idle sandboxes of one function. The sandbox that worked last
// works next, so that sandboxes above the current traffic age and expire. S is
// a process in the live server; a rehearsal uses what a sandbox keeps between
// invocations. The zero Idle is empty and ready. Not safe for concurrent use.
type Idle[S comparable] struct {
	Lifetime time.Duration // not positive: IdleLifetime

	rested []rested[S] // ascending by since
}

type rested[S comparable] struct {
	sandbox S
	since   instant.Instant
}

// Len returns the number of idle sandboxes.
func (i *Idle[S]) Len() int { return len(i.rested) }

// Put adds a sandbox that is idle from now on.
func (i *Idle[S]) Put(now instant.Instant, sandbox S) {
	i.rested = append(i.rested, rested[S]{sandbox, i.follow(now)})
}

// follow returns the instant that now is treated as (see [instant.Follow]).
// After the clock was set back, sandboxes with a later instant count as idle
// since now, so that none outlives its Lifetime by the time that the clock went
// back.
func (i *Idle[S]) follow(now instant.Instant) instant.Instant {
	n := len(i.rested)
	if n == 0 {
		return now
	}
	now = instant.Follow(i.rested[n-1].since, now)
	for n--; n >= 0 && i.rested[n].since > now; n-- {
		i.rested[n].since = now
	}
	return now
}

// Take removes and returns the sandbox that was idle for the shortest time. ok
// is false if there is none.
func (i *Idle[S]) Take() (sandbox S, ok bool) {
	n := len(i.rested)
	if n == 0 {
		return sandbox, false
	}
	sandbox = i.rested[n-1].sandbox
	i.rested = slices.Delete(i.rested, n-1, n)
	return sandbox, true
}

// Oldest returns the sandbox that was idle for the longest time, and since
// when. ok is false if there is none.
func (i *Idle[S]) Oldest() (sandbox S, since instant.Instant, ok bool) {
	if len(i.rested) == 0 {
		return sandbox, since, false
	}
	return i.rested[0].sandbox, i.rested[0].since, true
}

// Remove removes a sandbox and reports whether it was there.
func (i *Idle[S]) Remove(sandbox S) bool {
	at := slices.IndexFunc(i.rested, func(r rested[S]) bool { return r.sandbox == sandbox })
	if at < 0 {
		return false
	}
	i.rested = slices.Delete(i.rested, at, at+1)
	return true
}

// Expire removes and returns the sandboxes that are older than Lifetime at now,
// the oldest first. next is when the next one expires; zero: none is left.
func (i *Idle[S]) Expire(now instant.Instant) (expired []S, next instant.Instant) {
	lifetime := i.Lifetime
	if lifetime <= 0 {
		lifetime = IdleLifetime
	}
	now = i.follow(now)
	n := 0
	for ; n < len(i.rested); n++ {
		if due := i.rested[n].since.Add(lifetime); due.After(now) {
			next = due
			break
		}
		expired = append(expired, i.rested[n].sandbox)
	}
	i.rested = slices.Delete(i.rested, 0, n)
	return expired, next
}
