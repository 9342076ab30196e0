package wire

import (
	"errors"
	"net/http"
	"sync"
	"time"

	"lullaby/dynamo"
	"lullaby/dynamo/meter"
	"lullaby/dynamo/refusal"
	"lullaby/instant"
	"lullaby/watch"
)

// A requestMeter records the metrics of DynamoDB's requests that depend on
// their answer. Consumed units and throttled items are recorded in dynamo. Safe
// for concurrent use if its Sink is.
type requestMeter struct {
	sink       watch.Sink
	userErrors watch.Series

	mu     sync.RWMutex
	series map[requestSeries]watch.Series // of existing and deleted tables
}

type requestSeries struct {
	metric           *watch.Metric
	table, operation string
}

func newRequestMeter(sink watch.Sink) *requestMeter {
	return &requestMeter{sink: sink, userErrors: sink.Series(meter.UserErrors), series: map[requestSeries]watch.Series{}}
}

// count records a call, at the instant at which it began. status is its
// answer's, err is nil or what was refused.
func (m *requestMeter) count(c call, err error, status int) {
	now := instant.Of(c.at)
	if err == nil {
		m.eachTable(now, &c, &meter.SuccessfulRequestLatency, float64(time.Since(c.at))/float64(time.Millisecond))
		if page, ok := c.out.(*dynamo.PageOutput); ok {
			m.eachTable(now, &c, &meter.ReturnedItemCount, float64(page.Count))
		}
		return
	}
	throttle, throttled := errors.AsType[*dynamo.ThrottleError](err)
	switch {
	case throttled && throttle.Request == dynamo.Batch:
		m.eachTable(now, &c, &meter.ThrottledRequests, 1)
	case throttled:
		m.add(now, requestSeries{&meter.ThrottledRequests, throttle.TableName(), c.operation}, 1)
	case status >= http.StatusInternalServerError:
		m.eachTable(now, &c, &meter.SystemErrors, 1)
	case errors.Is(err, refusal.Condition): // counted by dynamo
	default:
		m.sink.Add(now, m.userErrors, 1)
	}
}

// The input of an operation on items names one table, or several, each once. It names
// them without the ARN. Of those operations there are metrics with TableName and Operation.
type (
	tableRequest  interface{ Table() string } // empty: none was given
	tablesRequest interface{ TableNames() []string }
)

// eachTable adds a sample for each table of an operation on items. Assumed: a
// request for several tables counts once for each.
func (m *requestMeter) eachTable(now instant.Instant, c *call, metric *watch.Metric, value float64) {
	switch in := c.in.(type) {
	case tableRequest:
		if name := in.Table(); name != "" {
			m.add(now, requestSeries{metric, name, c.operation}, value)
		}
	case tablesRequest:
		for _, name := range in.TableNames() {
			m.add(now, requestSeries{metric, name, c.operation}, value)
		}
	}
}

func (m *requestMeter) add(now instant.Instant, s requestSeries, value float64) {
	m.mu.RLock()
	series, known := m.series[s]
	m.mu.RUnlock()
	if !known {
		series = m.sink.Series(*s.metric,
			watch.Dimension{Name: meter.TableName, Value: s.table}, watch.Dimension{Name: meter.Operation, Value: s.operation})
		m.mu.Lock()
		m.series[s] = series
		m.mu.Unlock()
	}
	m.sink.Add(now, series, value)
}
