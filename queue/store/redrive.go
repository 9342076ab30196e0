package store

import (
	"lullaby/instant"
	"lullaby/queue/refusal"
	"lullaby/queue/request"
)

// checkRedrive refuses a dead-letter queue that does not exist, is of the other
// type, or does not allow the queue of that name (docs/aws/sqs.md#dead-letter-targets).
// The caller holds ddl.
func (e *Engine) checkRedrive(name string, s *request.Settings) error {
	if s.Redrive == nil {
		return nil
	}
	refuse := func(reason string) error { return refusal.Invalid(s.Redrive, "RedrivePolicy", reason) }
	target := e.byARN(s.Redrive.Target)
	if target == nil {
		return refuse("Dead letter target does not exist.")
	}
	settings := &target.desc.Load().settings
	switch {
	case settings.FIFO != s.FIFO:
		return refuse("Dead-letter queue must be same type of queue as the source.")
	case !settings.RedriveAllow.Allows(request.ARN(e.opts.Scope, name)):
		return refuse("Dead-letter queue does not allow this queue as its source.")
	}
	return nil
}

// relink tells the sources of a dead-letter queue that it exists now, or does not any
// more. The caller holds ddl.
func (e *Engine) relink(now instant.Instant, target string) {
	for _, q := range e.sources(target) {
		q.adopt(now, q.desc.Load())
	}
}

// deadLetterQueue returns the queue to which dead letters of q go. It is nil if q
// has none, or if it does not exist any more: messages stay in q then. Assumed: they
// do on AWS.
func (e *Engine) deadLetterQueue(q *queue) *queue {
	r := q.desc.Load().settings.Redrive
	if r == nil {
		return nil
	}
	return e.byARN(r.Target)
}
