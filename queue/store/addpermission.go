package store

import (
	"context"

	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/queue/request"
)

// AddPermissionOutput is the output of AddPermission.
type AddPermissionOutput struct{}

// AddPermission adds a statement to the policy of a queue. The error is a refusal,
// or of storage.
func (e *Engine) AddPermission(_ context.Context, now instant.Instant, in *request.AddPermissionInput) (*AddPermissionOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	err := e.changePolicy(now, in.QueueUrl, func(policy string, q *queue) (string, error) {
		a, err := arn.Parse(q.arn)
		if err != nil {
			return "", err
		}
		return in.AddTo(policy, a)
	})
	if err != nil {
		return nil, err
	}
	return &AddPermissionOutput{}, nil
}

// changePolicy changes the policy of a queue. The error is that of change, a
// refusal, or of storage.
func (e *Engine) changePolicy(now instant.Instant, url string, change func(policy string, q *queue) (string, error)) error {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	q, err := e.find(url)
	if err != nil {
		return err
	}
	d := q.desc.Load()
	settings := d.settings
	if settings.Policy, err = change(settings.Policy, q); err != nil {
		return err
	}
	changed := d.with(settings)
	changed.Modified = now
	return e.replace(now, e.db.NewBatch(), q, changed)
}
