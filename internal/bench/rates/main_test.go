package main

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The picture of the README is what the rehearsal gives today.
func TestPicture(t *testing.T) {
	rows, err := play(t.Context(), "../../../"+items)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("../../../docs/rates.svg")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(picture(rows))); diff != "" {
		t.Errorf("go run ./internal/bench/rates -svg docs/rates.svg makes another picture (-docs +today):\n%s", diff)
	}
}

// A table loses messages if consumers have more in hand than it takes while they
// work, and no others. No pace writes more than the table gives.
func TestOverPull(t *testing.T) {
	rows, err := play(t.Context(), "../../../"+items)
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		r := &rows[i]
		hand, takes := r.hand()
		q := r.queue()
		if hand <= takes && q.Dead > 0 || hand > 2*takes && q.Dead == 0 || q.Done+q.Dead != backlog || r.tenths() > int64(10*r.units) {
			t.Errorf("%d x %d at %d units: %d in hand, the table takes %d; %d written, %d dead, %s writes a second",
				r.concurrency, r.batch, r.units, hand, takes, q.Done, q.Dead, decimal(r.tenths()))
		}
	}
}
