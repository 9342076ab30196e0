package retry

import (
	"math/big"
	"time"
)

// A sum is the time of a call whose delays are drawn evenly, each from a range
// of its own: something certain, and uniform numbers of known widths.
//
// Its distribution is known exactly: of n widths w, the share of the box of
// sides w that lies below the plane of height t is, by inclusion and exclusion
// of the corners, the sum over all subsets of w of +-(t - sum of the subset)^n,
// where that is positive, divided by n! times the product of w. The terms cancel
// far beyond what floats can hold, so it is computed in integers of any size.
type sum struct {
	certain time.Duration
	longest time.Duration
	wide    []width
	n       int      // widths in all
	corners []corner // made when first asked for
}

// A width comes so many times.
type width struct {
	size  time.Duration
	times int
}

// maxCorners bounds the work; ten attempts with a jitter of doubling windows
// have 512. Widths that are alike count together.
const maxCorners = 1 << 11

func newSum(terms []term, attempt time.Duration) sum {
	s := sum{certain: attempt, longest: attempt}
	for _, t := range terms {
		s.certain = plus(s.certain, plus(t.least, attempt))
		s.longest = plus(s.longest, plus(plus(t.least, t.width), attempt))
		if t.width == 0 {
			continue
		}
		s.n++
		if last := len(s.wide) - 1; last >= 0 && s.wide[last].size == t.width {
			s.wide[last].times++ // a cap makes neighbours alike
		} else {
			s.wide = append(s.wide, width{t.width, 1})
		}
	}
	return s
}

// cheap reports whether the distribution is worth computing.
func (s *sum) cheap() bool {
	corners := 1
	for _, w := range s.wide {
		if corners *= w.times + 1; corners > maxCorners {
			return false
		}
	}
	return s.n <= 64 && s.longest < Forever
}

func (s *sum) forecast(attempts int, deadline time.Duration) Forecast {
	f := Forecast{
		Attempts: attempts, MeanAttempts: float64(attempts),
		Longest: s.longest, Mean: s.certain + (s.longest-s.certain)/2,
	}
	f.Median, f.P99 = s.quantile(1, 2), s.quantile(99, 100)
	if deadline != 0 {
		below, all := s.below(deadline)
		late := new(big.Rat).SetFrac(below.Sub(all, below), all)
		f.Late, _ = late.Float64()
	}
	return f
}

// quantile returns the shortest time within which num calls out of den end.
func (s *sum) quantile(num, den int64) time.Duration {
	low, high := s.certain, s.longest
	for low < high {
		t := low + (high-low)/2
		below, all := s.below(t)
		if below.Mul(below, big.NewInt(den)).Cmp(all.Mul(all, big.NewInt(num))) >= 0 {
			high = t
		} else {
			low = t + 1
		}
	}
	return low
}

// below returns the chance of ending within t, as a fraction.
func (s *sum) below(t time.Duration) (num, den *big.Int) {
	switch {
	case t >= s.longest:
		return big.NewInt(1), big.NewInt(1)
	case t < s.certain:
		return big.NewInt(0), big.NewInt(1)
	}
	if s.corners == nil {
		s.corners = corners(nil, s.wide, corner{0, big.NewInt(1)})
	}
	den = new(big.Int).MulRange(1, int64(s.n))
	for _, w := range s.wide {
		for range w.times {
			den.Mul(den, big.NewInt(int64(w.size)))
		}
	}
	num = new(big.Int)
	var height, power big.Int
	for _, c := range s.corners {
		above := t - s.certain - c.at
		if above <= 0 {
			continue
		}
		height.SetInt64(int64(above))
		power.Set(c.ways)
		for range s.n {
			power.Mul(&power, &height)
		}
		num.Add(num, &power)
	}
	return num, den
}

// A corner is the corners of the box that lie so high, and how many there are,
// negative for an odd number of sides.
type corner struct {
	at   time.Duration
	ways *big.Int
}

// corners appends to all what grows from c along the widths.
func corners(all []corner, wide []width, c corner) []corner {
	if len(wide) == 0 {
		return append(all, c)
	}
	w := wide[0]
	for k := range w.times + 1 {
		ways := new(big.Int).Binomial(int64(w.times), int64(k))
		if k%2 == 1 {
			ways.Neg(ways)
		}
		all = corners(all, wide[1:], corner{c.at + w.size*time.Duration(k), ways.Mul(ways, c.ways)})
	}
	return all
}
