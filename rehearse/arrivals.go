package rehearse

import (
	"math/bits"
	"math/rand/v2"
	"time"
)

// Arrivals are the instants of requests: a Poisson process, so each request is
// independent of the others, or with equal time between them. They are computed in integers, so a seed gives the
// same instants on every machine. Not safe for concurrent use.
type Arrivals struct {
	rng    *rand.Rand // nil: even
	begun  bool
	phases []phase // those that have not ended
	at     time.Duration
	spare  uint64 // what the last request left of the nanosecond before at
}

// newArrivals returns the arrivals of phases; even ones if rng is nil.
func newArrivals(phases []phase, rng *rand.Rand) *Arrivals {
	return &Arrivals{rng: rng, phases: phases}
}

// Next returns the instant of the next request, since the start. ok is false if
// there are no more.
func (a *Arrivals) Next() (at time.Duration, ok bool) {
	need := a.need()
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

// need returns how much of a request has to come until the next one. Even requests
// come in the middle of their share of time.
func (a *Arrivals) need() uint64 {
	switch {
	case a.rng != nil:
		return exponential(a.rng)
	case !a.begun:
		a.begun = true
		return mean / 2
	}
	return mean
}

// mean is one request, in the unit of a Rate times a nanosecond.
const mean = uint64(PerSecond) * uint64(time.Second)

// exponential returns an exponentially distributed number whose mean is mean.
// It uses von Neumann's method, which compares uniform numbers and needs no
// logarithm ("Various techniques used in connection with random digits", 1951):
// the first number of a falling run is accepted if the run has an odd length,
// which has the wanted probability.
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
