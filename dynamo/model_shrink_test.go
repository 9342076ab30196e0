package dynamo_test

import (
	"slices"
	"testing"
	"time"
)

// shrink leaves out of a history that fails whatever it fails without, by
// halves, quarters and so on down to single operations.
func shrink[Op any](history []Op, fails func([]Op) bool) []Op {
	patience := time.Now().Add(20 * time.Second)
	for size := len(history) / 2; size > 0; {
		smaller := false
		for at := 0; at < len(history) && time.Now().Before(patience); {
			rest := slices.Concat(history[:at], history[min(at+size, len(history)):])
			if fails(rest) {
				history, smaller = rest, true
			} else {
				at += size
			}
		}
		if size > 1 || !smaller {
			size /= 2
		}
	}
	return history
}

func TestShrink(t *testing.T) {
	history := make([]int, 300)
	for i := range history {
		history[i] = i
	}
	got := shrink(history, func(ops []int) bool {
		return slices.Contains(ops, 7) && slices.Contains(ops, 8) && slices.Contains(ops, 222)
	})
	if !slices.Equal(got, []int{7, 8, 222}) {
		t.Errorf("shrinks to %v, want the three that it fails by", got)
	}
}
