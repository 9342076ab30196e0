package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"lullaby/instant"
	"lullaby/pager"
	"lullaby/storage"
	"lullaby/watch"
)

// A Receiver is where pages go. Its methods are called by one goroutine.
type Receiver interface {
	// ID tells the receiver from others, also after a restart. It is on disk, and has no
	// zero byte and no secret.
	ID() string

	// Name is what people call the receiver. It has no secret.
	Name() string

	// Send sends a page once and returns what came of it, at the latest when ctx ends.
	Send(ctx context.Context, p *pager.Page) Answer
}

// An Answer is what came of sending a page.
type Answer struct {
	pager.Report

	Text string // what the receiver said, or why it said nothing, for people; it has no secret
}

// Options configure a Store.
type Options struct {
	Receivers []Receiver
	Seed      uint64             // of chance, which spreads attempts
	Show      func(p pager.Page) // gets each new page when it is durable; nil: nobody looks
	Log       *slog.Logger       // nil: discarded
}

// A Store is the pages of a stack. Safe for concurrent use.
type Store struct {
	db   *storage.DB
	opts Options

	// mu guards what follows. It is not held while the disk works.
	mu struct {
		sync.Mutex
		incidents pager.Incidents
		number    uint64 // of the last page
	}
	lines []*line // not changed after New
}

// A line is a receiver and what waits for it. The mutex of its Store guards outbox.
type line struct {
	to     Receiver
	outbox pager.Outbox
	kick   chan struct{} // capacity 1; sent to after an Add, for the line's goroutine
}

// New returns a Store with what db has, which stays open after it. What is there for a
// receiver that is no more is dropped, and the log says so. The error is of storage.
func New(db *storage.DB, o Options) (*Store, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Show == nil {
		o.Show = func(pager.Page) {}
	}
	s := &Store{db: db, opts: o}
	for i, r := range o.Receivers {
		s.lines = append(s.lines, &line{
			to: r, kick: make(chan struct{}, 1),
			outbox: pager.Outbox{Rand: rand.New(rand.NewPCG(o.Seed, uint64(i)))}, //nolint:gosec // no secret
		})
	}
	if err := s.load(instant.Of(time.Now())); err != nil {
		return nil, fmt.Errorf("load pages: %w", err)
	}
	return s, nil
}

// Take decides whether an event of an alarm is a page. If it is one, write writes it, of
// a kind and of an alarm that is on since an instant; it is durable when Take returns, and
// will be sent. Calls come one at a time, in the order of the events. The error is of
// storage: the page is sent, but a crash loses it.
func (s *Store) Take(now instant.Instant, key string, e *watch.Event, write func(kind pager.Kind, since instant.Instant) pager.Page) error {
	s.mu.Lock()
	kind, was, is, ok := s.mu.incidents.Take(key, e)
	s.mu.Unlock()
	if !ok {
		return nil
	}
	since := is.Since
	if kind == pager.Recovery {
		since = was.Since
	}
	p := write(kind, since)
	err := s.add(now, p, is)
	for _, l := range s.lines {
		select {
		case l.kick <- struct{}{}:
		default:
		}
	}
	s.opts.Show(p)
	return err
}

// add gives a page to all receivers.
func (s *Store) add(now instant.Instant, p pager.Page, is pager.Incident) error {
	b := s.db.NewBatch()
	b.UseReserve()
	s.mu.Lock()
	s.mu.number++
	err := set(b, incidentKey(p.Key), is)
	for _, l := range s.lines {
		err = errors.Join(err, l.save(b, l.outbox.Add(now, s.mu.number, p)))
	}
	return s.commit(b, err)
}

// commit commits a batch, unless there is an error before, and unlocks s.mu: batches
// are submitted in the order of what they say.
func (s *Store) commit(b *storage.Batch, err error) error {
	if err != nil {
		s.mu.Unlock()
		return errors.Join(err, b.Close())
	}
	submitted, err := b.Submit()
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return submitted.Wait()
}

// Waiting returns how many pages wait to be sent, for all receivers together.
func (s *Store) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, l := range s.lines {
		n += l.outbox.Len()
	}
	return n
}
