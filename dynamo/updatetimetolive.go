package dynamo

import (
	"context"

	"lullaby/dynamo/request"
	"lullaby/instant"
)

// UpdateTimeToLiveOutput is the output of UpdateTimeToLive: the specification of
// the request.
type UpdateTimeToLiveOutput struct {
	TimeToLiveSpecification request.TimeToLiveSpecification
}

// UpdateTimeToLive enables or disables the expiry of items. The error is a
// refusal.Validation, refusal.NotFound, refusal.InUse, or of storage.
func (e *Engine) UpdateTimeToLive(ctx context.Context, now instant.Instant, in *request.UpdateTimeToLiveInput) (*UpdateTimeToLiveOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	t, err := e.updateTimeToLive(in, now)
	if err != nil {
		return nil, err
	}
	e.finish(ctx, t)
	return &UpdateTimeToLiveOutput{*in.TimeToLiveSpecification}, nil
}

func (e *Engine) updateTimeToLive(in *request.UpdateTimeToLiveInput, now instant.Instant) (*table, error) {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	t, err := e.known(now, *in.TableName)
	if err != nil {
		return nil, err
	}
	if err := t.checkLife(now); err != nil {
		return nil, err
	}
	d := t.desc.Load().clone()
	if err := d.TTL.set(in.TimeToLiveSpecification, now, &e.rules.Durations); err != nil {
		return nil, err
	}
	return t, e.replace(t, d, nil, now)
}
