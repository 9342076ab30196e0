package store

import (
	"context"
	"time"

	"lullaby/instant"
)

// measure measures each queue at the end of each minute until ctx ends. After the
// machine slept, it measures the last minute only.
func (e *Engine) measure(ctx context.Context) {
	wait := time.NewTimer(0)
	defer wait.Stop()
	for last := instant.Of(time.Now()).Truncate(time.Minute); ; {
		wait.Reset(last.Add(time.Minute).Sub(instant.Of(time.Now())))
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
		}
		began := instant.Of(time.Now()).Truncate(time.Minute).Add(-time.Minute)
		if began.Before(last) {
			continue // the clock was set back
		}
		last = began.Add(time.Minute)
		for _, q := range e.all(func(*queue) bool { return true }) {
			q.measure(began)
		}
	}
}

// measure measures the queue when the minute is over that began at an instant.
func (q *queue) measure(began instant.Instant) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.gone {
		q.meter.Minute(began, q.model)
	}
}
