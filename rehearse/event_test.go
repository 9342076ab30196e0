package rehearse

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// Events come in the order of their instants, those of one instant as they were
// scheduled, however they are mixed.
func TestQueue(t *testing.T) {
	const seed = 1
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 200 {
		var q queue
		var want, got []event
		take := func() bool {
			e, ok := q.next()
			if ok {
				got = append(got, e)
			}
			return ok
		}
		now := time.Duration(0)
		for range rng.IntN(60) {
			if rng.IntN(3) == 0 && take() {
				now = got[len(got)-1].at
				continue
			}
			at := now + time.Duration(rng.IntN(8))
			q.schedule(at, answer, 7)
			want = append(want, event{at, q.scheduled, answer, 7})
		}
		for take() {
		}
		slices.SortFunc(want, func(a, b event) int {
			if a.before(&b) {
				return -1
			}
			return 1
		})
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d: got %v, want %v", seed, got, want)
		}
	}
}
