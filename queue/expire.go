package queue

import "lullaby/instant"

// A Range is Count IDs from First on.
type Range struct {
	First ID
	Count int
}

// losses are messages whose retention is over.
type losses struct {
	ranges []Range
	from   ID // no range begins before
}

// add adds a range.
func (l *losses) add(r Range) {
	last := len(l.ranges) - 1
	switch {
	case last < 0:
		l.from = r.First
	case l.ranges[last].First+ID(l.ranges[last].Count) == r.First:
		l.ranges[last].Count += r.Count
		return
	}
	l.from = min(l.from, r.First)
	l.ranges = append(l.ranges, r)
}

// take takes ranges out, no more than most, and appends them to dst.
func (l *losses) take(most int, dst []Range) []Range {
	n := min(most, len(l.ranges))
	dst = append(dst, l.ranges[:n]...)
	if l.ranges = l.ranges[n:]; len(l.ranges) == 0 {
		l.ranges = nil
	}
	return dst
}

// Expire takes messages out whose retention is over at now, in whatever state they
// are, and appends their ranges of IDs to dst, no more than most. more says whether
// there are others: call it again. A range may contain messages that were gone before.
func (q *Queue) Expire(now instant.Instant, most int, dst []Range) (_ []Range, more bool) {
	now = q.advance(now)
	if n := most - len(q.lost.ranges); n > 0 {
		q.expireEntries(now, n)
	}
	full := len(q.lost.ranges) >= most
	return q.lost.take(most, dst), full
}

// expireEntries lets entries expire whose retention is over, no more than most.
func (q *Queue) expireEntries(now instant.Instant, most int) {
	limit := uint64(max(0, now.Add(-q.set.Retention)))
	for _, h := range [...]*heap{&q.young, &q.worn} {
		for ; most > 0 && h.len() > 0 && h.items[0].key <= limit; most-- {
			q.lose(h.items[0].ref)
		}
	}
}

// isOver reports whether the retention of an entry is over.
func (q *Queue) isOver(ref uint32, now instant.Instant) bool {
	return q.entries.list[ref].sent <= now.Add(-q.set.Retention)
}

// lose takes an entry out whose retention is over.
func (q *Queue) lose(ref uint32) {
	q.lost.add(Range{q.entries.list[ref].id, 1})
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
		if sent, found := r.firstSent(); found {
			earlier(sent)
		}
	}
	for _, h := range []*heap{&q.young, &q.worn} {
		if h.len() > 0 {
			earlier(instant.Instant(h.items[0].key)) //nolint:gosec // it was one
		}
	}
	if len(q.lost.ranges) > 0 {
		next = q.last
	}
	return q.outside(next)
}
