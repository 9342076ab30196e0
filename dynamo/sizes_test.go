package dynamo

import (
	"fmt"
	"testing"
)

// What is remembered of a key is what was last written, or nothing.
func TestSizes(t *testing.T) {
	z := newSizes()
	key := func(n int) []byte { return fmt.Append(nil, "key", n) }
	const keys = 3 * manySize
	for n := range keys {
		z.set(key(n), stored{found: n%3 > 0, size: int64(n % 409_601)})
	}
	known := 0
	for n := range keys {
		s, ok := z.of(key(n))
		if !ok {
			continue
		}
		known++
		want := stored{}
		if n%3 > 0 {
			want = stored{found: true, size: int64(n % 409_601)}
		}
		if s.found != want.found || s.size != want.size {
			t.Fatalf("key %d: %+v, want %+v", n, s, want)
		}
	}
	if known < manySize*9/10 {
		t.Errorf("%d keys are known of %d slots", known, manySize)
	}
	z.forget(key(keys - 1))
	if _, ok := z.of(key(keys - 1)); ok {
		t.Error("known after it was forgotten")
	}
}
