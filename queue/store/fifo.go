package store

import (
	"lullaby/instant"
	model "lullaby/queue"
)

// A fifo is what a FIFO queue has besides. The lock of the queue guards it.
type fifo struct {
	calls *model.Throughput // nil: unlimited
	sent  deduplicator
}

func (e *Engine) newFIFO(now instant.Instant, d *description) *fifo {
	if !d.settings.FIFO {
		return nil
	}
	f := &fifo{sent: deduplicator{number: d.Number}}
	if !e.opts.Unlimited {
		f.calls = model.NewThroughput(now, e.opts.Scope.Region, &d.settings)
	}
	return f
}

// set changes the settings. It does nothing for nil, which a standard queue has.
func (f *fifo) set(now instant.Instant, d *description) {
	if f != nil && f.calls != nil {
		f.calls.Set(now, &d.settings)
	}
}

// admit counts a call that concerns messages of groups. The error is
// model.ErrThrottled.
func (f *fifo) admit(now instant.Instant, a model.Action, groups ...string) error {
	if f == nil || f.calls == nil || f.calls.Take(now, a, groups...) {
		return nil
	}
	return model.ErrThrottled
}
