package queue

import (
	"math"

	"lullaby/instant"
)

// Counts are how many messages of a queue are where
// (docs/aws/sqs.md#approximate-counts: ours are exact).
type Counts struct {
	Visible  int // those in blocked groups of a FIFO queue too
	InFlight int
	Delayed  int
}

// Counts counts the messages at now.
func (q *Queue) Counts(now instant.Instant) Counts {
	q.advance(now)
	return Counts{
		Visible:  q.plain.due + q.grouped.due + q.back,
		InFlight: q.inAir,
		Delayed:  q.plain.waiting + q.grouped.waiting + q.later,
	}
}

// Oldest returns since when the oldest message is in the queue, as the metric has
// it: without messages that were received three times or more, and since the
// move if it was moved here (docs/aws/sqs.md#age-of-the-oldest-message). It is zero
// if there is none.
func (q *Queue) Oldest(now instant.Instant) instant.Instant {
	q.advance(now)
	var oldest instant.Instant
	earlier := func(since instant.Instant, found bool) {
		if found && (oldest == 0 || since < oldest) {
			oldest = since
		}
	}
	earlier(q.plain.oldest())
	earlier(q.grouped.oldest())
	if q.young.len() > 0 {
		earlier(q.entries.list[q.young.items[0].ref].since, true)
	}
	return q.outside(oldest)
}

// Ready reports whether a receive at now would find something.
func (q *Queue) Ready(now instant.Instant) bool {
	q.advance(now)
	_, found := q.choose()
	return found && q.room() > 0
}

// Next returns when the next message that is hidden at now becomes visible, zero if
// there is none. Messages of a blocked group also wait for others.
func (q *Queue) Next(now instant.Instant) instant.Instant {
	q.advance(now)
	next := q.plain.nextDue()
	for _, at := range [...]instant.Instant{q.grouped.nextDue(), q.nextHidden()} {
		if at != 0 && (next == 0 || at < next) {
			next = at
		}
	}
	return q.outside(next)
}

func (q *Queue) nextHidden() instant.Instant {
	if q.timed.len() == 0 {
		return 0
	}
	return instant.Instant(q.timed.items[0].key) //nolint:gosec // it was one
}

// BusyGroups counts the groups with a message in flight at now.
func (q *Queue) BusyGroups(now instant.Instant) int {
	q.advance(now)
	return q.busy
}

// room is how many messages more can be in flight.
func (q *Queue) room() int {
	if q.Unlimited {
		return math.MaxInt
	}
	return MaxInFlight - q.inAir
}
