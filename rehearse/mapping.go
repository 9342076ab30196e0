package rehearse

import (
	"math/rand/v2"
	"slices"
	"time"

	"lullaby/instant"
	esm "lullaby/lambda/mapping"
	sqs "lullaby/queue"
	"lullaby/rehearse/report"
)

// A mapping is an event source mapping: its poller receives from a queue and
// invokes a function with what it received.
type mapping struct {
	number   uint16
	of       *consumer
	queue    *queue
	function *function
	call     *call
	poller   *esm.Poller[message]
	polls    []poll          // that wait for messages, in the order in which they began
	batches  []batch         // by process
	due      instant.Instant // of the poller's event to come; zero: none
	rng      *rand.Rand      // for what is given back

	invocations, throttled, errored int64
	empty                           int64 // receives without messages
}

// A message is one receive of a message.
type message struct {
	id      sqs.ID
	receipt sqs.Receipt
}

// A poll is a long poll that waits.
type poll struct {
	task  esm.Task[message]
	until instant.Instant
}

// The kinds of a mapping's events.
const (
	pollerWakes uint8 = iota
	pollEnds          // the slot is that of the process
)

// recordBytes is what a message's record in an event has besides the body.
// Assumed: the attributes that each message has, and a receipt handle of some
// 200 characters.
const recordBytes = 700

func (m *mapping) wake(w *world, now instant.Instant, kind uint8, slot uint32) {
	if kind == pollEnds {
		m.giveUp(w, now, esm.Process(slot))
		return
	}
	if now == m.due {
		m.due = 0
		m.drive(w, now)
	}
}

// drive does what the poller asks for.
func (m *mapping) drive(w *world, now instant.Instant) {
	if now >= w.limit {
		return
	}
	for {
		t, ok := m.poller.Next(now)
		if !ok {
			break
		}
		if t.Batch != nil {
			m.invoke(w, now, t)
		} else if !m.receive(w, now, &t) {
			m.queue.touch(now)
			m.polls = append(m.polls, poll{t, now.Add(t.Wait)})
			w.schedule(now.Add(t.Wait), m.number, pollEnds, uint32(t.Process))
		}
	}
	m.queue.stir(w, now)
	if at := m.poller.Wake(); !at.IsZero() && (m.due.IsZero() || at < m.due) {
		m.due = max(at, now)
		w.schedule(m.due, m.number, pollerWakes, 0)
	}
}

// serve gives visible messages to the long polls that wait.
func (m *mapping) serve(w *world, now instant.Instant) {
	served := false
	for len(m.polls) > 0 && now < w.limit && m.queue.messages.Ready(now) {
		if !m.receive(w, now, &m.polls[0].task) {
			break
		}
		m.polls = slices.Delete(m.polls, 0, 1)
		served = true
	}
	if served {
		m.drive(w, now)
	}
}

// receive receives for a process. It reports whether there were messages.
func (m *mapping) receive(w *world, now instant.Instant, t *esm.Task[message]) bool {
	for {
		got, progress := m.queue.receive(w, now, t.Max, t.Visibility)
		if len(got) > 0 {
			messages := make([]esm.Message[message], len(got))
			for i := range got {
				messages[i] = esm.Message[message]{Of: message{got[i].ID, got[i].Receives}, Bytes: w.options.ItemBytes + recordBytes}
			}
			m.poller.Received(now, t.Process, len(got), messages)
			return true
		}
		if !progress {
			return false
		}
	}
}

// giveUp ends the long poll of a process if it still waits. When the traffic is
// over and the queue is empty, it waits on, and is no empty receive.
func (m *mapping) giveUp(w *world, now instant.Instant, n esm.Process) {
	i := slices.IndexFunc(m.polls, func(p poll) bool { return p.task.Process == n && p.until == now })
	if i < 0 || now >= w.limit || m.queue.rests(w, now) {
		return
	}
	m.polls = slices.Delete(m.polls, i, i+1)
	m.empty++
	if m.queue.meter != nil {
		m.queue.meter.Receive(now, 0)
	}
	m.poller.Received(now, n, 0, nil)
	m.drive(w, now)
}

// invoke invokes the function with a batch.
func (m *mapping) invoke(w *world, now instant.Instant, t esm.Task[message]) {
	for int(t.Process) >= len(m.batches) {
		m.batches = append(m.batches, batch{})
	}
	b := &m.batches[t.Process]
	*b = batch{queue: m.queue, process: t.Process, messages: t.Batch, done: b.done[:0], failed: b.failed[:0], stops: !m.of.reports}
	if throttle := m.function.invoke(w, now, m, m.call, b); throttle != nil {
		m.throttled++
		m.poller.Invoked(now, t.Process, esm.Throttled)
		return
	}
	m.invocations++
}

// until returns an instant after the end of every function.
func (m *mapping) until(arrived instant.Instant) instant.Instant { return arrived.Add(longestLatency) }

// answer receives the end of an invocation: it deletes the messages that are done,
// unless the function returns an error, and goes on.
func (m *mapping) answer(w *world, now instant.Instant, i *invocation) (heard bool) {
	b := i.batch
	b.failed = append(b.failed, b.messages[b.next:]...)
	m.queue.failed += int64(len(b.failed))
	for _, f := range b.failed {
		m.giveBack(now, f)
	}
	outcome := esm.Succeeded
	if b.stops && len(b.failed) > 0 {
		outcome, i.failed = esm.Errored, true
		m.errored++
	} else {
		for _, d := range b.done {
			m.queue.delete(now, d)
		}
	}
	m.poller.Invoked(now, b.process, outcome)
	m.drive(w, now)
	return true
}

// abandon is never called: a mapping waits for every function.
func (m *mapping) abandon(*invocation) {}

// giveBack makes a message visible in some seconds, if the function does that.
func (m *mapping) giveBack(now instant.Instant, f message) {
	if most := int64(m.of.giveBack / time.Second); most > 0 {
		// A message that is visible already stays as it is.
		_, _, _ = m.queue.messages.ChangeVisibility(now, f.id, f.receipt, time.Duration(1+m.rng.Int64N(most))*time.Second)
	}
}

// A batch is the messages of an invocation.
type batch struct {
	queue    *queue
	process  esm.Process
	messages []message // the poller's
	next     int       // the message whose call is made
	done     []message
	failed   []message
	stops    bool // the function returns an error as soon as one fails
}

// settle notes at now whether the call for the current message has succeeded. It
// reports false if the invocation ends.
func (b *batch) settle(now instant.Instant, done bool) (more bool) {
	m := b.messages[b.next]
	b.next++
	if done {
		b.done = append(b.done, m)
		b.queue.wrote(now, m)
	} else {
		b.failed = append(b.failed, m)
		if b.stops {
			return false
		}
	}
	return b.next < len(b.messages)
}

func (m *mapping) report() report.Mapping {
	pace := m.of.pace
	return report.Mapping{
		Function: m.function.of.LogicalID, BatchSize: int64(pace.BatchSize), MaximumConcurrency: int64(pace.MaximumConcurrency),
		ReportsFailures: m.of.reports, GiveBack: report.Span(m.of.giveBack),
		Invocations: m.invocations, Throttled: m.throttled, Errors: m.errored, EmptyReceives: m.empty,
	}
}
