package queue

import "lullaby/instant"

// Expire takes messages out whose retention is over at now, in whatever state they
// are, and appends at most max ranges of IDs to dst. more says whether there are
// others: call it again. A range may contain messages that were gone before.
func (q *Queue) Expire(now instant.Instant, max int, dst []Range) (_ []Range, more bool) {
	limit := uint64(q.advance(now).Add(-q.set.Retention))
	for _, h := range []*heap{&q.young, &q.worn} {
		for len(q.lost) < max && h.len() > 0 && h.items[0].key <= limit {
			q.lose(h.items[0].ref)
		}
	}
	n := min(max, len(q.lost))
	dst = append(dst, q.lost[:n]...)
	if q.lost = q.lost[n:]; len(q.lost) == 0 {
		q.lost = nil
	}
	return dst, len(q.lost) > 0 || n == max
}

// lose takes an entry out whose retention is over.
func (q *Queue) lose(ref uint32) {
	q.lost = append(q.lost, Range{q.entries.list[ref].id, 1})
	q.take(ref)
}

// NextExpiry returns when the retention of a message is over, zero if there is
// none: call Expire then.
func (q *Queue) NextExpiry() instant.Instant {
	var next instant.Instant
	earlier := func(sent instant.Instant) {
		if over := sent.Add(q.set.Retention); next == 0 || over < next {
			next = over
		}
	}
	for _, r := range []*runs{&q.plain, &q.grouped} {
		if sent, any := r.firstSent(); any {
			earlier(sent)
		}
	}
	for _, h := range []*heap{&q.young, &q.worn} {
		if h.len() > 0 {
			earlier(instant.Instant(h.items[0].key)) //nolint:gosec // it was one
		}
	}
	if len(q.lost) > 0 {
		next = q.last
	}
	return q.outside(next)
}
