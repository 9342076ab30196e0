package queue

import (
	"time"

	"lullaby/instant"
)

// When a group of a standard queue is noisy (docs/aws/sqs.md#fair-queues).
const (
	noisyShare = 10              // percent of the messages in flight, more than
	noisyLeast = 30              // messages in flight
	noisyTime  = 5 * time.Minute // after the last send
)

// noisy reports whether a group has so much in flight that others go first. A
// message without a group is a group by itself.
func (q *Queue) noisy(group uint32) bool {
	g := &q.groups.list[group]
	waiting := g.fresh.len() + g.all - g.flying
	return group != 0 && g.flying >= noisyLeast && g.flying*100 > q.inAir*noisyShare && waiting > 0 && q.last.Sub(g.sent) < noisyTime
}

// Fairness is what AWS measures of the groups of a standard queue: how many are
// noisy, and how many messages the others have.
type Fairness struct {
	NoisyGroups int
	Quiet       Counts
}

// Fairness measures the groups at now.
func (q *Queue) Fairness(now instant.Instant) Fairness {
	f := Fairness{Quiet: q.Counts(now)}
	for ref := range q.groups.crowded {
		if !q.noisy(ref) {
			continue
		}
		g := &q.groups.list[ref]
		f.NoisyGroups++
		f.Quiet.Visible -= g.back.len() + g.fresh.len()
		f.Quiet.InFlight -= g.flying
		f.Quiet.Delayed -= g.all - g.back.len() - g.flying - g.leaving
	}
	return f
}

// choose returns the group of which a message is received next: that of the first
// message in order, in a standard queue that of the first quiet group. If all
// groups are noisy it is the one with the fewest messages in flight.
func (q *Queue) choose() (group uint32, found bool) {
	ready := &q.groups.ready
	top, found := q.first(ready)
	if !found || q.set.FIFO || !q.noisy(top.ref) {
		return top.ref, found
	}
	// Fewer than ten groups have more than a tenth each.
	var aside [100 / noisyShare]item
	n, fewest := 0, top.ref
	for ; n < len(aside) && found && q.noisy(top.ref); n++ {
		aside[n] = top
		ready.remove(q.groups.place, 0)
		q.groups.place[top.ref] = nowhere
		if q.groups.list[top.ref].flying < q.groups.list[fewest].flying {
			fewest = top.ref
		}
		top, found = q.first(ready)
	}
	group = fewest
	if found {
		group = top.ref
	}
	for _, it := range aside[:n] {
		ready.push(q.groups.place, it.key, it.ref)
	}
	return group, true
}
