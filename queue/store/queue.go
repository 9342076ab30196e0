package store

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/queue/request"
	"lullaby/storage"
)

// A queue is a queue of an Engine. Its model decides; the disk follows: each change
// of the model is in a batch that was submitted under the same lock, so the disk has
// the changes in their order. Messages that are sent are in the model only when they
// are durable.
type queue struct {
	e      *Engine
	name   string
	arn    string
	number uint64
	desc   atomic.Pointer[description] // stored with ddl held

	mu      sync.Mutex // guards what follows
	gone    bool       // deleted
	model   *model.Queue
	seen    instant.Instant // the latest request's
	next    model.ID        // of the next message that is sent
	sending []*sending      // submitted and not in the model, in order of their IDs
	saved   model.ID        // the cursor as the last batch has it: it never falls
	marks   marks
	holes   holes
	fifo    *fifo // nil: a standard queue
	polls   polls
	meter   *model.Meter
	got     model.Received // memory of receives
	record  []byte         // memory of records
}

func (e *Engine) newQueue(now instant.Instant, d *description) *queue {
	q := &queue{e: e, name: d.Name, arn: request.ARN(e.opts.Scope, d.Name), number: d.Number, next: 1, saved: 1}
	q.desc.Store(d)
	var chance *rand.Rand
	if e.opts.Pessimistic {
		chance = rand.New(rand.NewPCG(e.opts.Seed, d.Number)) //nolint:gosec // it decides what tests meet
	}
	q.model = model.New(&d.settings, chance)
	q.model.Unlimited = e.opts.Unlimited
	q.fifo = e.newFIFO(now, d)
	q.meter = model.NewMeter(e.opts.Metrics, d.Name, d.settings.FIFO, e.opts.Pessimistic)
	return q
}

// lock locks the queue for a request, unless the queue is deleted. The error is a
// refusal.QueueDoesNotExist; q is not locked then.
func (q *queue) lock(now instant.Instant) error {
	q.mu.Lock()
	if q.gone {
		q.mu.Unlock()
		return errNoQueue
	}
	q.seen = now
	q.meter.Touch(now)
	return nil
}

// adopt makes d the description of the queue.
func (q *queue) adopt(now instant.Instant, d *description) {
	q.desc.Store(d)
	settings := d.settings
	if q.e.deadLetterQueue(q) == nil {
		settings.Redrive = nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.model.Set(now, &settings)
	q.fifo.set(now, d)
	q.stirLocked(now)
}

// stir wakes polls at an alarm.
func (q *queue) stir(now instant.Instant) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stirLocked(now)
}

// counts counts the messages.
func (q *queue) counts(now instant.Instant) (model.Counts, error) {
	if err := q.lock(now); err != nil {
		return model.Counts{}, err
	}
	defer q.mu.Unlock()
	return q.model.Counts(now), nil
}

// purge empties the queue and submits b, to which it adds what that deletes. What
// is being sent at the time is gone too.
func (q *queue) purge(now instant.Instant, b *storage.Batch) (storage.Submission, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	deleteMessages(b, q.number, 0, uint64(q.next))
	cursor{q.next, q.next}.stage(b, q.number)
	s, err := b.Submit()
	if err != nil {
		return s, err
	}
	q.seen = now
	q.model.Purge(now)
	q.saved, q.sending, q.marks, q.holes = q.next, nil, nil, nil
	if q.fifo != nil {
		q.fifo.sent.model.Clear()
		q.fifo.sent.marks = nil
	}
	return s, nil
}

// end submits b, which deletes the queue, and ends all polls.
func (q *queue) end(b *storage.Batch) (storage.Submission, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	s, err := b.Submit()
	if err != nil {
		return s, err
	}
	q.gone, q.sending = true, nil
	q.polls.wakeAll()
	return s, nil
}
