package dynamo

import (
	"testing"
	"time"
)

// What may still appear is not below the bound of a reader, and what has been
// read past does not appear.
func TestSequenceNumbersSettleInOrder(t *testing.T) {
	now := time.Unix(1_000, 0)
	var s stream
	first, second := s.begin(now), s.begin(now)
	s.end(second)
	if bound := s.settled(now); bound != first {
		t.Errorf("bound %d while %d is pending", bound, first)
	}
	s.end(first)
	bound := s.settled(now)
	if bound <= second {
		t.Errorf("bound %d, want above %d", bound, second)
	}
	if third := s.begin(now.Add(-time.Hour)); third < bound {
		t.Errorf("number %d appears below bound %d", third, bound)
	}
}
