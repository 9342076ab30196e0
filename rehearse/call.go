package rehearse

import (
	"time"

	"lullaby/rehearse/report"
)

// A call is what a function does for each request of a route, or for each message
// of a queue: it asks a table, and if that lets it, sends a message.
type call struct {
	operation *operation // nil: it asks no table
	queue     *queue     // nil: it sends no message

	asked     int64         // requests and messages with this call
	attempts  int64         // of all these
	throttled int64         // attempts that were refused
	waited    int64         // in microseconds: the nanoseconds of a year could overflow
	longest   time.Duration // of one
	wasted    int64         // those that the table admitted after the request had timed out
}

// wait counts how long a call waited between its attempts.
func (c *call) wait(d time.Duration) {
	c.waited += d.Microseconds()
	c.longest = max(c.longest, d)
}

// meanWait returns the average wait of those that asked the table.
func (c *call) meanWait() time.Duration {
	if c.asked == 0 {
		return 0
	}
	return time.Duration(c.waited/c.asked) * time.Microsecond
}

func (c *call) report() report.Call {
	return report.Call{
		Table: c.operation.table.of.LogicalID, Direction: directions[c.operation.direction],
		Asked: c.asked, Attempts: c.attempts, AttemptsRefused: c.throttled,
		MeanWait: report.Span(c.meanWait()), LongestWait: report.Span(c.longest),
		WastedRequests: c.wasted, WastedUnits: c.operation.units(c.wasted),
	}
}
