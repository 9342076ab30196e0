package lambda_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/instant"
	"lullaby/lambda"
)

// After the clock was set back by an hour, no sandbox is kept for an hour
// longer.
func TestIdleWhenTheClockIsSetBack(t *testing.T) {
	idle := lambda.Idle[string]{Lifetime: 10 * time.Second}
	idle.Put(epoch.Add(time.Hour), "a")
	idle.Put(epoch.Add(time.Hour+time.Second), "b")
	if expired, next := idle.Expire(epoch); len(expired) > 0 || next != epoch.Add(10*time.Second) {
		t.Errorf("Expire = %q, %v, want none and %v", expired, next, epoch.Add(10*time.Second))
	}
	if expired, _ := idle.Expire(epoch.Add(10 * time.Second)); len(expired) != 2 {
		t.Errorf("Expire after the lifetime = %q, want a and b", expired)
	}
}

func TestIdle(t *testing.T) {
	at := func(s int) instant.Instant { return epoch.Add(time.Duration(s) * time.Second) }
	idle := lambda.Idle[string]{Lifetime: 10 * time.Second}
	for i, name := range []string{"a", "b", "c", "d"} {
		idle.Put(at(i), name)
	}
	idle.Put(at(1), "early") // the clock was set back: counts as second 3

	if got, ok := idle.Take(); got != "early" || !ok {
		t.Errorf("Take() = %q, %v, want the last one put", got, ok)
	}
	if got, since, ok := idle.Oldest(); got != "a" || since != at(0) || !ok {
		t.Errorf("Oldest() = %q, %v, %v, want a since %v", got, since, ok, at(0))
	}
	if !idle.Remove("b") || idle.Remove("b") {
		t.Error("Remove(b) does not remove it once")
	}
	expired, next := idle.Expire(at(12))
	if diff := cmp.Diff([]string{"a", "c"}, expired); diff != "" || next != at(13) {
		t.Errorf("Expire: next %v, want %v; expired (-want +got):\n%s", next, at(13), diff)
	}
	if expired, next := idle.Expire(at(13)); len(expired) != 1 || !next.IsZero() {
		t.Errorf("Expire at its due = %q, %v, want d and no next", expired, next)
	}
	if _, ok := idle.Take(); ok || idle.Len() != 0 {
		t.Error("something is left")
	}
	if _, _, ok := idle.Oldest(); ok {
		t.Error("Oldest of none is ok")
	}
}
