package gateway

import "lullaby/watch"

// Emissions returns the metrics that a [Meter] records.
func Emissions() []watch.Emission {
	var all []watch.Emission //nolint:prealloc // ten
	for _, e := range []watch.Emission{
		{Metric: requests, Most: 1}, {Metric: clientErrors, Most: 1}, {Metric: serverErrors, Most: 1}, {Metric: latency}, {Metric: integrationLatency},
	} {
		e.Dimensions = []string{apiName}
		all = append(all, e)
		e.Dimensions = []string{apiName, stageName}
		all = append(all, e)
	}
	return all
}
