package rehearse

import (
	"time"

	"lullaby/instant"
	"lullaby/rehearse/report"
)

// A recorder looks at all queues again and again. Its only event is its next
// look.
type recorder struct {
	number uint16
	every  time.Duration
}

// looks is how often a recorder looks while traffic lasts, if that is not more
// often than once a second.
const looks = 10_000

// newRecorder adds a recorder to a world with queues.
func (w *world) newRecorder() {
	r := &recorder{every: max(time.Second, (w.options.For / looks).Truncate(time.Second))}
	r.number = w.add(r)
	w.schedule(w.start, r.number, 0, 0)
}

func (r *recorder) wake(w *world, now instant.Instant, _ uint8, _ uint32) {
	for _, q := range w.queues {
		q.expire(now)
		q.look(w, now)
	}
	if now < w.limit && (now < w.horizon || w.busy(now)) {
		w.schedule(now.Add(r.every), r.number, 0, 0)
	}
}

// busy reports whether a function works or a queue has messages to receive.
func (w *world) busy(now instant.Instant) bool {
	for _, f := range w.functions {
		if f.running.busy() {
			return true
		}
	}
	for _, q := range w.queues {
		if len(q.consumers) > 0 && q.count(now) > 0 {
			return true
		}
	}
	return false
}

// A history is what a queue was like, at some moments with equal time between
// them.
type history struct {
	moments []report.Moment
	every   int // so many looks are a moment; at first 1
	looks   int

	deepest, oldest report.Moment // with the most visible messages; with the oldest one
	last            report.Moment
}

const mostMoments = 119 // and the last

// look notes what the queue is like.
func (q *queue) look(w *world, now instant.Instant) {
	m := q.moment(w, now)
	h := &q.over
	if m.Visible > h.deepest.Visible {
		h.deepest = m
	}
	if m.Age > h.oldest.Age {
		h.oldest = m
	}
	h.last = m
	if h.looks%h.every == 0 {
		h.moments = append(h.moments, m)
	}
	h.looks++
	if len(h.moments) > mostMoments {
		h.halve()
	}
}

// lookAgain notes what the queue is like if it is otherwise than at the last look.
func (q *queue) lookAgain(w *world, now instant.Instant) {
	q.expire(now)
	m := q.moment(w, now)
	m.At = q.over.last.At
	if m != q.over.last {
		q.look(w, now)
	}
}

// halve keeps every other moment.
func (h *history) halve() {
	kept := h.moments[:0]
	for i := 0; i < len(h.moments); i += 2 {
		kept = append(kept, h.moments[i])
	}
	h.moments = kept
	h.every *= 2
}

func (q *queue) moment(w *world, now instant.Instant) report.Moment {
	c := q.messages.Counts(now)
	m := report.Moment{
		At: w.since(now), Visible: int64(c.Visible), InFlight: int64(c.InFlight), Delayed: int64(c.Delayed),
		Done: q.written, Dead: q.died,
	}
	if oldest := q.messages.Oldest(now); !oldest.IsZero() {
		m.Age = report.Span(now.Sub(oldest))
	}
	return m
}

// report adds the history to a report.
func (h *history) report(to *report.Queue) {
	to.Deepest, to.DeepestAt = h.deepest.Visible, h.deepest.At
	to.Oldest, to.OldestAt = h.oldest.Age, h.oldest.At
	to.Moments = append([]report.Moment{}, h.moments...)
	if h.moments[len(h.moments)-1] != h.last {
		to.Moments = append(to.Moments, h.last)
	}
}
