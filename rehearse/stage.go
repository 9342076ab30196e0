package rehearse

import (
	"cmp"
	"slices"
	"time"

	"lullaby/gateway"
	"lullaby/instant"
	"lullaby/rehearse/report"
)

// A stage is what clients send their requests to: API Gateway for one route, the
// function URL, or Lambda itself for a function that no route leads to. It counts what
// they get.
type stage struct {
	of       *door             // nil: Lambda itself
	own      *gateway.Throttle // of the route; nil: none
	throttle *gateway.Throttle // of the account, shared by all stages; nil: Lambda itself, or a function URL
	timeout  time.Duration     // how long a client waits at most
	measure  measure           // nil: no alarm looks at the answers
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

// newStage returns the stage in front of the path's function. A client of Lambda
// itself, or of a function URL, waits as long as the function may take.
func (p *path) newStage(f *function, c *call, o *Options, throttle *gateway.Throttle) *stage {
	s := &stage{of: p.door, took: newLatencies(longestLatency), timeout: o.ColdStart + p.function.Timeout, function: f, call: c}
	d := p.door
	if d == nil || d.url != nil {
		return s
	}
	s.throttle, s.timeout = throttle, d.timeout
	if d.limits != nil {
		s.own = new(gateway.NewMethodThrottle(*d.limits, o.Unlimited))
	}
	return s
}

// name returns what the stage stands behind, empty: Lambda itself.
func (s *stage) name() string {
	if s.of == nil {
		return ""
	}
	return s.of.name
}

// receive receives a request from a client and invokes the function.
func (s *stage) receive(w *world, now instant.Instant) {
	s.offered++
	if s.own != nil && !s.own.Take(now) {
		s.refuse(now, refusal{service: apiGateway, route: s.name()})
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
	if s.measure != nil {
		s.measure(now, s.status(&why), 0, 0)
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
		status, i.failed = s.status(&why), s.of == nil
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
	if s.measure != nil {
		took := now.Sub(i.arrived)
		s.measure(i.arrived, status, took, took)
	}
	return true
}

// abandon records that a request times out: its function goes on for longer.
func (s *stage) abandon(i *invocation) {
	if s.measure != nil {
		s.measure(i.arrived, s.of.status(gateway.TimedOut), s.timeout, s.timeout)
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
	switch {
	case s.of == nil && r.service == lambdaService:
		return statusOfLambda
	case s.of == nil:
		return statusOfFailure
	case r.service == apiGateway:
		return s.of.status(gateway.Throttled)
	case r.service == lambdaService:
		return s.of.status(gateway.FunctionThrottled)
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
	if s.of != nil {
		add(s.of.status(gateway.TimedOut), s.late)
	}
	slices.SortStableFunc(all, func(a, b report.Answer) int { return cmp.Compare(b.Count, a.Count) })
	return all
}

// lost reports whether any request was refused or timed out.
func (s *stage) lost() bool { return len(s.refused) > 0 || s.late > 0 }
