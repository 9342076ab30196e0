package rehearse

import (
	"math/bits"
	"math/rand/v2"
	"time"
)

// Arrivals are the instants at which requests come: a Poisson process, whose
// requests know nothing of each other. It computes in integers, so that every
// machine gets the same instants of a seed.
type Arrivals struct {
	rng    *rand.Rand
	phases []phase // those that are not over
	at     time.Duration
	spare  uint64 // of the nanosecond before at, what the last request left over
}

func newArrivals(phases []phase, rng *rand.Rand) *Arrivals {
	return &Arrivals{rng: rng, phases: phases}
}

// Next returns when the next request comes, since the start. ok is false when
// no more do.
func (a *Arrivals) Next() (at time.Duration, ok bool) {
	need := exponential(a.rng)
	if need <= a.spare {
		a.spare -= need
		return a.at, true
	}
	need -= a.spare
	a.spare = 0
	for ; len(a.phases) > 0; a.phases = a.phases[1:] {
		p := &a.phases[0]
		if rate := uint64(p.rate); rate > 0 {
			wait, left := (need-1)/rate+1, uint64(p.until-a.at)
			if wait <= left {
				a.at += time.Duration(wait)
				a.spare = wait*rate - need
				return a.at, true
			}
			need -= left * rate
		}
		a.at = p.until
	}
	return a.at, false
}

// mean is one request in the unit of a Rate times a nanosecond.
const mean = uint64(PerSecond) * uint64(time.Second)

// exponential returns a number of the exponential distribution whose mean is
// mean, by von Neumann's method, which compares uniform numbers and needs no
// logarithm ("Various techniques used in connection with random digits", 1951):
// the length of a falling run is odd with the probability that is wanted for
// its first number.
func exponential(rng *rand.Rand) uint64 {
	for whole := uint64(0); ; whole += mean {
		first := rng.Uint64()
		odd := true
		for last := first; ; odd = !odd {
			next := rng.Uint64()
			if next >= last {
				break
			}
			last = next
		}
		if odd {
			fraction, _ := bits.Mul64(first, mean)
			return whole + fraction
		}
	}
}
