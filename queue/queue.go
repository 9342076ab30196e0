package queue

import (
	"math/rand/v2"
	"time"

	"lullaby/instant"
	"lullaby/queue/request"
)

// MaxInFlight is how many messages of a queue can be received and not deleted
// (docs/aws/sqs.md#messages-in-flight).
const MaxInFlight = 120_000

// A Queue is the messages of one queue. Messages are received in order of their
// IDs, those that came back too. In a standard queue that is our best effort, a
// message that was received three times goes behind all others
// (docs/aws/sqs.md#age-of-the-oldest-message), and quiet groups go first
// (docs/aws/sqs.md#fair-queues).
//
// Instants that come out of order count as [instant.Follow] says. Not safe for
// concurrent use: the owner locks.
type Queue struct {
	// Unlimited lets more than MaxInFlight messages be in flight. It is set before
	// the first call.
	Unlimited bool

	set request.Settings
	rng *rand.Rand // nil: messages come in order and once

	clock
	end     ID   // above all IDs
	plain   runs // messages of a standard queue without a group
	grouped runs // messages with a group
	entries entries
	groups  groups

	timed heap // entries that are hidden, by when they end
	young heap // entries by when they were sent
	worn  heap // the same of those that were received three times or more
	inAir int  // entries that are flying
	later int  // entries that are delayed
	back  int  // entries that are visible
	busy  int  // groups with a message in flight

	lost     losses // that Expire has not returned
	strays   ids    // messages that are not plain, since those before them are due later: their owner saved no State
	passed   []ID   // that no receive has told
	unsaved  []ID   // the lowest plain message of each receive that is not saved
	attempts attempts
}

// New returns an empty queue. chance may be nil. With it a standard queue behaves
// as badly as SQS may: messages come out of order, some twice, and short polls
// see a part of the queue.
func New(s *request.Settings, chance *rand.Rand) *Queue {
	return &Queue{set: *s, rng: chance, groups: newGroups()}
}

// Set changes the settings at now. The kind of a queue stays. A new visibility counts
// for later receives, a new retention for all messages, a new delay for messages that
// were sent before in FIFO queues only (docs/aws/sqs.md#delays).
func (q *Queue) Set(now instant.Instant, s *request.Settings) {
	now = q.advance(now)
	was := q.set.Delay
	q.set = *s
	if s.FIFO && s.Delay != was {
		q.grouped.delay(now, s.Delay)
	}
}

// What one call does in passing, so that others need not wait for long. More of it is
// left to later calls; meanwhile Next is not after now, and Expire is for what is
// lost.
const (
	mostRevealed = 10_000 // messages that become visible
	incidental   = 64     // entries that expire
)

// advance lets the time pass until now, which it returns as the queue counts it:
// what was hidden becomes visible, and what is over its retention is lost.
func (q *Queue) advance(now instant.Instant) instant.Instant {
	now = q.follow(now)
	q.reveal(now)
	q.plain.advance(now)
	q.grouped.advance(now)
	for soon := &q.groups.soon; soon.len() > 0 && q.grouped.isDue(ID(soon.items[0].key)); {
		q.rank(soon.items[0].ref)
	}
	limit := now.Add(-q.set.Retention)
	q.plain.expire(limit, &q.lost)
	q.grouped.expire(limit, &q.lost)
	q.expireEntries(now, incidental)
	q.first(&q.groups.ready)
	q.first(&q.groups.soon)
	q.rank(0)
	return now
}

// reveal makes visible what was hidden until now.
func (q *Queue) reveal(now instant.Instant) {
	for n := 0; n < mostRevealed && q.timed.len() > 0 && q.timed.items[0].key <= uint64(now); n++ {
		ref := q.timed.items[0].ref
		q.uncount(ref)
		q.show(ref)
		q.rank(q.entries.list[ref].group)
	}
}

// Add adds a message that nobody has received. Its ID is higher than all before. If
// it has a group, or another delay than the queue, its owner saved a State for it.
func (q *Queue) Add(now instant.Instant, id ID, m Sent) {
	q.addRun(q.advance(now), id, 1, m, q.isUsual(&m))
}

// AddRun adds count messages with successive IDs that were all sent at the same time,
// without a group or another delay than the queue then had. They are higher than all
// before.
func (q *Queue) AddRun(now instant.Instant, first ID, count int, m Sent) {
	if m.Group != "" {
		panic("queue: a run of messages with a group")
	}
	q.addRun(q.advance(now), first, count, m, true)
}

// isUsual reports whether a message of a standard queue has no group, and the delay
// of the queue.
func (q *Queue) isUsual(m *Sent) bool {
	delay := time.Duration(0)
	if m.Due != 0 {
		delay = m.Due.Sub(max(m.At, m.Since))
	}
	return m.Group == "" && delay == q.set.Delay
}

func (q *Queue) addRun(now instant.Instant, id ID, count int, m Sent, usual bool) {
	q.end = max(q.end, id+ID(count))
	m.At, m.Since, m.Due = q.inside(m.At), q.inside(m.Since), q.inside(m.Due)
	m.Since = max(m.Since, m.At)
	group := q.groups.ref(m.Group)
	q.groups.list[group].sent = max(q.groups.list[group].sent, m.Since)
	switch {
	case q.set.FIFO:
		m.Due = m.Since.Add(q.set.Delay)
		fallthrough
	case group != 0 && m.Due <= now:
		q.grouped.add(now, id, count, &m)
		q.groups.list[group].fresh.push(id)
	case group == 0 && (usual || m.Due <= now) && q.plain.fits(m.Due, now):
		q.plain.add(now, id, count, &m)
	default:
		for i := range ID(count) {
			if usual {
				q.strays.push(id + i)
			}
			q.enter(now, entry{id: id + i, sent: m.At, since: m.Since, until: m.Due, group: group, stray: usual})
		}
	}
	q.rank(group)
}

// Restore adds a message that was received, or that is delayed, as it was when the
// queue was saved. It may be lower than others.
func (q *Queue) Restore(now instant.Instant, id ID, m Sent, s State) {
	now = q.advance(now)
	q.end = max(q.end, id+1)
	m.At = q.inside(m.At)
	group := q.groups.ref(m.Group)
	since := max(m.At, q.inside(m.Since))
	q.groups.list[group].sent = max(q.groups.list[group].sent, since)
	q.enter(now, entry{
		id: id, sent: m.At, since: since,
		first: q.inside(s.First), last: q.inside(s.Last), until: q.inside(s.Until), receives: s.Receives, group: group,
	})
	q.rank(group)
}

// Skip tells that IDs below an ID were used before: after a restart, the next one.
func (q *Queue) Skip(to ID) { q.end = max(q.end, to) }

// Purge empties the queue at now, in flight and delayed messages too. It returns
// the ID below which all are gone.
func (q *Queue) Purge(now instant.Instant) ID {
	q.follow(now)
	*q = Queue{Unlimited: q.Unlimited, set: q.set, rng: q.rng, clock: q.clock, end: q.end, groups: newGroups()}
	return q.end
}
