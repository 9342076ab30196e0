package rehearse

import (
	"testing"
	"time"
)

// Requests that time out are counted when their functions end. The first is the
// one that timed out first.
func TestFirstTimeout(t *testing.T) {
	var s stage
	for _, at := range []time.Duration{7, 3, 5} {
		s.timeOut(at)
	}
	if s.late != 3 || s.firstLate != 3 {
		t.Errorf("%d timed out, the first at %d, want 3, at 3", s.late, s.firstLate)
	}
}
