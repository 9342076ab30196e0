package wire

import (
	"errors"
	"net/http"
	"time"

	"lullaby/dynamo"
	"lullaby/dynamo/refusal"
	"lullaby/watch"
)

// A call is what CloudWatch is told of a request: here is what depends on how
// it was answered. What it took, and of which item's refusal it was, dynamo has
// told.
type call struct {
	at        time.Time
	operation string
	in, out   any // nil: it did not come to that
}

// began returns the call that a request begins. Without a Recorder it has no
// time.
func (s *Server) began() (c call) {
	if s.opts.Recorder != nil {
		c.at = time.Now()
	}
	return c
}

// count hands over the datapoints of a request that is answered with err, or
// with its output if that is nil.
func (s *Server) count(c *call, err error) {
	if s.opts.Recorder == nil {
		return
	}
	now := time.Now()
	if err == nil {
		s.eachTable(c, watch.SuccessfulRequestLatency, now, float64(now.Sub(c.at))/float64(time.Millisecond))
		if page, ok := c.out.(*dynamo.PageOutput); ok {
			s.eachTable(c, watch.ReturnedItemCount, now, float64(page.Count))
		}
		return
	}
	throttle, throttled := errors.AsType[*dynamo.ThrottleError](err)
	f, _ := dynamoFault(err)
	switch {
	case throttled && throttle.Request == dynamo.Batch:
		s.eachTable(c, watch.ThrottledRequests, now, 1)
	case throttled:
		s.opts.Recorder.Record(watch.Datapoint{
			At: now, Metric: watch.ThrottledRequests, TableName: throttle.TableName(), Operation: c.operation, Value: 1,
		})
	case f.status >= http.StatusInternalServerError:
		s.eachTable(c, watch.SystemErrors, now, 1)
	case errors.Is(err, refusal.Condition): // has a metric of its own
	default:
		s.opts.Recorder.Record(watch.Datapoint{At: now, Metric: watch.UserErrors, Value: 1})
	}
}

// eachTable hands over a datapoint for each table of an operation on items.
// Assumed: a request for several tables counts as one to each.
func (s *Server) eachTable(c *call, m watch.Metric, now time.Time, value float64) {
	in, ok := c.in.(dynamo.ItemRequest)
	if !ok {
		return
	}
	for _, name := range in.TableNames() {
		s.opts.Recorder.Record(watch.Datapoint{At: now, Metric: m, TableName: name, Operation: c.operation, Value: value})
	}
}
