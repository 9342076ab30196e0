package rehearse

import (
	"strconv"
	"time"

	"lullaby/instant"
	sqs "lullaby/queue"
	"lullaby/queue/request"
	"lullaby/rehearse/report"
	"lullaby/template"
)

// A queue is an SQS queue, with the mappings that receive from it. It wakes those
// that wait for messages when there are some.
//
// Assumed: each message of a FIFO queue has a group of its own; sending, receiving
// and deleting take no time.
type queue struct {
	number   uint16
	of       *template.Queue
	settings request.Settings
	messages *sqs.Queue
	limit    *sqs.Throughput // of sends to a FIFO queue; nil: none
	ledger   ledger
	last     sqs.ID
	due      instant.Instant // of the event to come; zero: none

	dead      *queue // where its redrive policy moves messages; nil: out of the template, or nowhere
	consumers []*mapping
	meter     *sqs.Meter // nil: no alarm looks at it

	found sqs.Received // of the last receive; its memory is used again

	backlog  int64 // messages at the start
	sent     int64
	refused  int64 // sends
	moved    int64 // here, by the redrive policies of other queues
	received int64 // deliveries
	distinct int64 // messages that were received
	failed   int64 // deliveries that ended without a call
	written  int64 // messages whose call succeeded
	again    int64 // calls that succeeded for messages that were written, or gone
	deleted  int64
	died     int64 // moved by its redrive policy
	wasDone  int64 // of those, whose call had succeeded
	expired  int64

	allReceived instant.Instant // when the last message was received for the first time
	firstDead   instant.Instant
	emptied     instant.Instant // when the last message left
	took        latencies       // from the send to the call's success
	over        history
}

// send sends a message at now. It reports false if the queue refuses.
func (q *queue) send(w *world, now instant.Instant) bool {
	if q.limit != nil && !q.limit.Take(now, sqs.Send, group(q.last+1)) {
		q.refused++
		return false
	}
	q.sent++
	if q.meter != nil {
		q.meter.Send(now, w.options.ItemBytes)
	}
	q.put(w, now, now)
	return true
}

// put adds a message that was sent at an instant.
func (q *queue) put(w *world, now, sent instant.Instant) {
	q.last++
	m := sqs.Sent{At: sent, Since: now}
	if q.settings.FIFO {
		m.At, m.Group = now, group(q.last)
	} else if q.settings.Delay > 0 {
		m.Due = now.Add(q.settings.Delay)
	}
	q.messages.Add(now, q.last, m)
	q.ledger.add(q.last, sent)
	q.stir(w, now)
}

func group(id sqs.ID) string { return strconv.FormatUint(uint64(id), 36) }

// stir schedules the queue's event if a mapping waits for messages.
func (q *queue) stir(w *world, now instant.Instant) {
	if !q.awaited() || now >= w.limit {
		return
	}
	at := now
	if !q.messages.Ready(now) {
		at = q.messages.Next(now)
	}
	if !at.IsZero() && (q.due.IsZero() || at < q.due) {
		q.due = at
		w.schedule(at, q.number, 0, 0)
	}
}

func (q *queue) awaited() bool {
	for _, m := range q.consumers {
		if len(m.polls) > 0 {
			return true
		}
	}
	return false
}

// wake gives messages to the mappings that wait.
func (q *queue) wake(w *world, now instant.Instant, _ uint8, _ uint32) {
	if now != q.due {
		return // an earlier event took its place
	}
	q.due = 0
	for _, m := range q.consumers {
		m.serve(w, now)
	}
	q.stir(w, now)
}

// receive receives at most so many messages, and moves those that were received
// too often. A visibility of 0 is the queue's own. progress: there was something
// to receive or to move. The result is valid until the next receive.
func (q *queue) receive(w *world, now instant.Instant, most int, visibility time.Duration) (got []sqs.Delivery, progress bool) {
	if visibility == 0 {
		visibility = -1
	}
	ask := sqs.Ask{Max: most, Visibility: visibility, Long: true}
	if err := q.messages.Receive(now, &ask, &q.found); err != nil {
		return nil, false
	}
	for _, id := range q.found.Dead {
		q.bury(w, now, id)
	}
	q.messages.Remove(q.found.Dead)
	q.messages.Saved(&q.found)
	q.received += int64(len(q.found.Deliveries))
	for i := range q.found.Deliveries {
		if n := q.ledger.of(q.found.Deliveries[i].ID); !n.received {
			n.received = true
			q.distinct++
			q.allReceived = now
		}
	}
	if len(q.found.Dead) > 0 {
		q.left(now)
	}
	if n := len(q.found.Deliveries); n > 0 && q.meter != nil {
		q.meter.Receive(now, n)
	}
	return q.found.Deliveries, len(q.found.Deliveries)+len(q.found.Dead) > 0
}

