package topic

import (
	"lullaby/instant"
	"lullaby/topic/request"
	"lullaby/watch"
)

// The metrics of a topic (docs/aws/sns.md#metrics).
var (
	published   = metric("NumberOfMessagesPublished", watch.Count)
	publishSize = metric("PublishSize", watch.Bytes)
	delivered   = metric("NumberOfNotificationsDelivered", watch.Count)
	failed      = metric("NumberOfNotificationsFailed", watch.Count)
	redriven    = metric("NumberOfNotificationsRedrivenToDlq", watch.Count)
	notRedriven = metric("NumberOfNotificationsFailedToRedriveToDlq", watch.Count)
)

func metric(name string, unit watch.Unit) watch.Metric {
	return watch.Metric{Namespace: "AWS/SNS", Name: name, Unit: unit}
}

// A Meter records the metrics of one topic, with the dimension TopicName. Safe for
// concurrent use if its sink is.
type Meter struct {
	sink                                                             watch.Sink
	published, publishSize, delivered, failed, redriven, notRedriven watch.Series
}

// NewMeter returns the meter of the topic of that name.
func NewMeter(sink watch.Sink, name string) *Meter {
	of := watch.Dimension{Name: "TopicName", Value: name}
	return &Meter{
		sink: sink, published: sink.Series(published, of), publishSize: sink.Series(publishSize, of), delivered: sink.Series(delivered, of),
		failed: sink.Series(failed, of), redriven: sink.Series(redriven, of), notRedriven: sink.Series(notRedriven, of),
	}
}

// Publish counts a message of so many bytes.
func (m *Meter) Publish(now instant.Instant, bytes int) {
	m.sink.Add(now, m.published, 1)
	m.sink.Add(now, m.publishSize, float64(bytes))
}

// Deliver counts a notification that has arrived.
func (m *Meter) Deliver(now instant.Instant) { m.sink.Add(now, m.delivered, 1) }

// Fail counts an attempt that has failed; last: there is no other one. By HTTP each one
// counts, else the last.
func (m *Meter) Fail(now instant.Instant, p request.Protocol, last bool) {
	if last || p.Web() {
		m.sink.Add(now, m.failed, 1)
	}
}

// Redrive counts a notification that was to move to a dead-letter queue.
func (m *Meter) Redrive(now instant.Instant, moved bool) {
	if moved {
		m.sink.Add(now, m.redriven, 1)
		return
	}
	m.sink.Add(now, m.notRedriven, 1)
}
