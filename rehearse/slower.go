package rehearse

import (
	"context"

	"lullaby/rehearse/report"
)

// Bounds of MaximumConcurrency (docs/aws/mapping.md#settings).
const (
	leastConcurrency = 2
	mostConcurrency  = 1_000
)

// slower seeks the largest MaximumConcurrency of the consumers of the first path's
// queue with which nothing is lost, and that is less than they have, or a smaller
// one if the search takes too long. It returns nil if it knows none. Assumed: what is lost
// with one is lost with all larger ones.
func (s *search) slower(ctx context.Context) (*report.Remedy, error) {
	l := s.r.linkOf(s.r.paths[0].queue)
	if l == nil || len(l.consumers) != 1 {
		return nil, nil
	}
	c := l.consumers[0]
	low, high := leastConcurrency-1, mostConcurrency+1 // low holds, or is below all; high does not
	if now := c.pace.MaximumConcurrency; now > 0 {
		high = now
	}
	for next := leastConcurrency; high-low > 1; next = min(2*low, low+(high-low)/2) {
		held, err := s.play(ctx, &setup{search: true, concurrency: next})
		if err != nil {
			return nil, err
		}
		if s.left < 0 {
			break
		}
		if held {
			low = next
		} else {
			high = next
		}
	}
	if low < leastConcurrency {
		return nil, nil
	}
	return &report.Remedy{
		Outcome: report.Found, Raise: []report.Raise{},
		Concurrency: &report.Concurrency{Function: c.function.LogicalID, MaximumConcurrency: int64(low)},
	}, nil
}
