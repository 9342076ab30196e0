package store

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/queue/refusal"
	"lullaby/queue/request"
	"lullaby/storage"
	"lullaby/watch"
)

// Options configure an Engine. The zero value is the behaviour of AWS.
type Options struct {
	Scope     arn.Scope    // partition, region and account of the queues
	Unlimited bool         // nothing is refused for want of throughput, or because much is in flight
	Instant   bool         // deletions and purges complete at once: they block no name and no purge
	Log       *slog.Logger // nil: discarded

	// Seed is that of the chance with which Pessimistic reorders and repeats.
	Seed uint64

	// Pessimistic chooses the strict end where AWS documents a range: standard
	// queues reorder and repeat messages, and short polls see a part of them.
	Pessimistic bool

	// Metrics receives the samples of queues, from many goroutines at once; nil:
	// watch.Discard.
	Metrics watch.Sink
}

// An Engine holds queues and performs operations on them. It is safe for
// concurrent use. Every operation receives now, the instant at which its request
// began. Besides long polls, only New and Run read the clock.
//
// Locks, in the order of acquisition: ddl, which serializes changes of queues and
// of move tasks; then the lock of one queue. No lock is held while the disk works,
// apart from ddl. The map of queues is read without a lock.
type Engine struct {
	db     *storage.DB
	opts   Options
	queues sync.Map // name -> *queue

	ddl        sync.Mutex                 // guards what follows
	lastNumber uint64                     // of a queue
	departed   map[string]instant.Instant // when the queues of these names were deleted
	moves      map[uint64][]*moveTask     // by number of the source, oldest first

	alarms alarms
	work   work // for Run
}

// New returns an engine on the queues of db, which stays open after Close. The
// error is of storage.
func New(db *storage.DB, o Options) (*Engine, error) {
	o.Scope = o.Scope.WithDefaults()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = watch.Discard
	}
	e := &Engine{db: db, opts: o, departed: map[string]instant.Instant{}, moves: map[uint64][]*moveTask{}, alarms: newAlarms(), work: newWork()}
	if err := e.load(instant.Of(time.Now())); err != nil {
		return nil, fmt.Errorf("load queues: %w", err)
	}
	return e, nil
}

// find returns the queue of a URL. The error is a refusal.QueueDoesNotExist.
func (e *Engine) find(url string) (*queue, error) {
	account, name, ok := request.ParseURL(url)
	if !ok || account != "" && account != e.opts.Scope.Account {
		return nil, errNoQueue
	}
	return e.named(name)
}

// errNoQueue refuses a queue that does not exist. The query protocol has a longer
// text.
var errNoQueue = refusal.New(refusal.QueueDoesNotExist, "The specified queue does not exist.")

// named returns the queue of a name. The error is a refusal.QueueDoesNotExist.
func (e *Engine) named(name string) (*queue, error) {
	if q, ok := e.queues.Load(name); ok {
		return q.(*queue), nil //nolint:forcetypeassert // nothing else is stored
	}
	return nil, errNoQueue
}

// byARN returns the queue of an ARN, nil if there is none.
func (e *Engine) byARN(text string) *queue {
	a, ok := request.ParseARN(text)
	if !ok || !e.opts.Scope.Contains(a) {
		return nil
	}
	q, err := e.named(a.Resource)
	if err != nil {
		return nil
	}
	return q
}

// Settings returns the settings of the queue of an ARN. ok is false if there is none.
func (e *Engine) Settings(arn string) (s request.Settings, ok bool) {
	q := e.byARN(arn)
	if q == nil {
		return request.Settings{}, false
	}
	return q.desc.Load().settings, true
}

// all returns the queues that keep holds for, in the order of their names.
func (e *Engine) all(keep func(q *queue) bool) []*queue {
	var qs []*queue
	e.queues.Range(func(_, v any) bool {
		if q := v.(*queue); keep(q) { //nolint:forcetypeassert // nothing else is stored
			qs = append(qs, q)
		}
		return true
	})
	slices.SortFunc(qs, func(a, b *queue) int { return strings.Compare(a.name, b.name) })
	return qs
}

// url returns the URL of a queue without scheme and host.
func (e *Engine) url(name string) string { return request.URLPath(e.opts.Scope.Account, name) }

// closing closes a batch that will not be committed, because of err.
func closing(b *storage.Batch, err error) error { return errors.Join(err, b.Close()) }
