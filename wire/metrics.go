package wire

import (
	"errors"
	"net/http"
	"time"

	"lullaby/dynamo"
	"lullaby/dynamo/refusal"
	"lullaby/watch"
)

// A meter records the metrics of DynamoDB's requests that depend on how they
// were answered. Consumed and throttled units are recorded in dynamo.
type meter struct{ to watch.Recorder }

// count records a call that was answered with status, for err unless that is
// nil.
func (m meter) count(c call, err error, status int) {
	now := time.Now()
	if err == nil {
		m.eachTable(&c, watch.SuccessfulRequestLatency, now, float64(now.Sub(c.at))/float64(time.Millisecond))
		if page, ok := c.out.(*dynamo.PageOutput); ok {
			m.eachTable(&c, watch.ReturnedItemCount, now, float64(page.Count))
		}
		return
	}
	throttle, throttled := errors.AsType[*dynamo.ThrottleError](err)
	switch {
	case throttled && throttle.Request == dynamo.Batch:
		m.eachTable(&c, watch.ThrottledRequests, now, 1)
	case throttled:
		m.to.Record(watch.Datapoint{
			At: now, Metric: watch.ThrottledRequests, TableName: throttle.TableName(), Operation: c.operation, Value: 1,
		})
	case status >= http.StatusInternalServerError:
		m.eachTable(&c, watch.SystemErrors, now, 1)
	case errors.Is(err, refusal.Condition): // has a metric of its own
	default:
		m.to.Record(watch.Datapoint{At: now, Metric: watch.UserErrors, Value: 1})
	}
}

// eachTable records a datapoint for each table of an operation on items.
// Assumed: a request for several tables counts as one to each.
func (m meter) eachTable(c *call, metric watch.Metric, now time.Time, value float64) {
	in, ok := c.in.(dynamo.ItemRequest)
	if !ok {
		return
	}
	for _, name := range in.TableNames() {
		m.to.Record(watch.Datapoint{At: now, Metric: metric, TableName: name, Operation: c.operation, Value: value})
	}
}
