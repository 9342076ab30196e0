package store

import (
	"maps"
	"slices"

	"lullaby/instant"
	"lullaby/queue/request"
)

// A DeclareError is a declared queue that is refused.
type DeclareError struct {
	Queue string // its name
	Err   error  // a refusal
}

func (e *DeclareError) Error() string { return e.Queue + ": " + e.Err.Error() }

// Unwrap returns the refusal.
func (e *DeclareError) Unwrap() error { return e.Err }

// Declare makes queues as a stack update would: those that lack, after their
// dead-letter queues, and those that exist get the declared attributes and tags in
// place of theirs. Messages stay. The name of a deleted queue needs no rest. The
// error is a *DeclareError, or of storage; the queues before it are made then.
func (e *Engine) Declare(now instant.Instant, all []*request.CreateQueueInput) error {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	left := slices.Clone(all)
	for len(left) > 0 {
		i := max(0, slices.IndexFunc(left, func(in *request.CreateQueueInput) bool { return !e.awaits(in, left) }))
		if err := e.declare(now, left[i]); err != nil {
			return err
		}
		left = slices.Delete(left, i, i+1)
	}
	return nil
}

// awaits reports whether the dead-letter queue of in is another one of left.
func (e *Engine) awaits(in *request.CreateQueueInput, left []*request.CreateQueueInput) bool {
	s, err := in.Settings()
	return err == nil && s.Redrive != nil && slices.ContainsFunc(left, func(other *request.CreateQueueInput) bool {
		return other != in && request.ARN(e.opts.Scope, other.QueueName) == s.Redrive.Target
	})
}

// declare declares one queue. The caller holds ddl.
func (e *Engine) declare(now instant.Instant, in *request.CreateQueueInput) error {
	settings, err := in.Settings()
	if err == nil {
		err = e.checkRedrive(in.QueueName, &settings)
	}
	if err != nil {
		return &DeclareError{in.QueueName, err}
	}
	q, err := e.named(in.QueueName)
	if err != nil {
		return e.create(now, &description{Name: in.QueueName, Created: now, Modified: now, Tags: in.Tags}, settings)
	}
	old := q.desc.Load()
	d := old.with(settings)
	d.Tags = in.Tags
	if maps.Equal(d.Attributes, old.Attributes) && maps.Equal(d.Tags, old.Tags) {
		return nil
	}
	d.Modified = now
	return e.replace(now, e.db.NewBatch(), q, d)
}
