package queue

import (
	"lullaby/capacity"
	"lullaby/instant"
)

// MaxPace is the most messages that a move task moves in a second (API Reference,
// "StartMessageMoveTask").
const MaxPace = 500

// A Pace is how fast a task moves messages to another queue
// (docs/aws/sqs.md#move-tasks). Not safe for concurrent use: the owner locks.
type Pace struct{ bucket capacity.TokenBucket }

// NewPace returns the pace of a task that begins at now and moves so many messages
// a second, 1 to MaxPace; 0: as many as SQS finds right. Assumed: MaxPace.
func NewPace(now instant.Instant, perSecond int) Pace {
	if perSecond == 0 {
		perSecond = MaxPace
	}
	// A fresh task may move one message, then one after the other.
	rate := capacity.PerSecond(int64(perSecond))
	return Pace{capacity.NewTokenBucket(now, rate, max(rate.Tokens/10, capacity.Unit))}
}

// Allow returns how many messages the task may move at now, at most max, and if
// none when it may move the next.
func (p *Pace) Allow(now instant.Instant, most int) (n int, next instant.Instant) {
	n = min(int(p.bucket.Balance(now)/capacity.Unit), most)
	if n == 0 {
		next = now.Add(p.bucket.Wait(now, capacity.Unit))
	}
	return n, next
}

// Moved counts messages that were moved at now, at most as many as were allowed.
func (p *Pace) Moved(now instant.Instant, n int) {
	p.bucket.Charge(now, capacity.Tokens(n)*capacity.Unit)
}
