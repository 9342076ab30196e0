package lambda

import (
	"time"

	"lullaby/instant"
	"lullaby/watch"
)

// The metrics of functions (Lambda Developer Guide, "Types of metrics for
// Lambda functions"). Errors has a sample of 0 or 1 for each invocation, so
// that its average is the error rate. A throttled request is not an invocation.
var (
	invocations          = watch.Metric{Namespace: namespace, Name: "Invocations", Unit: watch.Count}
	functionErrors       = watch.Metric{Namespace: namespace, Name: "Errors", Unit: watch.Count}
	throttles            = watch.Metric{Namespace: namespace, Name: "Throttles", Unit: watch.Count}
	duration             = watch.Metric{Namespace: namespace, Name: "Duration", Unit: watch.Milliseconds}
	concurrent           = watch.Metric{Namespace: namespace, Name: "ConcurrentExecutions", Unit: watch.Count}
	recursive            = watch.Metric{Namespace: namespace, Name: "RecursiveInvocationsDropped", Unit: watch.Count}
	eventsReceived       = watch.Metric{Namespace: namespace, Name: "AsyncEventsReceived", Unit: watch.Count}
	eventAge             = watch.Metric{Namespace: namespace, Name: "AsyncEventAge", Unit: watch.Milliseconds}
	eventsDropped        = watch.Metric{Namespace: namespace, Name: "AsyncEventsDropped", Unit: watch.Count}
	concurrentUnreserved = watch.Metric{Namespace: namespace, Name: "UnreservedConcurrentExecutions", Unit: watch.Count}
)

const (
	namespace    = "AWS/Lambda"
	functionName = "FunctionName"
)

// A Meter records the metrics of one function: with the dimension FunctionName,
// and without dimensions for all functions of the account. It has no state of
// its own; it is safe for concurrent use if its Sink is.
type Meter struct {
	sink   watch.Sink
	series [2]functionSeries // of the function, of all

	unreserved watch.Series // of the account
}

type functionSeries struct {
	invocations, errors, throttles, duration, concurrent, recursive watch.Series

	received, age, dropped watch.Series // of asynchronous invocations
}

// NewMeter returns the meter of the function of that name.
func NewMeter(sink watch.Sink, function string) *Meter {
	of := func(dimensions ...watch.Dimension) functionSeries {
		return functionSeries{
			sink.Series(invocations, dimensions...), sink.Series(functionErrors, dimensions...),
			sink.Series(throttles, dimensions...), sink.Series(duration, dimensions...), sink.Series(concurrent, dimensions...),
			sink.Series(recursive, dimensions...),
			sink.Series(eventsReceived, dimensions...), sink.Series(eventAge, dimensions...), sink.Series(eventsDropped, dimensions...),
		}
	}
	return &Meter{
		sink:       sink,
		series:     [...]functionSeries{of(watch.Dimension{Name: functionName, Value: function}), of()},
		unreserved: sink.Series(concurrentUnreserved),
	}
}

// A Concurrency is how many invocations run at one instant.
type Concurrency struct {
	Function   int // of the function
	Account    int // of all functions
	Unreserved int // of the functions that reserve nothing
}

// Concurrency returns how many invocations run, of the function and of the
// account.
func (f *Function) Concurrency() Concurrency {
	return Concurrency{Function: f.running, Account: f.account.running, Unreserved: f.account.unreserved}
}

// Admit records the concurrency after an invocation was admitted at now.
func (m *Meter) Admit(now instant.Instant, c Concurrency) {
	m.sink.Add(now, m.series[0].concurrent, float64(c.Function))
	m.sink.Add(now, m.series[1].concurrent, float64(c.Account))
	m.sink.Add(now, m.unreserved, float64(c.Unreserved))
}

// Throttle counts a request that was throttled at now.
func (m *Meter) Throttle(now instant.Instant) {
	for i := range m.series {
		m.sink.Add(now, m.series[i].throttles, 1)
	}
}

// DropRecursive counts a request that was stopped at now because of a loop (see
// [Lineage.Pass]). It is no invocation.
func (m *Meter) DropRecursive(now instant.Instant) {
	for i := range m.series {
		m.sink.Add(now, m.series[i].recursive, 1)
	}
}

// Receive counts an asynchronous invocation that was accepted at now.
func (m *Meter) Receive(now instant.Instant) {
	for i := range m.series {
		m.sink.Add(now, m.series[i].received, 1)
	}
}

// Age records that an asynchronous invocation ran at now, at an age: at each of its
// attempts.
func (m *Meter) Age(now instant.Instant, age time.Duration) {
	for i := range m.series {
		m.sink.Add(now, m.series[i].age, float64(age)/float64(time.Millisecond))
	}
}

// Drop counts an asynchronous invocation that will not run, at now.
func (m *Meter) Drop(now instant.Instant) {
	for i := range m.series {
		m.sink.Add(now, m.series[i].dropped, 1)
	}
}

// Finish records an invocation when it has ended. began is when it began.
// failed: it ended in a function error, such as a timeout.
func (m *Meter) Finish(began instant.Instant, took time.Duration, failed bool) {
	errors := 0.0
	if failed {
		errors = 1
	}
	for i := range m.series {
		s := &m.series[i]
		m.sink.Add(began, s.invocations, 1)
		m.sink.Add(began, s.errors, errors)
		m.sink.Add(began, s.duration, float64(took)/float64(time.Millisecond))
	}
}
