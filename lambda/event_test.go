package lambda_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/lambda"
)

func TestEventRetriesFunctionErrorsTwice(t *testing.T) {
	retry := lambda.NewEventRetry(epoch)
	now := epoch
	for _, want := range []time.Duration{time.Minute, 2 * time.Minute} {
		at, again := retry.Failed(now)
		if !again || at.Sub(now) != want {
			t.Fatalf("Failed = after %v, %v, want after %v", at.Sub(now), again, want)
		}
		now = at
	}
	if _, again := retry.Failed(now); again || retry.Attempts() != 3 {
		t.Errorf("the third error is retried after %d attempts, want it dropped after 3", retry.Attempts())
	}
}

// TestEventRetriesThrottles counts the attempts that fit into six hours. The
// waits double from 1 s up to 5 minutes.
func TestEventRetriesThrottles(t *testing.T) {
	retry := lambda.NewEventRetry(epoch)
	var waits []time.Duration
	now, last := epoch, time.Duration(0)
	for tries := 0; ; tries++ {
		at, again := retry.Refused(now)
		if !again {
			if tries < 75 || tries > 85 {
				t.Errorf("dropped after %d tries, want about 72 of 5 minutes and 9 shorter", tries)
			}
			break
		}
		if wait := at.Sub(now); wait != last {
			waits, last = append(waits, wait), wait
		}
		now = at
	}
	want := []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 300}
	for i := range want {
		want[i] *= time.Second
	}
	if diff := cmp.Diff(want, waits); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
}