// bury moves a message to the dead-letter queue.
func (q *queue) bury(w *world, now instant.Instant, id sqs.ID) {
	if q.died == 0 {
		q.firstDead = now
	}
	q.died++
	n := q.ledger.of(id)
	if n.written {
		q.wasDone++
	}
	if q.dead != nil {
		q.dead.moved++
		q.dead.put(w, now, n.sent)
	}
	q.ledger.remove(id)
}

// wrote notes that the call for a message has succeeded.
func (q *queue) wrote(now instant.Instant, m message) {
	n := q.ledger.of(m.id)
	if n == nil || n.written {
		q.again++
		return
	}
	n.written = true
	q.written++
	q.took.add(now.Sub(n.sent))
}

// touch notes for the meter that a request concerns the queue.
func (q *queue) touch(now instant.Instant) {
	if q.meter != nil {
		q.meter.Touch(now)
	}
}

// delete deletes a message whose call has succeeded.
func (q *queue) delete(now instant.Instant, m message) {
	gone, err := q.messages.Delete(now, m.id, m.receipt)
	if err == nil && q.meter != nil {
		q.meter.Delete(now)
	}
	if err != nil || !gone {
		return // it is visible again, or was received by another
	}
	q.deleted++
	q.ledger.remove(m.id)
	q.left(now)
}

// left notes that a message has left the queue.
func (q *queue) left(now instant.Instant) {
	if q.count(now) == 0 {
		q.emptied = now
	}
}

// count returns how many messages there are.
func (q *queue) count(now instant.Instant) int {
	c := q.messages.Counts(now)
	return c.Visible + c.InFlight + c.Delayed
}

// expire drops the messages whose retention is over.
func (q *queue) expire(now instant.Instant) {
	for more := true; more; {
		var lost []sqs.Range
		lost, more = q.messages.Expire(now, 1_000, nil)
		for _, r := range lost {
			for id := r.First; id < r.First+sqs.ID(r.Count); id++ {
				if n := q.ledger.of(id); n != nil {
					q.expired++
					q.ledger.remove(id)
					q.left(now)
				}
			}
		}
	}
}

// rests reports whether nothing is left to be received after the traffic.
func (q *queue) rests(w *world, now instant.Instant) bool {
	return now > w.horizon && (len(q.consumers) == 0 || q.count(now) == 0)
}

func (q *queue) report(w *world) report.Queue {
	rep := report.Queue{
		Queue: q.of.LogicalID, Visibility: report.Span(q.settings.Visibility),
		Backlog: q.backlog, Sent: q.sent, SendsRefused: q.refused, Moved: q.moved,
		Received: q.received, ReceivedMessages: q.distinct, Failed: q.failed,
		Done: q.written, DoneAgain: q.again, Dead: q.died, DeadDone: q.wasDone, Expired: q.expired, Left: int64(q.count(w.worked)),
		P50: q.took.percentile(50), P95: q.took.percentile(95), P99: q.took.percentile(99),
		Mappings: make([]report.Mapping, 0, len(q.consumers)),
	}
	if r := q.settings.Redrive; r != nil {
		rep.MaxReceives = int64(r.MaxReceiveCount)
		rep.DeadLetterQueue = r.Target
		if q.dead != nil {
			rep.DeadLetterQueue = q.dead.of.LogicalID
		}
	}
	rep.AllReceived, rep.FirstDead = w.since(q.allReceived), w.since(q.firstDead)
	if rep.Left == 0 {
		rep.Empty = w.since(q.emptied)
	}
	for _, m := range q.consumers {
		rep.Mappings = append(rep.Mappings, m.report())
	}
	q.over.report(&rep)
	return rep
}
