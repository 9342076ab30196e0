package topic

import (
	"math"
	"time"

	"lullaby/instant"
	"lullaby/topic/request"
)

// The policies of the protocols that have no other one
// (docs/aws/sns.md#delivery-policies).
var (
	toAWS    = request.RetryPolicy{Min: time.Second, Max: 20 * time.Second, Retries: 100_015, NoDelay: 3, AtMin: 2, AtMax: 100_000, Backoff: request.Exponential}
	toPeople = request.RetryPolicy{Min: 10 * time.Second, Max: 10 * time.Minute, Retries: 50, AtMin: 2, AtMax: 38, Backoff: request.Exponential}
)

// maxRetryTime is how long after a message was published its last delivery by HTTP may
// begin.
const maxRetryTime = time.Hour

// effective returns the delivery policy of a subscription by HTTP, with nothing left
// unsaid; that of the topic if s is nil.
func effective(t *Topic, s *Subscription) request.DeliveryPolicy {
	of := request.TopicPolicy(t.Attributes["DeliveryPolicy"])
	if s != nil && !of.NoOverriding {
		own := request.SubscriptionPolicy(s.Attributes["DeliveryPolicy"])
		if own.Retries != nil {
			of.Retries = own.Retries
		}
		if own.PerSecond > 0 {
			of.PerSecond = own.PerSecond
		}
		if own.ContentType != "" {
			of.ContentType = own.ContentType
		}
	}
	if of.Retries == nil {
		of.Retries = &request.DefaultRetries
	}
	if of.ContentType == "" {
		of.ContentType = request.DefaultContentType
	}
	return of
}

// Gap returns how long after a delivery of a subscription the next may begin, 0 if at
// once.
func (ts *Topics) Gap(t *Topic, s *Subscription) time.Duration {
	if !s.Protocol.Web() {
		return 0
	}
	if n := effective(t, s).PerSecond; n > 0 {
		return time.Second / time.Duration(n)
	}
	return 0
}

// ContentType returns the type of what a subscription by HTTP gets.
func (ts *Topics) ContentType(t *Topic, s *Subscription) string { return effective(t, s).ContentType }

// Again returns when a delivery that has failed, at now and for the nth time, is tried
// again. again is false if it is not. Assumed: no jitter.
func (ts *Topics) Again(t *Topic, s *Subscription, published, now instant.Instant, n int) (at instant.Instant, again bool) {
	policy := toPeople
	switch {
	case s.Protocol.Web():
		policy = *effective(t, s).Retries
	case s.Protocol == request.SQS || s.Protocol == request.Lambda:
		policy = toAWS
	}
	if n > policy.Retries {
		return 0, false
	}
	at = now.Add(delay(&policy, n))
	if s.Protocol.Web() && at.Sub(published) > maxRetryTime {
		return 0, false
	}
	return at, true
}

// delay returns the delay before the nth retry, from 1.
func delay(p *request.RetryPolicy, n int) time.Duration {
	if n -= p.NoDelay; n <= 0 {
		return 0
	}
	if n -= p.AtMin; n <= 0 {
		return p.Min
	}
	growing := p.Retries - p.NoDelay - p.AtMin - p.AtMax
	if n > growing {
		return p.Max
	}
	return p.Min + time.Duration(math.Round(fraction(p, n-1, growing-1)*float64((p.Max-p.Min)/time.Millisecond)))*time.Millisecond
}

// fraction returns how far step i of last is from the smallest delay to the largest. AWS
// shows the functions in a picture without formulas. Assumed: linear, equal steps;
// arithmetic, steps that grow by the same amount; geometric, delays that grow by the same
// factor; exponential, steps that double.
func fraction(p *request.RetryPolicy, i, last int) float64 {
	if last == 0 || p.Min == p.Max {
		return 0
	}
	x, end := float64(i), float64(last)
	switch p.Backoff {
	case request.Arithmetic:
		return x * (x + 1) / (end * (end + 1))
	case request.Geometric:
		ratio := float64(p.Max) / float64(p.Min)
		return (math.Pow(ratio, x/end) - 1) / (ratio - 1)
	case request.Exponential:
		return (math.Exp2(x) - 1) / (math.Exp2(end) - 1)
	case request.Linear:
	}
	return x / end
}
