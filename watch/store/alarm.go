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
	acting := s.acting(events)
	s.alarms.Unlock()
	if err == nil {
		err = submitted.Wait()
	}
	if err != nil {
		return err
	}
	return s.act(acting)
}

// An act is an event that has actions, and its alarm.
type act struct {
	watch.Event
	alarm watch.Description
}

// acting returns the events that have actions, with copies of their alarms. s.alarms is
// held.
func (s *Store) acting(events []watch.Event) []act {
	var all []act
	for _, e := range events {
		if len(e.Actions) == 0 {
			continue
		}
		d, _ := s.alarms.Describe(e.Alarm)
		if d.Metric != nil {
			d.Metric = new(*d.Metric)
		}
		if d.Composite != nil {
			d.Composite = new(*d.Composite)
		}
		all = append(all, act{e, d})
	}
	return all
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

// act lets the actions of events happen, and remembers how they went. One that is done
// again each minute is remembered if it fails: else the history of an alarm of a quiet
// table would have nothing but that.
func (s *Store) act(events []act) error {
	var done []HistoryItem
	for _, e := range events {
		for _, action := range e.Actions {
			err := ErrNoReceiver
			if s.opts.Act != nil {
				err = s.opts.Act(action, e.Event, e.alarm)
			}
			published := ""
			if err == nil && s.opts.Published != nil {
				published = s.opts.Published(action, e.Event, e.alarm)
			}
			if e.Changed || err != nil {
				done = append(done, acted(&e.Event, action, published, err))
			}
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

// ErrNoReceiver is the error of an action that names nothing that is here.
var ErrNoReceiver = errors.New("nothing here carries out this action")

// historyKept is how long the history of alarms is kept
// (docs/aws/cloudwatch.md#history).
const historyKept = 30 * 24 * time.Hour
