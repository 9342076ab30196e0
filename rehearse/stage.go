package rehearse

import (
	"time"

	"lullaby/capacity"
	"lullaby/gateway"
	"lullaby/instant"
	"lullaby/template"
)

// A stage is API Gateway for one route: the throttles of the route and of the
// account, and the route's timeout. It counts what clients get.
type stage struct {
	route    *template.Route
	own      *gateway.Throttle // of the route; nil: none
	throttle *gateway.Throttle // shared by all stages
	function *function

	offered, served int64
	refused         refusals
	late            int64         // requests that timed out at API Gateway
	firstLate       time.Duration // the first of them, since the start
}

// newThrottle returns the account's throttle of the options.
func newThrottle(o *Options) *gateway.Throttle {
	limits := o.Gateway
	limits.Unlimited = limits.Unlimited || o.Unlimited
	t := gateway.NewThrottle(limits)
	return &t
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
		s.refused.count(now, refusal{service: apiGateway, route: name(s.route)})
		return
	}
	if !s.throttle.Take(now) {
		s.refused.count(now, refusal{service: apiGateway})
		return
	}
	if throttle := s.function.invoke(w, now, s); throttle != nil {
		s.refused.count(now, refusal{service: lambdaService, reason: throttle.Reason, by: throttle.Limit})
	}
}

// until returns when a request that arrived at arrived times out.
func (s *stage) until(arrived instant.Instant) instant.Instant {
	return arrived.Add(s.route.Timeout)
}

// answer receives the function's answer to a request that arrived at arrived:
// served, or refused with the verdict of a table. It reports whether the client
// was still waiting.
func (s *stage) answer(now, arrived instant.Instant, verdict *capacity.Verdict) (heard bool) {
	switch until := s.until(arrived); {
	case now >= until:
		s.timeOut(since(until))
		return false
	case verdict.Admitted():
		s.served++
	default:
		s.refused.count(now, refusal{service: dynamoDB, verdict: *verdict})
	}
	return true
}

// timeOut counts a request that timed out at at, since the start. Calls come in
// the order in which invocations end, which may be another one.
func (s *stage) timeOut(at time.Duration) {
	if s.late == 0 || at < s.firstLate {
		s.firstLate = at
	}
	s.late++
}
