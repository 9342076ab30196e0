package rehearse

import (
	"testing"
	"time"

	"lullaby/instant"
)

// A ticker looks again every minute, for ever. Each turn begins a task of 90
// seconds.
type ticker struct {
	number      uint16
	turns, done int
}

const (
	_ uint8 = iota // a turn
	finish
)

func (t *ticker) wake(w *world, now instant.Instant, kind uint8, _ uint32) {
	if kind == finish {
		t.done++
		return
	}
	t.turns++
	w.scheduleClock(now.Add(time.Minute), t.number)
	w.schedule(now.Add(90*time.Second), t.number, finish, 0)
}

// A world with a part that the clock wakes for ever ends: nothing begins after
// the horizon, and what is under way then is finished.
func TestHorizon(t *testing.T) {
	w := &world{start: midnight, horizon: midnight.Add(10 * time.Minute)}
	p := &ticker{}
	p.number = w.add(p)
	w.scheduleClock(midnight, p.number)
	if err := w.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p.turns != 11 || p.done != 11 || w.now != midnight.Add(11*time.Minute+30*time.Second) {
		t.Errorf("%d turns, %d finished, the last after %v, want 11, 11 and 11m30s", p.turns, p.done, w.since(w.now))
	}
}

// Two parts of a kind, the uses of one part, and two seeds have streams of their
// own. A part has the same stream whatever other parts there are.
func TestChance(t *testing.T) {
	seen := map[uint64]string{}
	for _, seed := range []uint64{1, 2} {
		o := &Options{Seed: seed}
		for _, name := range []string{"", "A", "B", "AB", "BA"} {
			for kind := uint64(chanceOfArrivals); kind <= chanceOfIDs; kind++ {
				first := o.chance(kind, name).Uint64()
				if other, drawn := seen[first]; drawn {
					t.Errorf("seed %d: kind %d of %q draws what %s draws", seed, kind, name, other)
				}
				seen[first] = name
				if again := o.chance(kind, name).Uint64(); again != first {
					t.Errorf("seed %d: kind %d of %q draws %d, then %d", seed, kind, name, first, again)
				}
			}
		}
	}
}
