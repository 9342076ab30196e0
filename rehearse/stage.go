package rehearse

import (
	"time"

	"lullaby/capacity"
	"lullaby/gateway"
	"lullaby/instant"
	"lullaby/template"
)

// A stage is API Gateway for one route: the throttle of the account, and how
// long the route waits for its function. It counts what clients get.
type stage struct {
	route    *template.Route
	throttle *gateway.Throttle // of all stages
	function *function

	offered, served int64
	refused         refusals
	late            int64         // given up by API Gateway
	firstLate       time.Duration // since the start
}

// newThrottle returns the throttle of the account as the options have it.
func newThrottle(o *Options) *gateway.Throttle {
	t := gateway.NewThrottle(gateway.Limits{
		RequestsPerSecond: o.APIRate, Burst: o.APIBurst,
		Unlimited: o.Unlimited || o.APIRate == 0 && o.APIBurst == 0,
	})
	return &t
}

// receive takes a request of a client and invokes the function with it.
func (s *stage) receive(w *world, now instant.Instant) {
	s.offered++
	if !s.throttle.Take(now) {
		s.refused.count(now, refusal{service: apiGateway})
		return
	}
	if throttle := s.function.invoke(w, now, s); throttle != nil {
		s.refused.count(now, refusal{service: lambdaService, reason: throttle.Reason, by: throttle.Limit})
	}
}

// until returns when a client that came at arrived is answered 504.
func (s *stage) until(arrived instant.Instant) instant.Instant {
	return arrived.Add(s.route.Timeout)
}

// answer takes the function's answer to a request that came at arrived: it was
// served, or refused by the verdict of a table. It reports whether the client
// still heard it.
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

// timeOut counts a request that was given up so long after the start. They come
// as their functions end, which may be another order.
func (s *stage) timeOut(at time.Duration) {
	if s.late == 0 || at < s.firstLate {
		s.firstLate = at
	}
	s.late++
}
