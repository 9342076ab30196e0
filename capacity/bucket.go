package capacity

import (
	"math/bits"
	"time"

	"lullaby/instant"
)

// A Rate is a flow of tokens. The zero Rate never adds any.
type Rate struct {
	Tokens Tokens        // not negative
	Per    time.Duration // positive unless Tokens is 0
}

// PerSecond returns the rate of whole units a second, as provisioned.
func PerSecond(units int64) Rate { return Rate{Tokens(units) * Unit, time.Second} }

// BurstSeconds is how many seconds of unused capacity are kept (Developer
// Guide, "Burst capacity").
const BurstSeconds = 300

// MaxOverdraft is how far below zero a balance can go. Assumed: AWS admits a
// request while the balance is positive and charges it in full, however large;
// requests larger than 300 s of their table's rate were seen to pass
// (docs/aws/capacity.md#overdraft). The bound is the cost of the most expensive
// single request, a 4 MB transaction at two units a KB, plus a full index
// buffer. So every single request is charged in full, and many concurrent
// requests together cannot block a table for longer than one of them could.
const MaxOverdraft = 8_192*Unit + maxIndexBuffer

// A TokenBucket gains tokens at a rate, up to its burst. Its owner decides what
// a token pays for: a capacity unit, a request to API Gateway, an invocation.
// Balances are integers and a refill keeps its remainder, so a year of refills
// does not drift. An instant before the last one is treated as [instant.Follow]
// says. Make one with NewTokenBucket. Not safe for concurrent use: the owner
// locks.
type TokenBucket struct {
	rate    Rate
	burst   Tokens
	balance Tokens          // at filled; negative: in debt, by at most MaxOverdraft
	carry   uint64          // remainder of the last refill, tokens x nanoseconds, below rate.Per
	filled  instant.Instant // the instant at which balance was true
}

// NewTokenBucket returns a bucket that is full at now.
func NewTokenBucket(now instant.Instant, rate Rate, burst Tokens) TokenBucket {
	return TokenBucket{rate: rate, burst: burst, balance: burst, filled: now}
}

// Reset changes the rate and the burst at now. The balance stays, cut to the
// new burst.
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

// Wait returns how long after now the balance reaches n: 0 if it has, the
// longest Duration if it never will. It charges nothing.
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

// Charge takes n whatever the balance is. Use it for a request that was
// admitted before its cost was known.
func (b *TokenBucket) Charge(now instant.Instant, n Tokens) {
	b.refill(now)
	b.balance = max(b.balance-n, -MaxOverdraft)
}

// Balance returns the balance at now; negative: in debt.
func (b *TokenBucket) Balance(now instant.Instant) Tokens {
	b.refill(now)
	return b.balance
}

// refill adds the tokens gained since the last instant.
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

// maxWait means never.
const maxWait = time.Duration(1<<63 - 1)

// until returns how long after filled the balance exceeds floor.
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
