package bench_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"lullaby/internal/bench"
)

func TestMedian(t *testing.T) {
	for _, tt := range []struct {
		xs   []float64
		want float64
	}{
		{[]float64{7}, 7},
		{[]float64{9, 1}, 5},
		{[]float64{9, 1, 2}, 2},
		{[]float64{9, 1, 2, 4}, 3},
	} {
		if got := bench.Median(tt.xs); got != tt.want {
			t.Errorf("Median(%v) = %v, want %v", tt.xs, got, tt.want)
		}
	}
}

// The ranks and confidences are those of the tables of the sign test: 1 - 2 P(X < k)
// of the binomial distribution with n throws.
func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		name  string
		pairs int // with the ratios 1, 2, ..., pairs
		want  bench.Ratio
	}{
		{"one says nothing", 1, bench.Ratio{Median: 1, Low: 1, High: 1, Confidence: 0}},
		{"too few for 95 %", 5, bench.Ratio{Median: 3, Low: 1, High: 5, Confidence: 0.9375}},
		{"just enough", 6, bench.Ratio{Median: 3.5, Low: 1, High: 6, Confidence: 0.96875}},
		{"just too few to leave out two", 8, bench.Ratio{Median: 4.5, Low: 1, High: 8, Confidence: 0.9921875}},
		{"just enough to leave out two", 9, bench.Ratio{Median: 5, Low: 2, High: 8, Confidence: 0.9609375}},
		{"eleven", 11, bench.Ratio{Median: 6, Low: 2, High: 10, Confidence: 0.98828125}},
		{"twenty", 20, bench.Ratio{Median: 10.5, Low: 6, High: 15, Confidence: 0.95861}},
		{"a hundred", 100, bench.Ratio{Median: 50.5, Low: 40, High: 61, Confidence: 0.96480}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before, after := make([]float64, tt.pairs), make([]float64, tt.pairs)
			for i := range tt.pairs {
				ratio := i*7%tt.pairs + 1 // not in order; each once, since 7 divides none of the numbers of pairs
				before[i] = float64(100 + i)
				after[i] = before[i] * float64(ratio)
			}
			got := bench.Compare(before, after)
			if diff := cmp.Diff(tt.want, got, cmpopts.EquateApprox(0, 0.00001)); diff != "" {
				t.Errorf("Compare of %d pairs (-want +got):\n%s", tt.pairs, diff)
			}
		})
	}
}
