package rehearse_test

import (
	"fmt"
	"testing"
	"time"
)

// Requests come at the right rate, with the variance of a Poisson process, and
// when their phase begins.
func TestArrivals(t *testing.T) {
	const rate = 50
	for seed := range uint64(5) {
		o := options(t, fmt.Sprintf("constant:%d/s", rate))
		o.For, o.Seed = time.Hour, seed
		a := rehearsal(t, itemsTemplate, o).Arrivals()
		counts := make([]float64, 3_600) // of each second
		total, last := 0, time.Duration(0)
		for at, ok := a.Next(); ok; at, ok = a.Next() {
			if at < last || at > o.For {
				t.Fatalf("seed %d: a request at %v behind one at %v", seed, at, last)
			}
			counts[min(int(at/time.Second), len(counts)-1)]++
			total, last = total+1, at
		}
		if want := rate * 3_600; total < want-5*425 || total > want+5*425 { // the square root of want
			t.Errorf("seed %d: %d requests, want about %d", seed, total, want)
		}
		mean, squares := float64(total)/3_600, 0.0
		for _, n := range counts {
			squares += (n - mean) * (n - mean)
		}
		if d := squares / 3_600 / mean; d < 0.85 || d > 1.15 {
			t.Errorf("seed %d: the variance of a second is %.2f of its mean, want about 1", seed, d)
		}
	}
	var counts [3]int
	a := rehearsal(t, itemsTemplate, options(t, "spike:4x")).Arrivals()
	for at, ok := a.Next(); ok; at, ok = a.Next() {
		switch {
		case at < 25*time.Minute:
			counts[0]++
		case at < 35*time.Minute:
			counts[1]++
		default:
			counts[2]++
		}
	}
	for i, want := range []int{3_750, 6_000, 3_750} { // 2.5, 10 and 2.5 a second
		if off := counts[i] - want; off*off > 25*want {
			t.Errorf("phase %d: %d requests, want about %d", i, counts[i], want)
		}
	}
}
