package store

import (
	"context"

	"lullaby/instant"
	"lullaby/queue/refusal"
	"lullaby/queue/request"
	"lullaby/storage"
)

// CreateQueueOutput is the output of CreateQueue.
type CreateQueueOutput struct{ QueueUrl string }

// CreateQueue makes a queue, or finds the one of that name if it has the same
// attributes. Tags of a queue that exists do not change. The error is a refusal of
// the checks, a refusal.QueueNameExists, refusal.QueueDeletedRecently, or of
// storage.
func (e *Engine) CreateQueue(_ context.Context, now instant.Instant, in *request.CreateQueueInput) (*CreateQueueOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	settings, err := in.Settings()
	if err != nil {
		return nil, err
	}
	out := &CreateQueueOutput{e.url(in.QueueName)}
	e.ddl.Lock()
	defer e.ddl.Unlock()
	if q, err := e.named(in.QueueName); err == nil {
		if name := q.desc.Load().settings.Differing(in.Attributes); name != "" {
			return nil, refusal.Newf(refusal.QueueNameExists,
				"A queue already exists with the same name and a different value for attribute %s", name)
		}
		return out, nil
	}
	if err := e.checkName(in.QueueName, now); err != nil {
		return nil, err
	}
	if err := e.checkRedrive(in.QueueName, &settings); err != nil {
		return nil, err
	}
	return out, e.create(now, &description{Name: in.QueueName, Created: now, Modified: now, Tags: in.Tags}, settings)
}

// create makes a queue. The caller holds ddl.
func (e *Engine) create(now instant.Instant, d *description, s request.Settings) error {
	d = d.with(s)
	d.Number = e.lastNumber + 1
	b := e.db.NewBatch()
	stageNumber(b, d.Number)
	b.Delete(namedKey(departures, d.Name))
	if err := d.stage(b); err != nil {
		return closing(b, err)
	}
	if err := b.Commit(); err != nil {
		return err
	}
	e.lastNumber = d.Number
	delete(e.departed, d.Name)
	q := e.newQueue(now, d)
	e.queues.Store(d.Name, q)
	q.adopt(now, d)
	e.relink(now, q.arn)
	return nil
}

// replace gives a queue another description. It adds it to the batch and commits
// it. The caller holds ddl. The error is of storage; nothing has changed then.
func (e *Engine) replace(now instant.Instant, b *storage.Batch, q *queue, d *description) error {
	if err := d.stage(b); err != nil {
		return closing(b, err)
	}
	if err := b.Commit(); err != nil {
		return err
	}
	q.adopt(now, d)
	return nil
}
