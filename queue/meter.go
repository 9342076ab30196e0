package queue

import (
	"time"

	"lullaby/instant"
	"lullaby/watch"
)

// The metrics of a queue (Developer Guide, "Available CloudWatch metrics for Amazon
// SQS").
var (
	messagesSent     = metric("NumberOfMessagesSent", watch.Count)
	messageSize      = metric("SentMessageSize", watch.Bytes)
	messagesReceived = metric("NumberOfMessagesReceived", watch.Count)
	emptyReceives    = metric("NumberOfEmptyReceives", watch.Count)
	messagesDeleted  = metric("NumberOfMessagesDeleted", watch.Count)

	visibleMessages    = metric("ApproximateNumberOfMessagesVisible", watch.Count)
	notVisibleMessages = metric("ApproximateNumberOfMessagesNotVisible", watch.Count)
	delayedMessages    = metric("ApproximateNumberOfMessagesDelayed", watch.Count)
	ageOfOldest        = metric("ApproximateAgeOfOldestMessage", watch.Seconds)

	// Of FIFO queues.
	deduplicatedMessages = metric("NumberOfDeduplicatedSentMessages", watch.Count)
	busyGroups           = metric("ApproximateNumberOfGroupsWithInflightMessages", watch.Count)

	// Of standard queues with message groups.
	noisyGroups     = metric("ApproximateNumberOfNoisyGroups", watch.Count)
	quietVisible    = metric("ApproximateNumberOfMessagesVisibleInQuietGroups", watch.Count)
	quietNotVisible = metric("ApproximateNumberOfMessagesNotVisibleInQuietGroups", watch.Count)
	quietDelayed    = metric("ApproximateNumberOfMessagesDelayedInQuietGroups", watch.Count)
)

func metric(name string, unit watch.Unit) watch.Metric {
	return watch.Metric{Namespace: "AWS/SQS", Name: name, Unit: unit}
}

const queueName = "QueueName"

// When AWS measures a queue (docs/aws/sqs.md#active-queues).
const (
	activeTime = 6 * time.Hour

	// WakeTime is how long an idle queue is not measured when it wakes, at most.
	WakeTime = 15 * time.Minute
)

// A Meter records the metrics of one queue, with the dimension QueueName, while
// the queue is active. Messages that are moved from another queue are no sends.
// Not safe for concurrent use: the owner of the queue locks.
type Meter struct {
	sink     watch.Sink
	lateness time.Duration   // from the wake of an idle queue until it is measured
	touched  instant.Instant // when the queue was last active; zero: never
	from     instant.Instant // nothing before is measured

	sent, size, received, empty, deleted           watch.Series
	visible, notVisible, delayed, age              watch.Series
	deduplicated, busy                             watch.Series // zero in standard queues
	noisy, quietVisible, quietFlying, quietDelayed watch.Series // zero until there is a group
	name                                           watch.Dimension
}

// NewMeter returns the meter of the queue of that name. strict: what AWS leaves
// open is taken at its strict end, and an idle queue is measured 15 minutes after
// it wakes. Assumed: else at once.
func NewMeter(sink watch.Sink, name string, fifo, strict bool) *Meter {
	of := watch.Dimension{Name: queueName, Value: name}
	m := &Meter{
		sink: sink, name: of,
		sent: sink.Series(messagesSent, of), size: sink.Series(messageSize, of), received: sink.Series(messagesReceived, of),
		empty: sink.Series(emptyReceives, of), deleted: sink.Series(messagesDeleted, of),
		visible: sink.Series(visibleMessages, of), notVisible: sink.Series(notVisibleMessages, of),
		delayed: sink.Series(delayedMessages, of), age: sink.Series(ageOfOldest, of),
	}
	if fifo {
		m.deduplicated, m.busy = sink.Series(deduplicatedMessages, of), sink.Series(busyGroups, of)
	}
	if strict {
		m.lateness = WakeTime
	}
	return m
}

// Touch notes that a request concerns the queue, whatever it is.
func (m *Meter) Touch(now instant.Instant) {
	if m.touched == 0 || now.Sub(m.touched) >= activeTime {
		m.from = now.Add(m.lateness)
	}
	m.touched = max(m.touched, now)
}

func (m *Meter) add(now instant.Instant, s watch.Series, value float64) {
	m.Touch(now)
	if now >= m.from {
		m.sink.Add(now, s, value)
	}
}

// Send counts a message that was sent, of so many bytes with its attributes.
func (m *Meter) Send(now instant.Instant, bytes int64) {
	m.add(now, m.sent, 1)
	m.add(now, m.size, float64(bytes))
}

// Deduplicate counts a message that was sent to a FIFO queue and was a duplicate.
// It is no Send.
func (m *Meter) Deduplicate(now instant.Instant) { m.add(now, m.deduplicated, 1) }

// Receive counts a call of ReceiveMessage that returned n messages.
func (m *Meter) Receive(now instant.Instant, n int) {
	if n == 0 {
		m.add(now, m.empty, 1)
	} else {
		m.add(now, m.received, float64(n))
	}
}

// Delete counts a deletion by a valid receipt handle, whether or not there was a
// message (docs/aws/sqs.md#receipt-handles).
func (m *Meter) Delete(now instant.Instant) { m.add(now, m.deleted, 1) }

// Minute measures the state of the queue when the minute is over that began at an
// instant: call it once a minute. What was not counted in the minute is zero.
func (m *Meter) Minute(began instant.Instant, q *Queue) {
	now := began.Add(time.Minute)
	c := q.Counts(now)
	if c != (Counts{}) {
		m.Touch(now)
	}
	if m.touched == 0 || now.Sub(m.touched) >= activeTime || began < m.from {
		return
	}
	for _, s := range [...]watch.Series{m.sent, m.received, m.empty, m.deleted, m.deduplicated} {
		m.sink.AddIdle(began, s)
	}
	m.sink.Add(began, m.visible, float64(c.Visible))
	m.sink.Add(began, m.notVisible, float64(c.InFlight))
	m.sink.Add(began, m.delayed, float64(c.Delayed))
	age := time.Duration(0)
	if oldest := q.Oldest(now); oldest != 0 {
		age = max(0, now.Sub(oldest))
	}
	m.sink.Add(began, m.age, age.Truncate(time.Second).Seconds())
	m.sink.Add(began, m.busy, float64(q.BusyGroups(now)))
	if m.busy == 0 {
		m.fairness(began, q)
	}
}

// fairness measures the groups of a standard queue that has had any.
func (m *Meter) fairness(began instant.Instant, q *Queue) {
	if m.noisy == 0 && len(q.groups.byName) > 0 {
		m.noisy, m.quietVisible = m.sink.Series(noisyGroups, m.name), m.sink.Series(quietVisible, m.name)
		m.quietFlying, m.quietDelayed = m.sink.Series(quietNotVisible, m.name), m.sink.Series(quietDelayed, m.name)
	}
	f := q.Fairness(began.Add(time.Minute))
	m.sink.Add(began, m.noisy, float64(f.NoisyGroups))
	m.sink.Add(began, m.quietVisible, float64(f.Quiet.Visible))
	m.sink.Add(began, m.quietFlying, float64(f.Quiet.InFlight))
	m.sink.Add(began, m.quietDelayed, float64(f.Quiet.Delayed))
}
