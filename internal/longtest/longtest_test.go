package longtest

import "testing"

func TestForms(t *testing.T) {
	t.Setenv("LULLABY_LONG", "")
	if n := Of(2, 40); n != 2 || Histories(2, 40) != 2 {
		t.Errorf("quick: %d and %d, want 2", n, Histories(2, 40))
	}
	t.Setenv("LULLABY_LONG", "1")
	histories, least := 40, 4
	if raced {
		histories, least = 10, 3
	}
	if n := Of(2, 40); n != 40 || Histories(2, 40) != histories || Histories(3, 4) != least {
		t.Errorf("long: %d, %d and %d, want 40, %d and %d", n, Histories(2, 40), Histories(3, 4), histories, least)
	}
}
