package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"lullaby/storage"
	"lullaby/watch"
)

// A task is the actions of a change that is durable. It is on disk from the change on
// until they are done, so that a crash in between loses none.
type task struct {
	key []byte // in the store; nil: it is not on disk
	change
}

// A change is an event that has actions, and its alarm at that time.
type change struct {
	Event watch.Event
	Alarm watch.Description
}

// turns let those who have something to do do it one after the other.
type turns struct {
	mu    sync.Mutex
	moved sync.Cond // L is mu
	taken uint64    // tickets
	done  uint64
}

// take returns a ticket: its owner is next when those who came before are done.
func (s *turns) take() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken++
	return s.taken - 1
}

// in calls f when it is a ticket's turn.
func (s *turns) in(ticket uint64, f func() error) error {
	s.mu.Lock()
	for s.done != ticket {
		s.moved.Wait()
	}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.done++
		s.moved.Broadcast()
		s.mu.Unlock()
	}()
	return f()
}

// tasksOf adds the actions of events to the batch that makes the changes durable, of
// which s.alarms is held. Scaling policies act each minute as long as the alarm is in
// its state: theirs are not kept.
func (s *Store) tasksOf(b *storage.Batch, events []watch.Event) ([]task, error) {
	var all []task
	for _, e := range events {
		if len(e.Actions) == 0 {
			continue
		}
		t := task{change: change{e, s.copyOf(e.Alarm)}}
		if e.Changed {
			text, err := json.Marshal(t.change)
			if err != nil {
				return nil, err
			}
			t.key = binary.BigEndian.AppendUint64(alarmKey(undone, ""), s.alarms.history)
			s.alarms.history++
			b.Set(t.key, text)
		}
		all = append(all, t)
	}
	return all, nil
}

// copyOf returns an alarm that its store no longer changes. s.alarms is held.
func (s *Store) copyOf(name string) watch.Description {
	d, _ := s.alarms.Describe(name)
	if d.Metric != nil {
		d.Metric = new(*d.Metric)
	}
	if d.Composite != nil {
		d.Composite = new(*d.Composite)
	}
	return d
}

// loadTasks reads what a crash left undone.
func (s *Store) loadTasks() error {
	prefix := alarmKey(undone, "")
	return s.db.Scan(prefix, end(prefix), func(key, value []byte) (bool, error) {
		t := task{key: append([]byte(nil), key...)}
		if err := json.Unmarshal(value, &t.change); err != nil {
			return false, fmt.Errorf("action %x: %w", key, err)
		}
		s.left = append(s.left, t)
		s.alarms.history = max(s.alarms.history, binary.BigEndian.Uint64(key[len(prefix):])+1)
		return true, nil
	})
}

// act does tasks when it is their turn, after what a crash left undone.
func (s *Store) act(ticket uint64, tasks []task) error {
	return s.acting.in(ticket, func() error {
		left := s.left
		s.left = nil
		return s.perform(append(left, tasks...))
	})
}

// perform lets actions happen, and remembers how they went. One that is done again each
// minute is remembered if it fails: else the history of an alarm of a quiet table would
// have nothing but that.
func (s *Store) perform(tasks []task) error {
	var done []HistoryItem
	for _, t := range tasks {
		for _, action := range t.Event.Actions {
			err := ErrNoReceiver
			if s.opts.Act != nil {
				err = s.opts.Act(action, t.Event, t.Alarm)
			}
			published := ""
			if err == nil && s.opts.Published != nil {
				published = s.opts.Published(action, t.Event, t.Alarm)
			}
			if t.Event.Changed || err != nil {
				done = append(done, acted(&t.Event, action, published, err))
			}
		}
	}
	if done == nil {
		return nil
	}
	s.alarms.Lock()
	defer s.alarms.Unlock()
	b := s.db.NewBatch()
	b.UseReserve()
	for _, item := range done {
		item.AlarmType = s.typeOf(item.AlarmName)
		if err := s.remember(b, item.Timestamp.Instant, item); err != nil {
			return errors.Join(err, b.Close())
		}
	}
	for _, t := range tasks {
		if t.key != nil {
			b.Delete(t.key)
		}
	}
	return b.Commit()
}

// ErrNoReceiver is the error of an action that names nothing that is here.
var ErrNoReceiver = errors.New("nothing here carries out this action")
