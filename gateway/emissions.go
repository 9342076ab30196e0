package gateway

import "lullaby/watch"

// Emissions returns the metrics that a [Meter], an [HTTPMeter] and a [URLMeter]
// record.
func Emissions() []watch.Emission {
	all := ofStage(apiName, []watch.Emission{
		{Metric: requests, Most: 1}, {Metric: clientErrors, Most: 1}, {Metric: serverErrors, Most: 1}, {Metric: latency}, {Metric: integrationLatency},
	})
	all = append(all, ofStage(apiID, []watch.Emission{
		{Metric: requests, Most: 1},
		{Metric: httpClientErrors, Most: 1},
		{Metric: httpServerErrors, Most: 1},
		{Metric: latency},
		{Metric: integrationLatency},
		{Metric: dataProcessed},
	})...)
	for _, e := range []watch.Emission{{Metric: urlRequests, Most: 1}, {Metric: urlClientErrors, Most: 1}, {Metric: urlServerErrors, Most: 1}, {Metric: urlLatency}} {
		e.Dimensions = []string{functionName}
		all = append(all, e)
	}
	return all
}

// ofStage returns metrics with the dimension of an API, and with its stage too.
func ofStage(api string, metrics []watch.Emission) []watch.Emission {
	var all []watch.Emission //nolint:prealloc // about ten
	for _, e := range metrics {
		e.Dimensions = []string{api}
		all = append(all, e)
		e.Dimensions = []string{api, stageName}
		all = append(all, e)
	}
	return all
}
