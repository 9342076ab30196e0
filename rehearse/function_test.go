package rehearse

import (
	"slices"
	"testing"
	"time"

	"lullaby/capacity"
	"lullaby/retry"
	"lullaby/template"
)

// A further attempt has the keys of the first, and so reaches the same
// partition.
func TestSameKeys(t *testing.T) {
	tmpl, err := template.Load("testdata/items.yaml", template.Options{Parameters: map[string]string{"WriteCapacityUnits": "2000"}})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{For: 3 * time.Second, Seed: 1, ItemBytes: 400 * capacity.WriteUnitBytes, ServiceTime: ServiceTime, RetryMode: retry.ModeLegacy}
	if err := o.Traffic.UnmarshalText([]byte("constant:40/s")); err != nil {
		t.Fatal(err)
	}
	r, err := New(tmpl, o)
	if err != nil {
		t.Fatal(err)
	}
	w, err := r.newWorld(&setup{})
	if err != nil {
		t.Fatal(err)
	}
	f := w.functions[0]
	op := f.calls[0].operation
	w.newSource(r.Arrivals(), w.stages[0])
	again := 0
	for len(w.agenda.events) > 0 {
		var had []uint64
		if e := &w.agenda.events[0]; e.to == f.number && e.kind == answered && f.running.slots[e.slot].retry.Failed() > 0 {
			had = slices.Clone(f.running.slots[e.slot].hashes)
			again++
		}
		w.step()
		if got := op.hashes(nil); had != nil && !slices.Equal(got, had) {
			t.Fatalf("a further attempt was placed at %x, want %x", got, had)
		}
	}
	for _, c := range w.stages[0].refused {
		if by := c.verdict.Limit; by != capacity.KeyRangeThroughput {
			t.Errorf("refused by limit %d, want that of a partition", by)
		}
	}
	if again == 0 {
		t.Error("no attempt was a further one")
	}
}
