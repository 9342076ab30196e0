package queue

import "lullaby/watch"

// Emissions returns the metrics that a [Meter] records.
func Emissions() []watch.Emission {
	all := []watch.Emission{
		{Metric: messagesSent, Most: 1},
		{Metric: emptyReceives, Most: 1},
		{Metric: messagesDeleted, Most: 1},
		{Metric: deduplicatedMessages, Most: 1},
		{Metric: messageSize},
		{Metric: messagesReceived},
		{Metric: visibleMessages},
		{Metric: notVisibleMessages},
		{Metric: delayedMessages},
		{Metric: ageOfOldest},
		{Metric: busyGroups},
		{Metric: noisyGroups},
		{Metric: quietVisible},
		{Metric: quietNotVisible},
		{Metric: quietDelayed},
	}
	for i := range all {
		all[i].Dimensions = []string{queueName}
	}
	return all
}
