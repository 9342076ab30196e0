package store

import (
	"context"
	"errors"

	"lullaby/instant"
	"lullaby/storage"
	"lullaby/watch"
	"lullaby/watch/refusal"
	"lullaby/watch/request"
)

// PutMetricAlarm performs the operation of that name.
func (s *Store) PutMetricAlarm(_ context.Context, now instant.Instant, in *request.PutMetricAlarmInput) (*struct{}, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	s.alarms.Lock()
	if d, exists := s.alarms.Describe(in.AlarmName); exists && d.Composite != nil {
		s.alarms.Unlock()
		return nil, refusal.Newf(refusal.Validation, "A composite alarm with the name %s exists", in.AlarmName)
	}
	err := s.configure(now, in.AlarmName, in.Tags, func() ([]watch.Event, error) { return nil, s.alarms.Put(now, in.Alarm()) })
	return &struct{}{}, err
}

// PutCompositeAlarm performs the operation of that name.
func (s *Store) PutCompositeAlarm(_ context.Context, now instant.Instant, in *request.PutCompositeAlarmInput) (*struct{}, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	s.alarms.Lock()
	if d, exists := s.alarms.Describe(in.AlarmName); exists && d.Metric != nil {
		s.alarms.Unlock()
		return nil, refusal.Newf(refusal.Validation, "A metric alarm with the name %s exists", in.AlarmName)
	}
	err := s.configure(now, in.AlarmName, in.Tags, func() ([]watch.Event, error) { return s.alarms.PutComposite(now, in.Alarm()) })
	return &struct{}{}, err
}

// configure makes or changes an alarm by put, with tags if it is new, and unlocks
// s.alarms. A change is in the history.
func (s *Store) configure(now instant.Instant, name string, tags []request.Tag, put func() ([]watch.Event, error)) error {
	_, existed := s.alarms.Describe(name)
	events, err := put()
	if err != nil {
		s.alarms.Unlock()
		return refusal.Newf(refusal.Validation, "%v", err)
	}
	what := "updated"
	if !existed {
		what = "created"
		s.tag(s.alarms.ARN(name), tags)
	}
	return s.settleWith(events, []string{name}, func(b *storage.Batch) error { return s.rememberUpdate(b, now, name, what) })
}

// rememberUpdate adds the change of an alarm's settings to the history. Assumed: its
// data has no more than the kind of change.
func (s *Store) rememberUpdate(b *storage.Batch, now instant.Instant, name, what string) error {
	kind := map[string]string{"created": "Create", "updated": "Update", "deleted": "Delete"}[what]
	return s.remember(b, now, HistoryItem{
		AlarmName: name, AlarmType: s.typeOf(name), Timestamp: request.Timestamp{Instant: now}, HistoryItemType: configurationUpdate,
		HistorySummary: `Alarm "` + name + `" ` + what, HistoryData: `{"version":"1.0","type":"` + kind + `"}`,
	})
}

// DeleteAlarms performs the operation of that name. Alarms that exist go even if others
// do not.
func (s *Store) DeleteAlarms(_ context.Context, now instant.Instant, in *request.AlarmNamesInput) (*struct{}, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	s.alarms.Lock()
	var there []string
	var absent error
	for _, name := range in.AlarmNames {
		if _, ok := s.alarms.Describe(name); ok {
			there = append(there, name)
		} else {
			absent = errors.Join(absent, refusal.Newf(refusal.AlarmNotFound, "Alarm %s does not exist", name))
		}
	}
	err := s.settleWith(nil, there, func(b *storage.Batch) error {
		for _, name := range there {
			if err := s.rememberUpdate(b, now, name, "deleted"); err != nil {
				return err
			}
		}
		s.drop(there...)
		return nil
	})
	return &struct{}{}, errors.Join(err, absent)
}

// SetAlarmState performs the operation of that name.
func (s *Store) SetAlarmState(_ context.Context, now instant.Instant, in *request.SetAlarmStateInput) (*struct{}, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	s.alarms.Lock()
	events, err := s.alarms.Set(now, in.AlarmName, watch.StateValue(in.StateValue), in.StateReason, in.StateReasonData)
	if err != nil {
		s.alarms.Unlock()
		return nil, refusal.Newf(refusal.AlarmNotFound, "Alarm %s does not exist", in.AlarmName)
	}
	return &struct{}{}, s.settle(events, []string{in.AlarmName})
}

// EnableAlarmActions performs the operation of that name. Alarms that do not exist are
// passed over.
func (s *Store) EnableAlarmActions(_ context.Context, now instant.Instant, in *request.AlarmNamesInput) (*struct{}, error) {
	return s.enable(now, in, true)
}

// DisableAlarmActions performs the operation of that name, as EnableAlarmActions does.
func (s *Store) DisableAlarmActions(_ context.Context, now instant.Instant, in *request.AlarmNamesInput) (*struct{}, error) {
	return s.enable(now, in, false)
}

func (s *Store) enable(now instant.Instant, in *request.AlarmNamesInput, enabled bool) (*struct{}, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	s.alarms.Lock()
	for _, name := range in.AlarmNames {
		s.alarms.Enable(now, name, enabled)
	}
	return &struct{}{}, s.settle(nil, in.AlarmNames)
}
