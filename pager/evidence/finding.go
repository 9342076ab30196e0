package evidence

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"lullaby/dynamo/meter"
	"lullaby/instant"
	"lullaby/pager"
	"lullaby/watch"
)

// most is how many findings a page has: its reader has just woken up.
const most = 4

const dynamoNamespace = "AWS/DynamoDB"

// findings returns what the metrics say of the time before an instant: limits that
// refused, then what failed for it; of each kind what the alarm is about before what it is
// not, and the worst first.
func (s *Source) findings(window time.Duration, at instant.Instant, alarm *watch.MetricAlarm) []pager.Finding {
	if s.Readings == nil {
		return nil
	}
	to := at.Truncate(time.Minute).Add(time.Minute)
	var all []pager.Finding
	for _, kind := range []struct {
		namespace string
		find      func(r *watch.Reading) (pager.Finding, bool)
	}{
		{dynamoNamespace, s.table},
		{"AWS/Lambda", throttledFunction},
		{"AWS/SQS", queue},
		{"AWS/Lambda", failedFunction},
		{"AWS/ApiGateway", api},
	} {
		var near, far []pager.Finding
		for _, r := range s.Readings(kind.namespace, to.Add(-window), to) {
			f, ok := kind.find(&r)
			if f.Count > 0 {
				f.Minutes = int(window / time.Minute)
			}
			switch {
			case ok && about(alarm, &r):
				near = append(near, f)
			case ok:
				far = append(far, f)
			}
		}
		all = append(append(all, worst(near)...), worst(far)...)
	}
	return all[:min(len(all), most)]
}

func worst(all []pager.Finding) []pager.Finding {
	slices.SortFunc(all, func(a, b pager.Finding) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Resource, b.Resource))
	})
	return all
}

// about reports whether an alarm is on a metric with the very dimensions of a reading.
func about(m *watch.MetricAlarm, r *watch.Reading) bool {
	if m == nil {
		return false
	}
	same := func(dimensions []watch.Dimension) bool {
		return len(dimensions) == len(r.Dimensions) && !slices.ContainsFunc(r.Dimensions, func(d watch.Dimension) bool { return !slices.Contains(dimensions, d) })
	}
	return same(m.Dimensions) || slices.ContainsFunc(m.Metrics, func(q watch.MetricDataQuery) bool {
		return q.MetricStat != nil && same(q.MetricStat.Metric.Dimensions)
	})
}

// of returns the value of a dimension, empty if the reading lacks it.
func of(r *watch.Reading, dimension string) string {
	for _, d := range r.Dimensions {
		if d.Name == dimension {
			return d.Value
		}
	}
	return ""
}

// A limit is one of DynamoDB's that throttles. Its texts have {units}, what is
// provisioned, {of}, read or write, and {most}, what a partition takes a second
// (docs/aws/capacity.md#partition-ceilings).
type limit struct{ why, ends string }

const provisioned = "ProvisionedThroughputThrottleEvents"

// limits are those that the metrics of throttles name, behind Read or Write
// (docs/aws/metrics.md#causes-of-throttles).
var limits = map[string]limit{
	provisioned:                           {"it has {units} a second, and no burst left", "less traffic, or more than {units}"},
	"KeyRangeThroughputThrottleEvents":    {"one of its partitions got more than the {most} {of} units a second that one takes", "keys that spread over more partitions; more units do not"},
	"MaxOnDemandThroughputThrottleEvents": {"its maximum of {of} units on demand is reached", "less traffic, or a higher maximum of {of} units"},
	"AccountLimitThrottleEvents":          {"the account's quota of {of} units for a table is reached", "less traffic, or a higher quota (Service Quotas)"},
}

// unprovisioned is what is said if the units are not known: the table is gone.
var unprovisioned = limit{"it had no {of} units and no burst left", "less traffic, or more {of} units"}

// table finds a limit that refused requests of a table or an index.
func (s *Source) table(r *watch.Reading) (f pager.Finding, ok bool) {
	direction, partition, cause := "read", "3,000", strings.TrimPrefix(r.Metric.Name, "Read")
	if rest, write := strings.CutPrefix(r.Metric.Name, "Write"); write {
		direction, partition, cause = "write", "1,000", rest
	}
	l, ok := limits[cause]
	name, index := of(r, meter.TableName), of(r, meter.IndexName)
	if !ok || name == "" {
		return f, false
	}
	units := s.units(name, index, direction)
	if units == 0 && cause == provisioned {
		l = unprovisioned
	}
	words := strings.NewReplacer("{units}", pager.Counted(units, direction+" unit"), "{of}", direction, "{most}", partition)
	f = pager.Finding{Resource: "table " + name, Limit: r.Metric.Name, Count: int64(r.Sum), Why: words.Replace(l.why), Ends: words.Replace(l.ends)}
	if index != "" {
		f.Resource = "index " + index + " of table " + name
	}
	f.Did = "refused " + pager.Counted(f.Count, direction)
	f.Look = "Consumed" + strings.TrimSuffix(r.Metric.Name, cause) + "CapacityUnits of " + cmp.Or(index, name) + ", and who calls it"
	return f, true
}

// units returns what a table or its index is provisioned with, in a direction.
func (s *Source) units(table, index, direction string) int64 {
	if s.Units == nil {
		return 0
	}
	read, write := s.Units(table, index)
	if direction == "write" {
		return write
	}
	return read
}

func throttledFunction(r *watch.Reading) (f pager.Finding, ok bool) {
	name := of(r, "FunctionName")
	if r.Metric.Name != "Throttles" || name == "" || r.Sum == 0 {
		return f, false
	}
	f = pager.Finding{Resource: "function " + name, Limit: r.Metric.Name, Count: int64(r.Sum)}
	f.Did, f.Why = "was throttled "+pager.Times(f.Count), "its concurrency, or the account's, is used up"
	f.Look = "ConcurrentExecutions and Duration of " + name
	f.Ends = "less traffic, shorter invocations, or more concurrency"
	return f, true
}

func failedFunction(r *watch.Reading) (f pager.Finding, ok bool) {
	name := of(r, "FunctionName")
	if r.Metric.Name != "Errors" || name == "" || r.Sum == 0 {
		return f, false
	}
	f = pager.Finding{Resource: "function " + name, Limit: r.Metric.Name, Count: int64(r.Sum)}
	f.Did = "failed " + pager.Times(f.Count)
	f.Look = "what " + name + " logs"
	return f, true
}

// late is how old the oldest message of a queue is that a page tells of.
const late = time.Minute

func queue(r *watch.Reading) (f pager.Finding, ok bool) {
	name := of(r, "QueueName")
	if r.Metric.Name != "ApproximateAgeOfOldestMessage" || r.Max < late.Seconds() {
		return f, false
	}
	f = pager.Finding{Resource: "queue " + name, Limit: r.Metric.Name}
	f.Did = "is late: its oldest message has waited " + pager.Lasting(time.Duration(r.Max)*time.Second)
	f.Look = "ApproximateNumberOfMessagesVisible of " + name + ", and its consumer"
	f.Ends = "consumers that write faster than messages come"
	return f, true
}

func api(r *watch.Reading) (f pager.Finding, ok bool) {
	name := of(r, "ApiName")
	if r.Metric.Name != "5XXError" || name == "" || of(r, "Stage") != "" || r.Sum == 0 {
		return f, false
	}
	f = pager.Finding{Resource: "API " + name, Limit: r.Metric.Name, Count: int64(r.Sum)}
	f.Did = "answered " + pager.Counted(f.Count, "request") + " with 5XX"
	return f, true
}
