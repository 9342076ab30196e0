package bench

import (
	"math"
	"slices"
)

// Median returns the median of xs, of an even number the mean of the middle two.
// It panics if xs is empty.
func Median(xs []float64) float64 {
	xs = slices.Sorted(slices.Values(xs))
	return (xs[(len(xs)-1)/2] + xs[len(xs)/2]) / 2
}

// A Ratio is the median of paired ratios, and an interval that contains the true
// median with probability Confidence.
type Ratio struct {
	Median, Low, High float64
	Confidence        float64 // a share of 1
}

// Compare returns the ratio of after to before, which are measured in pairs. The
// interval is that of the sign test, which assumes no distribution: the kth lowest
// to the kth highest ratio, with the largest k whose confidence is at least 95 %.
// Of 11 pairs that is the second lowest to the second highest, and 98.8 %. Fewer
// than 6 pairs cannot reach 95 %: the interval is then that of all ratios.
// Compare panics if there is no pair.
func Compare(before, after []float64) Ratio {
	ratios := make([]float64, len(before))
	for i := range ratios {
		ratios[i] = after[i] / before[i]
	}
	slices.Sort(ratios)
	k, confidence := signTest(len(ratios))
	return Ratio{
		Median:     Median(ratios),
		Low:        ratios[k-1],
		High:       ratios[len(ratios)-k],
		Confidence: confidence,
	}
}

// signTest returns the k of Compare for n pairs, and the interval's confidence. The
// true median lies below the kth lowest ratio if fewer than k ratios are below the
// median, which n throws of a coin decide.
func signTest(n int) (k int, confidence float64) {
	const least = 0.95
	exactly := math.Pow(0.5, float64(n)) // the probability of k-1 heads
	below := exactly                     // of fewer than k heads
	for k = 1; ; k++ {
		exactly *= float64(n-k+1) / float64(k)
		if 1-2*(below+exactly) < least {
			return k, 1 - 2*below
		}
		below += exactly
	}
}
