package topic_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/topic"
)

// A disk is what the owner of lines has: all deliveries, by subscription.
type disk map[uint64][]topic.Delivery

// add adds a delivery in its order.
func (d disk) add(number uint64, of topic.Delivery) {
	all := append(slices.Clone(d[number]), of)
	slices.SortFunc(all, func(a, b topic.Delivery) int {
		if a.Due != b.Due {
			return int(a.Due - b.Due)
		}
		return int(a.Message) - int(b.Message) //nolint:gosec // small
	})
	d[number] = all
}

func (d disk) remove(number uint64, of topic.Delivery) {
	i := slices.Index(d[number], of)
	d[number] = slices.Delete(d[number], i, i+1)
}

// Whatever is added, fails, is read late and comes back: each delivery begins once for
// each of its instants and not before it, no more are under way than may be, and in the
// end nothing is left.
func TestRandomLines(t *testing.T) {
	for range 200 {
		seed := rand.Uint64()
		randomLines(t, seed)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func randomLines(t *testing.T, seed uint64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 0))
	const most = 8
	ls, d, at := topic.NewLines(most), disk{}, instant.Instant(1)
	type under struct {
		number uint64
		of     topic.Delivery
	}
	var underway []under
	var message uint64
	for number := range uint64(3) {
		ls.Open(number, false)
	}
	finish := func(i int, fails bool) {
		u := underway[i]
		underway = slices.Delete(underway, i, i+1)
		d.remove(u.number, u.of)
		if fails {
			again := topic.Delivery{Due: at.Add(time.Duration(rng.IntN(100))) + 1, Message: u.of.Message}
			d.add(u.number, again)
			ls.Add(u.number, again)
		}
		ls.Done(u.number, u.of)
	}
	take := func() {
		for number, of, ok := ls.Take(at); ok; number, of, ok = ls.Take(at) {
			if of.Due.After(at) || !slices.Contains(d[number], of) || slices.Contains(underway, under{number, of}) {
				t.Errorf("at %d delivery %v of %d began", at, of, number)
			}
			underway = append(underway, under{number, of})
		}
		if len(underway) != ls.Underway() || len(underway) > most {
			t.Errorf("%d are under way, %d by the lines", len(underway), ls.Underway())
		}
	}
	read := func() {
		for _, number := range ls.Short() {
			all := d[number]
			n := min(len(all), topic.Known)
			ls.Read(number, all[:n], n == len(all))
		}
	}
	for step := range 3_000 {
		at += instant.Instant(rng.IntN(3))
		switch n := rng.IntN(10); {
		case n < 5 && step < 2_000:
			message++
			number, of := rng.Uint64N(3), topic.Delivery{Due: at, Message: message}
			d.add(number, of)
			ls.Add(number, of)
		case n < 7:
			take()
		case n < 8:
			read()
		case len(underway) > 0:
			finish(rng.IntN(len(underway)), step < 2_000 && rng.IntN(3) == 0)
		}
	}
	for range 10_000 {
		at += 10
		read()
		take()
		for len(underway) > 0 {
			finish(0, false)
		}
	}
	d.empty(t)
}

// empty complains of what is left.
func (d disk) empty(t *testing.T) {
	t.Helper()
	for number, all := range d {
		if len(all) > 0 {
			t.Errorf("%d deliveries of %d never began", len(all), number)
		}
	}
}
