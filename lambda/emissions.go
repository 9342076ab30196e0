package lambda

import "lullaby/watch"

// Emissions returns the metrics that a [Meter] records.
func Emissions() []watch.Emission {
	var all []watch.Emission
	for _, e := range []watch.Emission{
		{Metric: invocations, Most: 1},
		{Metric: functionErrors, Most: 1},
		{Metric: throttles, Most: 1},
		{Metric: recursive, Most: 1},
		{Metric: eventsReceived, Most: 1},
		{Metric: eventsDropped, Most: 1},
		{Metric: duration},
		{Metric: concurrent},
		{Metric: eventAge},
	} {
		all = append(all, e)
		e.Dimensions = []string{functionName}
		all = append(all, e)
	}
	return append(all, watch.Emission{Metric: concurrentUnreserved})
}
