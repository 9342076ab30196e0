package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/storage"
	"lullaby/watch"
)

// Options configure a Store. The zero value is the behaviour of AWS.
type Options struct {
	Scope   arn.Scope // of alarms
	Assumed watch.Assumptions
	Log     *slog.Logger // nil: discarded

	// Act performs an action of an alarm: what the ARN names gets the event, and the alarm
	// as it was then. It is called by one goroutine at a time, in the order of the events,
	// after the change is durable, and returns soon. After a crash it is called again for
	// what may not have been done, before any further event. It must not set the state of
	// an alarm. The error goes into the history. Nil: there is nothing that has actions.
	Act func(action string, e watch.Event, d watch.Description) error

	// Published returns the message that an action which was performed has published, for
	// the history; "" if none. Nil: none has.
	Published func(action string, e watch.Event, d watch.Description) string
}

// A Store keeps metrics and alarms. Safe for concurrent use.
type Store struct {
	db   *storage.DB
	opts Options

	// mu guards what services add to. Nothing that holds it waits for a disk.
	mu struct {
		sync.Mutex
		watch.Store
	}

	// alarms guards alarms, and is held while they are written. It may be held when mu is
	// locked, not the reverse.
	alarms struct {
		sync.Mutex
		watch.Alarms
		tags    map[string]map[string]string // by ARN
		history uint64                       // the number of the next entry, and of the next task
	}

	acting turns  // of what calls opts.Act; taken while alarms is held
	left   []task // what a crash left undone; whoever has the turn of acting does it

	// archiving is held for writing while hours move from memory to blocks, and for reading
	// while both are read.
	archiving sync.RWMutex

	flushing sync.Mutex // held by whoever writes the journal
	written  uint64     // the number of the last record of the journal
	hour     instant.Instant
	day      instant.Instant
}

var _ watch.Sink = (*Store)(nil)

// New returns a Store on what db has, which stays open after Close. The error is of
// storage, or watch.ErrCorrupt.
func New(db *storage.DB, o Options) (*Store, error) {
	o.Scope = o.Scope.WithDefaults()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Store{db: db, opts: o}
	s.acting.moved.L = &s.acting.mu
	s.alarms.Assumed = o.Assumed
	s.alarms.ARN = func(name string) string { return o.Scope.ARN("cloudwatch", "alarm:"+name) }
	s.alarms.Pause = func() {
		s.mu.Unlock()
		s.mu.Lock()
	}
	s.alarms.tags = map[string]map[string]string{}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("load metrics: %w", err)
	}
	if err := s.loadAlarms(); err != nil {
		return nil, fmt.Errorf("load alarms: %w", err)
	}
	return s, s.provide(instant.Of(time.Now()))
}

// load reads definitions and the journal.
func (s *Store) load() error {
	before := instant.Instant(0)
	if _, err := s.db.Get([]byte{storage.Metrics, sealedKind}, func(value []byte) error {
		before = instantIn(value)
		return nil
	}); err != nil {
		return err
	}
	s.mu.Archive(before)
	prefix := []byte{storage.Metrics, definitions}
	err := s.db.Scan(prefix, end(prefix), func(key, value []byte) (bool, error) {
		var d definition
		if err := json.Unmarshal(value, &d); err != nil {
			return false, fmt.Errorf("series %x: %w", key, err)
		}
		number := uint32(key[2])<<24 | uint32(key[3])<<16 | uint32(key[4])<<8 | uint32(key[5])
		s.mu.Define(watch.Series(number), d.Metric, d.Dimensions, d.Newest)
		return true, nil
	})
	if err != nil {
		return err
	}
	prefix = []byte{storage.Metrics, journal}
	return s.db.Scan(prefix, end(prefix), func(key, value []byte) (bool, error) {
		s.written = uint64(instantIn(key)) ^ 1<<63 //nolint:gosec // a number
		return true, s.mu.Replay(value)
	})
}

// A definition is what the disk has of a series.
type definition struct {
	Metric     watch.Metric
	Dimensions []watch.Dimension
	Newest     instant.Instant // the latest minute with a sample, when an hour of it was last sealed
}

// define writes the definition of a series, of which s.mu is held.
func (s *Store) define(b *storage.Batch, number watch.Series) error {
	var d definition
	d.Metric, d.Dimensions = s.mu.Describe(number)
	d.Newest = s.mu.Newest(number)
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	b.Set(definitionKey(number), text)
	return nil
}

// Series implements [watch.Sink].
func (s *Store) Series(m watch.Metric, dimensions ...watch.Dimension) watch.Series {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mu.Series(m, dimensions...)
}

// Add implements [watch.Sink].
func (s *Store) Add(at instant.Instant, series watch.Series, value float64) {
	s.mu.Lock()
	s.mu.Add(at, series, value)
	s.mu.Unlock()
}

// AddIdle implements [watch.Sink].
func (s *Store) AddIdle(at instant.Instant, series watch.Series) {
	s.mu.Lock()
	s.mu.AddIdle(at, series)
	s.mu.Unlock()
}

// Stat returns a statistic of what is in memory, as [watch.Store.Stat] does.
func (s *Store) Stat(series watch.Series, of watch.Statistic, from, to instant.Instant) (value float64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mu.Stat(series, of, from, to)
}

// Close writes what was measured since the last minute began. The error is of storage.
func (s *Store) Close() error { return s.flush() }

// share is how many series are looked at before others may lock a Store.
const share = 64

// shares calls f, which may lock s.mu, with the series a share at a time.
func (s *Store) shares(f func(first, end watch.Series) error) error {
	s.mu.Lock()
	last := s.mu.Len()
	s.mu.Unlock()
	for first := watch.Series(1); first <= last; first += share {
		if err := f(first, first+share); err != nil {
			return err
		}
	}
	return nil
}

// flush writes what changed since the last flush to the journal.
func (s *Store) flush() error {
	s.flushing.Lock()
	defer s.flushing.Unlock()
	b := s.db.NewBatch()
	defined, err := s.record(b)
	if err != nil {
		return errors.Join(err, b.Close())
	}
	if err := b.Commit(); err != nil {
		s.undefine(defined)
		return err
	}
	return nil
}

// record adds records of the journal to a batch, and definitions of the series in
// them.
func (s *Store) record(b *storage.Batch) (defined []watch.Series, err error) {
	var buffer []byte
	err = s.shares(func(first, end watch.Series) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		added := s.mu.Undefined(first, end)
		defined = append(defined, added...)
		for _, number := range added {
			if err := s.define(b, number); err != nil {
				return err
			}
		}
		if buffer = s.mu.Journal(buffer[:0], first, end); len(buffer) > 0 {
			s.written++
			b.Set(journalKey(s.written), buffer)
		}
		return nil
	})
	return defined, err
}

func (s *Store) undefine(numbers []watch.Series) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, number := range numbers {
		s.mu.Undefine(number)
	}
}
