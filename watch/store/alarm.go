package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lullaby/instant"
	"lullaby/storage"
	"lullaby/watch"
)

// A record is what the disk has of an alarm.
type record struct {
	Metric     *watch.MetricAlarm    `json:",omitzero"`
	Composite  *watch.CompositeAlarm `json:",omitzero"`
	State      watch.AlarmState
	Configured instant.Instant
	Tags       map[string]string `json:",omitzero"`
}

// loadAlarms reads the alarms: metric ones first, so that those that composite ones
// name exist.
func (s *Store) loadAlarms() error {
	prefix := alarmKey(settings, "")
	all := map[string]record{}
	err := s.db.Scan(prefix, end(prefix), func(key, value []byte) (bool, error) {
		var r record
		if err := json.Unmarshal(value, &r); err != nil {
			return false, fmt.Errorf("alarm %s: %w", key[len(prefix):], err)
		}
		all[string(key[len(prefix):])] = r
		return true, nil
	})
	if err != nil {
		return err
	}
	if err := s.restore(all); err != nil {
		return err
	}
	prefix = alarmKey(histories, "")
	return s.db.ScanBackward(prefix, end(prefix), func(key, _ []byte) (bool, error) {
		s.alarms.history = uint64(instantIn(key)) ^ 1<<63 + 1 //nolint:gosec // a number
		return false, nil
	})
}

func (s *Store) restore(all map[string]record) error {
	for name, r := range all {
		if r.Metric != nil {
			if err := s.alarms.Put(r.Configured, *r.Metric); err != nil {
				return fmt.Errorf("alarm %s: %w", name, err)
			}
		}
	}
	for more := true; more; { // composite alarms may name others that come later
		more = false
		for name, r := range all {
			if _, done := s.alarms.Describe(name); done || r.Composite == nil {
				continue
			}
			if _, err := s.alarms.PutComposite(r.Configured, *r.Composite); err == nil {
				more = true
			}
		}
	}
	for name, r := range all {
		s.alarms.Restore(name, r.State, r.Configured)
		if len(r.Tags) > 0 {
			s.alarms.tags[s.alarms.ARN(name)] = r.Tags
		}
	}
	return nil
}

// evaluate evaluates the alarms, if a minute has arrived, and lets their actions
// happen when their states are durable.
func (s *Store) evaluate(now instant.Instant) error {
	s.alarms.Lock()
	s.mu.Lock()
	events := s.alarms.Evaluate(now, &s.mu.Store)
	s.mu.Unlock()
	return s.settle(events, nil)
}

// settle writes alarms that events concern, and those of names, and unlocks s.alarms.
// Then it lets the actions of the events happen.
func (s *Store) settle(events []watch.Event, names []string) error {
	if len(events)+len(names) == 0 {
		s.alarms.Unlock()
		return nil
	}
	return s.settleWith(events, names, func(*storage.Batch) error { return nil })
}

// settleWith is settle, with what add adds to the batch.
func (s *Store) settleWith(events []watch.Event, names []string, add func(b *storage.Batch) error) error {
	b := s.db.NewBatch()
	b.UseReserve()
	err := add(b)
	if err == nil {
		err = s.keep(b, events, names)
	}
	if err != nil {
		s.alarms.Unlock()
		return errors.Join(err, b.Close())
	}
	submitted, err := b.Submit()
	s.alarms.Unlock()
	if err == nil {
		err = submitted.Wait()
	}
	if err != nil {
		return err
	}
	return s.act(events)
}

func (s *Store) keep(b *storage.Batch, events []watch.Event, names []string) error {
	for _, e := range events {
		if e.Changed {
			names = append(names, e.Alarm)
			if err := s.remember(b, e.At, stateUpdate(s, &e)); err != nil {
				return err
			}
		}
	}
	for _, name := range names {
		d, ok := s.alarms.Describe(name)
		if !ok {
			b.Delete(alarmKey(settings, name))
			continue
		}
		text, err := json.Marshal(record{d.Metric, d.Composite, d.State, d.Configured, s.alarms.tags[d.ARN]})
		if err != nil {
			return err
		}
		b.Set(alarmKey(settings, name), text)
	}
	return nil
}

// act lets the actions of events happen, and remembers how they went.
func (s *Store) act(events []watch.Event) error {
	var done []HistoryItem
	for _, e := range events {
		for _, action := range e.Actions {
			published, err := "", errNoReceiver
			if s.opts.Act != nil {
				published, err = s.opts.Act(action, e)
			}
			done = append(done, acted(&e, action, published, err))
		}
	}
	if done == nil {
		return nil
	}
	s.alarms.Lock()
	defer s.alarms.Unlock()
	b := s.db.NewBatch()
	for _, item := range done {
		item.AlarmType = s.typeOf(item.AlarmName)
		if err := s.remember(b, item.Timestamp.Instant, item); err != nil {
			return errors.Join(err, b.Close())
		}
	}
	return b.Commit()
}

// errNoReceiver is the error of an action when nothing has actions.
var errNoReceiver = errors.New("nothing here carries out this action")

// historyKept is how long the history of alarms is kept
// (docs/aws/cloudwatch.md#history).
const historyKept = 30 * 24 * time.Hour

// Alarm returns an alarm as it is now.
func (s *Store) Alarm(name string) (d watch.Description, ok bool) {
	s.alarms.Lock()
	defer s.alarms.Unlock()
	return s.alarms.Describe(name)
}
