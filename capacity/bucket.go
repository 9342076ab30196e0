package capacity

import (
	"math/bits"
	"time"

	"lullaby/instant"
)

// A Rate is a flow of tokens. The zero Rate gives none.
type Rate struct {
	Tokens Tokens        // not negative
	Per    time.Duration // positive unless Tokens is 0
}

// PerSecond returns the rate of whole units a second, as provisioned.
func PerSecond(units int64) Rate { return Rate{Tokens(units) * Unit, time.Second} }

// BurstSeconds is how long unused capacity is kept (Developer Guide, "Burst
// capacity").
const BurstSeconds = 300

// MaxOverdraft is how far a bucket goes below zero. Assumed: AWS lets a request
// in while there is balance and charges it in full, however large; requests
// larger than 300 s of their table's rate were seen to pass (facts
// dynamodb-capacity.md 0.7, 2.4). The bound is the dearest single request, a
// 4 MB transaction at two units a KB, behind a full index buffer, so that none is
// let off any of its cost and what many requests in flight overdraw together
// cannot shut a table for longer than one of them could.
const MaxOverdraft = 8_192*Unit + maxIndexBuffer

// A TokenBucket gains tokens at a rate up to its burst. What a token pays for is
// its owner's to say: a capacity unit, a request to API Gateway, an invocation.
// Balances are integers and the remainder of a refill is kept, so a year of
// refills does not drift. Instants that go back count as [instant.Follow] says.
// Make one with NewTokenBucket. Not safe for concurrent use.
type TokenBucket struct {
	rate    Rate
	burst   Tokens
	balance Tokens          // at filled; negative: in debt, at most MaxOverdraft
	carry   uint64          // of the last refill, in tokens x nanoseconds, below rate.Per
	filled  instant.Instant // the instant at which balance was true
}

// NewTokenBucket returns a bucket that is full at now.
func NewTokenBucket(now instant.Instant, rate Rate, burst Tokens) TokenBucket {
	return TokenBucket{rate: rate, burst: burst, balance: burst, filled: now}
}

// Reset gives the bucket another rate and burst at now. What is in it stays, but
// no more than the burst.
func (b *TokenBucket) Reset(now instant.Instant, rate Rate, burst Tokens) {
	b.refill(now)
	b.rate, b.burst = rate, burst
	b.balance, b.carry = min(b.balance, burst), 0
}

// Take charges n in full if the balance at now is positive, even when n is more
// than the balance. Otherwise it charges nothing and returns how long until the
// balance is positive again.
func (b *TokenBucket) Take(now instant.Instant, n Tokens) (wait time.Duration, ok bool) {
	if wait, ok = b.above(now, 0); ok {
		b.Charge(now, n)
	}
	return wait, ok
}

// Wait returns how long after now n tokens are there, 0 if they are there
// already and the longest Duration if they never will be. It charges nothing.
func (b *TokenBucket) Wait(now instant.Instant, n Tokens) time.Duration {
	wait, _ := b.above(now, n-1)
	return wait
}

// above reports whether the balance at now is more than floor, and if not, how
// long until it is.
func (b *TokenBucket) above(now instant.Instant, floor Tokens) (wait time.Duration, ok bool) {
	b.refill(now)
	if b.balance > floor {
		return 0, true
	}
	wait = b.until(floor)
	if behind := b.filled.Sub(now); behind < maxWait-wait {
		wait += behind // the clock jumped back
	}
	return wait, false
}

// Charge takes n whatever the balance: the cost of a request that was let in
// before it was known.
func (b *TokenBucket) Charge(now instant.Instant, n Tokens) {
	b.refill(now)
	b.balance = max(b.balance-n, -MaxOverdraft)
}

// Balance returns the tokens at now, negative when in debt.
func (b *TokenBucket) Balance(now instant.Instant) Tokens {
	b.refill(now)
	return b.balance
}

// refill adds what has flowed in since the last instant.
func (b *TokenBucket) refill(now instant.Instant) {
	now = instant.Follow(b.filled, now)
	elapsed := now.Sub(b.filled)
	b.filled = now
	if elapsed <= 0 || b.rate.Tokens == 0 {
		return
	}
	hi, lo := bits.Mul64(uint64(elapsed), uint64(b.rate.Tokens))
	lo, over := bits.Add64(lo, b.carry, 0)
	hi += over
	per := uint64(b.rate.Per)
	if hi >= per {
		b.balance, b.carry = b.burst, 0
		return
	}
	gained, rest := bits.Div64(hi, lo, per)
	room := uint64(b.burst - b.balance)
	if gained >= room {
		b.balance, b.carry = b.burst, 0
		return
	}
	b.balance += Tokens(gained)
	b.carry = rest
}

// maxWait stands for never.
const maxWait = time.Duration(1<<63 - 1)

// until returns the time until one token more than floor is there.
func (b *TokenBucket) until(floor Tokens) time.Duration {
	if b.rate.Tokens == 0 {
		return maxWait
	}
	hi, lo := bits.Mul64(uint64(floor+1-b.balance), uint64(b.rate.Per))
	lo, borrow := bits.Sub64(lo, b.carry, 0)
	hi -= borrow
	lo, over := bits.Add64(lo, uint64(b.rate.Tokens)-1, 0)
	hi += over
	if hi >= uint64(b.rate.Tokens) {
		return maxWait
	}
	wait, _ := bits.Div64(hi, lo, uint64(b.rate.Tokens))
	return time.Duration(min(wait, uint64(maxWait)))
}
