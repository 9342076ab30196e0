package instant_test

import (
	"encoding/json"
	"testing"
	"time"

	"lullaby/instant"
)

func TestRoundTrip(t *testing.T) {
	for _, at := range []time.Time{
		{},
		time.Date(2026, 11, 29, 3, 12, 0, 1, time.UTC),
		time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(2200, 2, 29, 0, 0, 0, 0, time.UTC),
	} {
		if got := instant.Of(at).Time(); !got.Equal(at) {
			t.Errorf("Of(%v).Time() = %v", at, got)
		}
	}
}

// What a state was written with before instants were integers is still read,
// and the reverse.
func TestTextIsThatOfTime(t *testing.T) {
	type old struct{ At, None time.Time }
	type now struct{ At, None instant.Instant }
	at := time.Date(2026, 11, 29, 3, 12, 0, 123_000_000, time.UTC)
	was, err := json.Marshal(old{At: at})
	if err != nil {
		t.Fatal(err)
	}
	var read now
	if err := json.Unmarshal(was, &read); err != nil {
		t.Fatal(err)
	}
	if want := (now{At: instant.Of(at)}); read != want {
		t.Errorf("read %v, want %v", read, want)
	}
	is, err := json.Marshal(read)
	if err != nil {
		t.Fatal(err)
	}
	if string(is) != string(was) {
		t.Errorf("wrote %s, want %s", is, was)
	}
}

func TestTextRefuses(t *testing.T) {
	var i instant.Instant
	if err := i.UnmarshalText([]byte("yesterday")); err == nil {
		t.Errorf("UnmarshalText took yesterday for %v", i)
	}
}

func TestTruncate(t *testing.T) {
	day := 24 * time.Hour
	for _, at := range []time.Time{
		time.Date(2026, 11, 29, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC),
		time.Date(1969, 12, 31, 12, 30, 0, 0, time.UTC),
	} {
		for _, d := range []time.Duration{time.Minute, time.Hour, day} {
			if got, want := instant.Of(at).Truncate(d), instant.Of(at.Truncate(d)); got != want {
				t.Errorf("Of(%v).Truncate(%v) = %v, want %v", at, d, got, want)
			}
		}
	}
	if i := instant.Instant(7); i.Truncate(0) != i {
		t.Errorf("Truncate(0) = %d, want 7", i.Truncate(0))
	}
}

func TestOrder(t *testing.T) {
	a := instant.Of(time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC))
	b := a.Add(time.Nanosecond)
	if !a.Before(b) || a.After(b) || b.Before(a) || a.Before(a) || b.Sub(a) != 1 || a.Sub(b) != -1 {
		t.Errorf("%v and %v are out of order", a, b)
	}
	if got := instant.Instant(0).String(); got != "none" {
		t.Errorf("zero is %q", got)
	}
	if got, want := b.String(), "2026-11-29T00:00:00.000000001Z"; got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
}

func TestFollow(t *testing.T) {
	last := instant.Of(time.Date(2026, 11, 23, 3, 12, 0, 0, time.UTC))
	tests := []struct {
		name      string
		now, want instant.Instant
	}{
		{"later", last.Add(1), last.Add(1)},
		{"much later", last.Add(time.Hour), last.Add(time.Hour)},
		{"the same", last, last},
		{"out of order", last.Add(-1), last},
		{"the furthest out of order", last.Add(-10 * time.Second), last},
		{"set back", last.Add(-10*time.Second - 1), last.Add(-10*time.Second - 1)},
		{"set back by years", instant.Of(time.Unix(0, 1)), instant.Of(time.Unix(0, 1))},
	}
	for _, tt := range tests {
		if got := instant.Follow(last, tt.now); got != tt.want {
			t.Errorf("%s: Follow(%v, %v) = %v, want %v", tt.name, last, tt.now, got, tt.want)
		}
	}
}
