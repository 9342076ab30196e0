package rehearse

import (
	"cmp"
	"slices"
	"time"

	"lullaby/gateway"
	"lullaby/instant"
	"lullaby/rehearse/report"
	"lullaby/template"
)

// A stage is what clients send their requests to: API Gateway for one route, or
// Lambda itself for a function that no route leads to. It counts what they get.
type stage struct {
	of       *template.Route   // nil: Lambda itself
	route    string            // METHOD PATH; empty: Lambda itself
	own      *gateway.Throttle // of the route; nil: none
	throttle *gateway.Throttle // of the account, shared by all stages; nil: Lambda itself
	timeout  time.Duration     // how long a client waits at most
	meter    *gateway.Meter    // of the API; nil: no alarm looks at it
	function *function
	call     *call // that the function makes for a request

	offered, served int64
	took            latencies // of those served
	refused         refusals
	late            int64           // requests that timed out at API Gateway
	firstLate       instant.Instant // of the first of them
}

// newThrottle returns the account's throttle of the options.
func newThrottle(o *Options) *gateway.Throttle {
	limits := o.Gateway
	limits.Unlimited = limits.Unlimited || o.Unlimited
	t := gateway.NewThrottle(limits)
	return &t
}

// newStage returns the stage in front of the path's function. A client of
// Lambda itself waits as long as the function may take.
func (p *path) newStage(f *function, c *call, o *Options, throttle *gateway.Throttle) *stage {
	if p.route == nil {
		return &stage{took: newLatencies(longestLatency), timeout: o.ColdStart + p.function.Timeout, function: f, call: c}
	}
	return &stage{
		took: newLatencies(longestLatency), of: p.route, route: name(p.route), own: newOwnThrottle(p.route, o), throttle: throttle,
		timeout: p.route.Timeout, function: f, call: c,
	}
}

// newOwnThrottle returns the throttle that a stage sets for a route, nil if it
// sets none.
func newOwnThrottle(r *template.Route, o *Options) *gateway.Throttle {
	if r.Limits == nil {
		return nil
	}
	t := gateway.NewMethodThrottle(*r.Limits, o.Unlimited)
	return &t
}

// receive receives a request from a client and invokes the function.
func (s *stage) receive(w *world, now instant.Instant) {
	s.offered++
	if s.own != nil && !s.own.Take(now) {
		s.refuse(now, refusal{service: apiGateway, route: s.route})
		return
	}
	if s.throttle != nil && !s.throttle.Take(now) {
		s.refuse(now, refusal{service: apiGateway})
		return
	}
	if throttle := s.function.invoke(w, now, s, s.call, nil); throttle != nil {
		s.refuse(now, refusal{service: lambdaService, reason: throttle.Reason, by: throttle.Limit})
	}
}

// refuse refuses a request that arrives now and reaches no function.
func (s *stage) refuse(now instant.Instant, why refusal) {
	s.refused.count(now, why)
	if s.meter != nil {
		s.meter.Answer(now, s.status(&why), 0, 0)
	}
}

// until returns when a request that arrived at arrived times out.
func (s *stage) until(arrived instant.Instant) instant.Instant {
	return arrived.Add(s.timeout)
}

// answer receives the function's answer to a request: served, or refused by a
// table or by a queue. It reports whether the client was still waiting.
func (s *stage) answer(_ *world, now instant.Instant, i *invocation) (heard bool) {
	status := statusOfSuccess
	fail := func(why refusal) {
		s.refused.count(now, why)
		status, i.failed = s.status(&why), s.throttle == nil
	}
	switch until := s.until(i.arrived); {
	case now >= until:
		s.timeOut(until)
		return false
	case i.unsent:
		fail(refusal{service: simpleQueue, queue: i.call.queue.of.LogicalID})
	case i.verdict.Admitted():
		s.served++
		s.took.add(now.Sub(i.arrived))
	default:
		fail(refusal{service: dynamoDB, verdict: i.verdict})
	}
	if s.meter != nil {
		took := now.Sub(i.arrived)
		s.meter.Answer(i.arrived, status, took, took)
	}
	return true
}

// abandon records that a request times out: its function goes on for longer.
func (s *stage) abandon(i *invocation) {
	if s.meter != nil {
		s.meter.Answer(i.arrived, gateway.TimedOut.Status(), s.timeout, s.timeout)
	}
}

// timeOut counts a request that timed out at an instant. Calls come in
// the order in which invocations end, which may be another one.
func (s *stage) timeOut(at instant.Instant) {
	if s.late == 0 || at < s.firstLate {
		s.firstLate = at
	}
	s.late++
}

// The statuses of answers to clients. Assumed: a function whose table or queue
// refuses answers 503, as those of items do.
const (
	statusOfSuccess  = 200
	statusOfFunction = 503
	statusOfLambda   = 429 // TooManyRequestsException of Invoke
	statusOfFailure  = 200 // of Invoke, with X-Amz-Function-Error
)

// status returns the HTTP status of a refusal.
func (s *stage) status(r *refusal) int {
	direct := s.throttle == nil
	switch {
	case r.service == apiGateway:
		return gateway.Throttled.Status()
	case r.service == lambdaService && direct:
		return statusOfLambda
	case r.service == lambdaService:
		return gateway.NotInvoked.Status()
	case direct:
		return statusOfFailure
	}
	return statusOfFunction
}

// answers returns the statuses that clients got whose requests were not served,
// the most frequent first.
func (s *stage) answers() []report.Answer {
	all := []report.Answer{}
	add := func(status int, count int64) {
		if i := slices.IndexFunc(all, func(a report.Answer) bool { return a.Status == status }); i >= 0 {
			all[i].Count += count
		} else if count > 0 {
			all = append(all, report.Answer{Status: status, Count: count})
		}
	}
	for i := range s.refused {
		add(s.status(&s.refused[i].refusal), s.refused[i].times)
	}
	add(gateway.TimedOut.Status(), s.late)
	slices.SortStableFunc(all, func(a, b report.Answer) int { return cmp.Compare(b.Count, a.Count) })
	return all
}

// lost reports whether any request was refused or timed out.
func (s *stage) lost() bool { return len(s.refused) > 0 || s.late > 0 }
