package meter

import (
	"slices"

	"lullaby/watch"
)

// Emissions returns the metrics of a [Meter], and those of requests.
func Emissions() []watch.Emission {
	var all []watch.Emission
	table, index := []string{TableName}, []string{TableName, IndexName}
	for k, both := range metrics {
		for _, m := range both {
			e := watch.Emission{Metric: m, Dimensions: table}
			if slices.Contains(single, kind(k)) {
				e.Most = 1
			}
			if kind(k) != backfilled && m.Name != "" {
				all = append(all, e)
			}
			if e.Dimensions = index; kind(k) <= backfilled && m.Name != "" {
				all = append(all, e)
			}
		}
	}
	for _, e := range []watch.Emission{
		{Metric: SuccessfulRequestLatency}, {Metric: ReturnedItemCount}, {Metric: ThrottledRequests, Most: 1}, {Metric: SystemErrors, Most: 1},
	} {
		e.Dimensions = []string{TableName, Operation}
		all = append(all, e)
	}
	return append(all, watch.Emission{Metric: UserErrors, Most: 1})
}

// single are the kinds whose samples are one each.
var single = []kind{throttled, byProvisioned, byKeyRange, byAccountLimit, byMaximum, conditionFailed, expired}
