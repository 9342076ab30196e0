package capacity_test

import (
	"testing"
	"time"

	"lullaby/capacity"
)

func TestProvisionKeepsTheBalance(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	table := capacity.Provisioned(now, 10, 10)
	steps := []struct {
		units, want int64 // of writes, and in hand afterwards
	}{{20, 3000}, {5, 1500}, {100, 1500}}
	for _, s := range steps {
		table.Provision(now, 10, s.units)
		if got := table.Balance(now, capacity.Write); got != capacity.Tokens(s.want)*capacity.Unit {
			t.Errorf("with %d units a second there are %v in hand, want %d", s.units, got.Units(), s.want)
		}
	}
	now = now.Add(time.Second)
	if got := table.Balance(now, capacity.Write).Units(); got != 1600 {
		t.Errorf("a second later there are %v in hand, want 1600", got)
	}
	if got := table.Balance(now, capacity.Read).Units(); got != 3000 {
		t.Errorf("reads in hand %v, want 3000", got)
	}
}
