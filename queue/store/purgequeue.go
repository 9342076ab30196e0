package store

import (
	"context"
	"time"

	"lullaby/instant"
	"lullaby/queue/refusal"
	"lullaby/queue/request"
)

// purgeRest is how long after a purge another one is refused
// (docs/aws/sqs.md#deletions-and-purges).
const purgeRest = time.Minute

// PurgeQueueOutput is the output of PurgeQueue.
type PurgeQueueOutput struct{}

// PurgeQueue deletes the messages of a queue at once; on AWS it takes up to 60
// seconds. The error is a refusal, or of storage.
func (e *Engine) PurgeQueue(_ context.Context, now instant.Instant, in *request.PurgeQueueInput) (*PurgeQueueOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	e.ddl.Lock()
	defer e.ddl.Unlock()
	q, err := e.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	d := *q.desc.Load()
	if past := now.Sub(d.Purged); !d.Purged.IsZero() && past < purgeRest && past > -purgeRest && !e.opts.Instant {
		return nil, refusal.Newf(refusal.PurgeQueueInProgress, "Only one PurgeQueue operation on %s is allowed every 60 seconds.", q.name)
	}
	d.Purged = now
	b := e.db.NewBatch()
	b.UseReserve()
	if err := d.stage(b); err != nil {
		return nil, closing(b, err)
	}
	s, err := q.purge(now, b)
	if err != nil {
		return nil, err
	}
	q.desc.Store(&d)
	return &PurgeQueueOutput{}, s.Wait()
}
