package rehearse

import (
	"slices"
	"strings"
	"time"

	"lullaby/capacity"
	"lullaby/dynamo/meter"
	"lullaby/instant"
	"lullaby/lambda"
	sqs "lullaby/queue"
	"lullaby/watch"
)

// A metering has the metrics of a world that its alarms look at. It is the sink of
// the services' meters, and drops what no alarm looks at.
type metering struct {
	watch.Store

	wanted map[string]bool // by key
	kept   int             // calls of Series for what is wanted
}

// Series implements [watch.Sink]. What is not wanted has the zero series, whose
// samples are dropped.
func (m *metering) Series(of watch.Metric, dimensions ...watch.Dimension) watch.Series {
	if !m.wanted[key(of.Namespace, of.Name, dimensions)] {
		return 0
	}
	m.kept++
	return m.Store.Series(of, dimensions...)
}

// want keeps the metrics of an alarm from now on.
func (m *metering) want(a *watch.MetricAlarm) {
	if m.wanted == nil {
		m.wanted = map[string]bool{}
	}
	if len(a.Metrics) == 0 {
		m.wanted[key(a.Namespace, a.MetricName, a.Dimensions)] = true
	}
	for i := range a.Metrics {
		if stat := a.Metrics[i].MetricStat; stat != nil {
			m.wanted[key(stat.Metric.Namespace, stat.Metric.MetricName, stat.Metric.Dimensions)] = true
		}
	}
}

// measures reports whether a part measures a metric of an alarm.
func (m *metering) measures(a *watch.MetricAlarm) bool {
	has := func(namespace, name string, dimensions []watch.Dimension) bool {
		return len(m.Find(watch.Metric{Namespace: namespace, Name: name}, dimensions...)) > 0
	}
	return len(a.Metrics) == 0 && has(a.Namespace, a.MetricName, a.Dimensions) ||
		slices.ContainsFunc(a.Metrics, func(q watch.MetricDataQuery) bool {
			return q.MetricStat != nil && has(q.MetricStat.Metric.Namespace, q.MetricStat.Metric.MetricName, q.MetricStat.Metric.Dimensions)
		})
}

// key distinguishes metrics with their dimensions, in any order.
func key(namespace, name string, dimensions []watch.Dimension) string {
	parts := make([]string, 0, len(dimensions))
	for _, d := range dimensions {
		parts = append(parts, d.Name+"\x00"+d.Value)
	}
	slices.Sort(parts)
	return namespace + "\x00" + name + "\x00" + strings.Join(parts, "\x00")
}

// kept returns a meter if any of its metrics is wanted, else nil.
func kept[M any](m *metering, of func() *M) *M {
	before := m.kept
	if made := of(); m.kept > before {
		return made
	}
	return nil
}

// meter gives the parts of a world the meters of their services, as a running stack
// has them. A part of which nothing is wanted gets none.
func (m *metering) meter(w *world) {
	for _, s := range w.stages {
		s.measure = s.of.measure(m, w.options.ItemBytes)
	}
	for _, f := range w.functions {
		f.meter = kept(m, func() *lambda.Meter { return lambda.NewMeter(m, f.of.Name) })
	}
	for _, q := range w.queues {
		q.meter = kept(m, func() *sqs.Meter {
			return sqs.NewMeter(m, q.of.Name, q.settings.FIFO, w.options.Pessimistic)
		})
	}
	for _, t := range w.tables {
		t.measured = kept(m, func() *tableMeter { return newTableMeter(m, t) })
	}
}

// A tableMeter has the meters of a table: of itself and of its global indexes, in
// the order of its resources, and of the requests that it gets.
type tableMeter struct {
	sink      watch.Sink
	resources []*meter.Meter
	requests  [2]requestSeries // by Direction
}

// A requestSeries has the metrics of requests of an operation.
type requestSeries struct{ throttled, latency watch.Series }

// operations are what requests are. Assumed: an item is put or got.
var operations = [...]string{capacity.Read: "GetItem", capacity.Write: "PutItem"}

func newTableMeter(sink watch.Sink, t *table) *tableMeter {
	of := meter.OfTable(sink, t.of.Name)
	m := &tableMeter{sink: sink, resources: []*meter.Meter{of}}
	for i := range t.plan.Indexes {
		m.resources = append(m.resources, of.OfIndex(t.plan.Indexes[i].IndexName))
	}
	for d, operation := range operations {
		name, by := watch.Dimension{Name: meter.TableName, Value: t.of.Name}, watch.Dimension{Name: meter.Operation, Value: operation}
		m.requests[d] = requestSeries{sink.Series(meter.ThrottledRequests, name, by), sink.Series(meter.SuccessfulRequestLatency, name, by)}
	}
	return m
}

// count counts a request with its verdict.
func (m *tableMeter) count(now instant.Instant, v *capacity.Verdict, demands []capacity.Demand) {
	of := &m.requests[demands[0].Direction]
	if v.Admitted() {
		for i := range demands {
			m.resources[i].Consume(now, demands[i].Direction, demands[i].Cost)
		}
		m.sink.Add(now, of.latency, float64(AttemptTime)/float64(time.Millisecond))
		return
	}
	m.sink.Add(now, of.throttled, 1)
	for i := range demands {
		if refused := demands[i].Check(now); !refused.Admitted() {
			m.resources[i].Throttle(now, &refused)
		}
	}
}

// minute measures the table when the minute is over that began at an instant.
func (m *tableMeter) minute(began instant.Instant, t *table) {
	end := began.Add(time.Minute)
	gauge := end.Truncate(meter.GaugeEvery) == end
	for i, of := range m.resources {
		of.Idle(began)
		if gauge {
			u := t.plan.Units
			if i > 0 {
				u = t.plan.Indexes[i-1].Units
			}
			of.Provision(end, u.Read, u.Write)
		}
	}
}
