package store

import (
	"context"

	"lullaby/instant"
	"lullaby/queue/request"
)

// SetQueueAttributesOutput is the output of SetQueueAttributes.
type SetQueueAttributesOutput struct{}

// SetQueueAttributes changes attributes of a queue. They hold at once; on AWS it
// takes up to 60 seconds, and 15 minutes for the retention. The error is a refusal,
// or of storage.
func (e *Engine) SetQueueAttributes(_ context.Context, now instant.Instant, in *request.SetQueueAttributesInput) (*SetQueueAttributesOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	e.ddl.Lock()
	defer e.ddl.Unlock()
	q, err := e.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	old := q.desc.Load()
	settings, err := old.settings.With(in.Attributes)
	if err != nil {
		return nil, err
	}
	if _, given := in.Attributes["RedrivePolicy"]; given {
		if err := e.checkRedrive(q.name, &settings); err != nil {
			return nil, err
		}
	}
	d := old.with(settings)
	d.Modified = now
	return &SetQueueAttributesOutput{}, e.replace(now, e.db.NewBatch(), q, d)
}
