package rehearse

import (
	"math/rand/v2"
	"slices"
	"testing"

	"lullaby/instant"
)

// Events come in the order of their instants, and those of one instant in the
// order of scheduling.
func TestAgenda(t *testing.T) {
	const seed = 1
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 200 {
		var a agenda
		var want, got []event
		take := func() bool {
			e, ok := a.next()
			if ok {
				got = append(got, e)
			}
			return ok
		}
		now := instant.Instant(0)
		for range rng.IntN(60) {
			if rng.IntN(3) == 0 && take() {
				now = got[len(got)-1].at
				continue
			}
			e := event{at: now + instant.Instant(rng.IntN(8)), to: 3, kind: cut, slot: 7}
			a.schedule(e)
			e.sequence = a.scheduled
			want = append(want, e)
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
