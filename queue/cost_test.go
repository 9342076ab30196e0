package queue

import (
	"strconv"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/queue/request"
)

// Groups without messages cost nothing, whether the messages were deleted or lost.
func TestGroupsAreForgotten(t *testing.T) {
	s := request.Defaults(true)
	q, now := New(&s, nil), instant.Instant(time.Hour)
	for id := range ID(1_000) {
		q.Add(now, id+1, Sent{At: now, Group: strconv.Itoa(int(id))}) //nolint:gosec // small
	}
	var got Received
	for range 50 {
		if err := q.Receive(now, &Ask{Max: 10, Visibility: -1}, &got); err != nil {
			t.Fatal(err)
		}
		q.Saved(&got)
		for i := range got.Deliveries {
			if gone, err := q.Delete(now, got.Deliveries[i].ID, got.Deliveries[i].Receives); !gone {
				t.Fatal(err)
			}
		}
	}
	if n := len(q.groups.byName); n != 500 {
		t.Errorf("%d groups are known after the messages of 500 were deleted", n)
	}
	if q.Counts(now.Add(s.Retention)); len(q.groups.byName) > 0 {
		t.Errorf("%d groups are known after all messages were lost", len(q.groups.byName))
	}
}

// A message with a delay of its own does not make others cost more.
func TestOwnDelaysAreApart(t *testing.T) {
	for _, delay := range []time.Duration{0, 10 * time.Second} {
		s := request.Defaults(false)
		s.Delay = delay
		q, now := New(&s, nil), instant.Instant(time.Hour)
		for id := range ID(1_000) {
			m := Sent{At: now, Due: now.Add(s.Delay)}
			switch {
			case id%10 == 0:
				m.Due = now.Add(15 * time.Minute)
			case delay == 0:
				m.Due = 0
			}
			q.Add(now, id+1, m)
		}
		if n := len(q.entries.byID); n != 100 {
			t.Errorf("with a delay of %v %d messages have entries, want those with a delay of their own, 100", delay, n)
		}
	}
}
