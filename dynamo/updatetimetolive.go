package dynamo

import (
	"context"
	"time"

	"lullaby/instant"
)

// UpdateTimeToLiveInput is the request of UpdateTimeToLive.
type UpdateTimeToLiveInput struct {
	TableName               *string
	TimeToLiveSpecification *TimeToLiveSpecification
}

// TimeToLiveSpecification turns on or off that items expire by an attribute.
type TimeToLiveSpecification struct {
	Enabled       *bool
	AttributeName *string
}

// UpdateTimeToLiveOutput is the answer of UpdateTimeToLive: what was asked for.
type UpdateTimeToLiveOutput struct{ TimeToLiveSpecification TimeToLiveSpecification }

// maxTTLName bounds the name of the attribute (API_TimeToLiveSpecification).
const maxTTLName = 255

func (in *UpdateTimeToLiveInput) validate() error {
	if err := requireTableName(in.TableName); err != nil {
		return err
	}
	var v violations
	v.tableNamePattern(in.TableName)
	v.timeToLive(in.TimeToLiveSpecification)
	return v.err()
}

func (v *violations) timeToLive(s *TimeToLiveSpecification) {
	const path = "timeToLiveSpecification"
	if !v.notNull(s != nil, path) {
		return
	}
	v.notNull(s.Enabled != nil, path+".enabled")
	if v.notNull(s.AttributeName != nil, path+".attributeName") {
		v.text(s.AttributeName, path+".attributeName", nil, 1, maxTTLName)
	}
}

// UpdateTimeToLive turns on or off that items of a table expire.
func (e *Engine) UpdateTimeToLive(ctx context.Context, in *UpdateTimeToLiveInput) (*UpdateTimeToLiveOutput, error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	t, err := e.updateTimeToLive(in, time.Now())
	if err != nil {
		return nil, err
	}
	e.finish(ctx, t)
	return &UpdateTimeToLiveOutput{*in.TimeToLiveSpecification}, nil
}

func (e *Engine) updateTimeToLive(in *UpdateTimeToLiveInput, now time.Time) (*table, error) {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	t, err := e.known(*in.TableName)
	if err != nil {
		return nil, err
	}
	if err := t.checkLife(now); err != nil {
		return nil, err
	}
	d := t.desc.Load().clone()
	if err := d.TTL.set(in.TimeToLiveSpecification, instant.Of(now), &e.rules.Durations); err != nil {
		return nil, err
	}
	return t, e.replace(t, d, nil, now)
}
