package rehearse

import (
	"slices"
	"testing"
	"time"

	"lullaby/capacity"
	"lullaby/retry"
	"lullaby/template"
)

// Each limit of capacity has its class, by which a mode may try again or not.
func TestClass(t *testing.T) {
	for _, tt := range []struct {
		limit capacity.Limit
		index bool
		want  retry.Class
	}{
		{capacity.ProvisionedThroughput, false, retry.ThrottleTable},
		{capacity.ProvisionedThroughput, true, retry.ThrottleIndex},
		{capacity.KeyRangeThroughput, false, retry.ThrottleKeyRange},
		{capacity.KeyRangeThroughput, true, retry.ThrottleKeyRange},
		{capacity.AccountLimit, false, retry.ThrottleAccount},
		{capacity.AccountLimit, true, retry.ThrottleAccount},
		{capacity.MaxOnDemandThroughput, false, retry.ThrottleMaximum},
		{capacity.MaxOnDemandThroughput, true, retry.ThrottleMaximum},
	} {
		v := capacity.Verdict{Limit: tt.limit, Resource: capacity.Resource{Index: tt.index}}
		if got := class(&v); got != tt.want {
			t.Errorf("limit %d, index %t: %v, want %v", tt.limit, tt.index, got, tt.want)
		}
	}
}

// A request that tries again has the keys that it had, and so meets the same
// partition.
func TestSameKeys(t *testing.T) {
	tmpl, err := template.Load("testdata/items.yaml", template.Options{Parameters: map[string]string{"WriteCapacityUnits": "2000"}})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{For: time.Second, Seed: 1, ItemBytes: 400 * capacity.WriteUnitBytes, ServiceTime: ServiceTime, RetryMode: retry.ModeLegacy}
	if err := o.Traffic.UnmarshalText([]byte("constant:20/s")); err != nil {
		t.Fatal(err)
	}
	r, err := New(tmpl, o)
	if err != nil {
		t.Fatal(err)
	}
	w, err := r.newWorld()
	if err != nil {
		t.Fatal(err)
	}
	w.arrivals = r.Arrivals()
	w.expect()
	again := 0
	for e, more := w.events.next(); more; e, more = w.events.next() {
		var had []uint64
		if e.kind == answer && w.requests.slots[e.slot].call.Failed() > 0 {
			had = slices.Clone(w.requests.slots[e.slot].places)
			again++
		}
		w.happen(e)
		if got := w.table.places(nil); had != nil && !slices.Equal(got, had) {
			t.Fatalf("a further attempt was placed at %x, want %x", got, had)
		}
	}
	for i := range w.tally.refused {
		if by := w.tally.refused[i].verdict.Limit; by != capacity.KeyRangeThroughput {
			t.Errorf("refused by limit %d, want that of a partition", by)
		}
	}
	if again == 0 {
		t.Error("no attempt was a further one")
	}
}

// Requests that time out are counted as their functions end, and the first is
// the one that came first.
func TestFirstTimeout(t *testing.T) {
	var a tally
	for _, at := range []time.Duration{7, 3, 5} {
		a.timeOut(at)
	}
	if a.late != 3 || a.firstLate != 3 {
		t.Errorf("%d timed out, the first at %d, want 3, at 3", a.late, a.firstLate)
	}
}
