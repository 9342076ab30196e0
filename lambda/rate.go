package lambda

import "time"

// A rate lets count things pass in every window. It refills continuously and
// saves up no more than count. The balance is an integer, in nanoseconds of
// the window, so that a year of refills does not drift; one thing costs a
// whole window of it. An instant before the last one counts as the last one.
type rate struct {
	count  int64         // at most 100 million with a window of 10 s
	window time.Duration // positive

	balance int64     // at filled, 0..count x window
	filled  time.Time // the instant at which balance was true
}

// newRate returns a rate that is full. A count of 0 lets nothing pass.
func newRate(count int, window time.Duration) rate {
	return rate{count: int64(count), window: window, balance: int64(count) * int64(window)}
}

// resize changes the count; what has been spent stays spent.
func (r *rate) resize(count int) {
	r.balance = max(0, r.balance+(int64(count)-r.count)*int64(r.window))
	r.count = int64(count)
}

// wait returns how long after now the next thing may pass, 0 if at once. With
// a count of 0 the answer means nothing.
func (r *rate) wait(now time.Time) time.Duration {
	r.refill(now)
	short := int64(r.window) - r.balance
	if short <= 0 {
		return 0
	}
	n := max(r.count, 1)
	return time.Duration((short + n - 1) / n)
}

// spend lets one thing pass. The caller has seen that wait is 0.
func (r *rate) spend() { r.balance -= int64(r.window) }

func (r *rate) refill(now time.Time) {
	elapsed := min(now.Sub(r.filled), r.window)
	if elapsed <= 0 {
		return
	}
	r.balance = min(r.balance+int64(elapsed)*r.count, r.count*int64(r.window))
	r.filled = now
}
