package mapping

import (
	"time"

	"lullaby/instant"
)

// Figures of pollers (docs/aws/mapping.md#scaling,
// docs/aws/mapping.md#batches).
const (
	firstBatches = 5 // in flight at first, and at low traffic
	idleBatches  = 2 // in flight at least, without a MaximumConcurrency
	receiveMax   = 10
	longPoll     = 20 * time.Second

	// growthTime is how long it takes to add a process: 300 a minute. Assumed:
	// smoothly, one each 0.2 s, while messages remain. A backlog of 5,000 in batches
	// of 10 that take 5 s each is then received once in 28 s, and in 32 s if each
	// ends with an error, after which the process rests. Steps of a minute would
	// take 64 s.
	growthTime = time.Minute / 300

	// fallTime is how long it takes to drop a batch of a queue that has no
	// messages. Assumed: twice as long as to add one.
	fallTime = 2 * growthTime
)

// MaxPayload bounds the bytes of an event, with its metadata
// (docs/aws/mapping.md#batches).
const MaxPayload = 6 << 20

// A Process is one of a poller's: it gathers one batch, invokes the function
// with it, and then gathers the next. The number is used again after the process
// has ended.
type Process uint32

// Pace are the settings on which a poller's pace depends.
type Pace struct {
	BatchSize          int           // messages of a batch at most; 0: 10
	Window             time.Duration // to gather a batch; 0: what one receive brings
	MaximumConcurrency int           // batches in flight at most; 0: AWS's maximum
	Timeout            time.Duration // of the function
	Visibility         time.Duration // of the queue
	ReportsFailures    bool          // errors do not hold back the mapping
	Assumptions        *Assumptions  // nil: Likely
}

// hidden returns how long a received message stays hidden, and what a receive
// asks for; 0: the queue's own (docs/aws/mapping.md#batches).
func (p *Pace) hidden() (effective, asked time.Duration) {
	if p.Window > 0 && p.Window+p.Timeout > p.Visibility {
		effective = p.Window + p.Timeout + 30*time.Second
		return effective, effective
	}
	return p.Visibility, 0
}

// A Message is a message of a queue as a poller needs it. T is the driver's.
type Message[T any] struct {
	Of    T
	Bytes int64 // of its record in the event, with a comma: see AppendRecord
}

// A Task is what a driver does next for a process. Batch is set for an
// invocation; the driver calls Invoked when it has ended. Otherwise the driver
// receives from the queue and calls Received.
type Task[T any] struct {
	Process    Process
	Batch      []T           // in the order of receipt; valid until Invoked
	Max        int           // messages to receive at most: 1 to 10
	Wait       time.Duration // of the long poll; whole seconds, up to 20
	Visibility time.Duration // of what is received; whole seconds; 0: the queue's own
}

// An Outcome is how an invocation ended.
type Outcome uint8

// The outcomes of invocations. After Succeeded the driver has deleted the
// messages that the answer does not report as failed (see Failures), after
// Errored none. After Throttled the poller keeps the batch and tries again.
const (
	Succeeded Outcome = iota
	Errored           // the function returned an error, or ran out of time
	Throttled         // it did not run
)

// A Poller decides when the processes of a mapping receive and invoke. Make one
// with NewPoller. The driver asks Next until there is no task, then waits for a
// report or for the instant of Wake, whichever is first, and asks again.
//
// A poller does not know reserved concurrency: it receives messages for
// invocations that are then throttled, as AWS's does
// (docs/aws/mapping.md#back-off-after-throttles).
type Poller[T any] struct {
	pace      Pace
	processes []process[T]
	free      []Process // numbers of those that have ended
	ready     fifo      // those with a task
	waits     waits     // those that wait for an instant
	receiving receiving // those that receive

	level     int // how many processes there should be; 0: stopped
	alive     int // how many there are
	invoking  int // of these
	throttled int // of these: those whose batch waits after a throttle

	grows    instant.Instant // when the next process is due; zero: never
	grew     instant.Instant // when the last was
	falls    instant.Instant // since when the queue has no messages; zero: it has
	received instant.Instant // when the last message was
	last     instant.Instant // the latest instant that was passed
}

// NewPoller returns the poller of a mapping that is enabled at now.
func NewPoller[T any](now instant.Instant, pace Pace) *Poller[T] {
	p := new(Poller[T])
	p.Start(now, pace)
	return p
}

// Start changes the pace at now, of a poller that runs or has stopped. Batches
// that are being gathered or processed keep what they had.
func (p *Poller[T]) Start(now instant.Instant, pace Pace) {
	if pace.BatchSize == 0 {
		pace.BatchSize = DefaultBatchSize
	}
	if pace.Assumptions == nil {
		pace.Assumptions = Likely
	}
	p.pace = pace
	if p.level == 0 {
		p.level, p.grew, p.received = firstBatches, now, now
	}
	p.level = min(p.level, p.most())
	for p.alive < p.level {
		p.begin()
	}
}

// Stop ends all processes at now: those that wait at once, and the others when
// their receive or their invocation has ended. What a receive brings is invoked.
// The driver may cancel receives and report no messages. Processes says whether
// all have ended. Assumed: a batch that waits after a throttle is dropped.
func (p *Poller[T]) Stop(now instant.Instant) {
	p.level, p.grows = 0, 0
	for len(p.waits) > 0 {
		n := p.waits.take()
		r := &p.processes[n]
		if !r.paused {
			p.throttled--
			r.rest = nil
			r.empty()
		}
		p.goOn(now, n)
	}
}

// Processes returns how many processes there are, and how many of them invoke
// the function.
func (p *Poller[T]) Processes() (all, invoking int) { return p.alive, p.invoking }

// most returns how many batches may be in flight at most.
func (p *Poller[T]) most() int {
	if p.pace.MaximumConcurrency > 0 {
		return p.pace.MaximumConcurrency
	}
	return p.pace.Assumptions.MostBatches
}

// Next returns the next task at now. ok is false if there is none for now.
func (p *Poller[T]) Next(now instant.Instant) (t Task[T], ok bool) {
	p.wake(now)
	for {
		n, ok := p.ready.take()
		if !ok {
			return t, false
		}
		r := &p.processes[n]
		switch {
		case r.complete, len(r.batch) > 0 && p.level == 0:
			r.complete = true
			p.invoking++
			return Task[T]{Process: n, Batch: r.batch}, true
		case len(r.batch) == 0 && p.alive > p.level:
			p.finish(n)
		default:
			p.receiving.put(n, now)
			return p.receive(now, n), true
		}
	}
}

// Wake returns the instant at which there may be a task without a report; zero:
// never.
func (p *Poller[T]) Wake() instant.Instant {
	at := p.grows
	if due, ok := p.waits.first(); ok && (at.IsZero() || due.Before(at)) {
		at = due
	}
	return at
}
