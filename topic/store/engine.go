package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"lullaby/internal/arn"
	"lullaby/internal/uuid"
	"lullaby/storage"
	model "lullaby/topic"
	"lullaby/watch"
)

// Options configure an Engine. The zero value is the behaviour of AWS.
type Options struct {
	Scope arn.Scope    // of topics
	Log   *slog.Logger // nil: discarded

	// Base is the URL of the AWS endpoint as receivers reach it, without a slash at its
	// end. Hosts are the names and addresses that its certificate is to have, beside
	// localhost.
	Base  string
	Hosts []string

	MaxTopics        int // 0: 100,000
	MaxSubscriptions int // of all topics together; 0: 100,000
	Most             int // deliveries under way; 0: 256

	// Metrics receives the samples of topics, from many goroutines at once; nil:
	// watch.Discard.
	Metrics watch.Sink

	// Reach says why nobody is behind a URL that is to be subscribed, nil if somebody is.
	// It returns soon. Nil: nobody asks.
	Reach func(ctx context.Context, url string) error
}

func (o Options) withDefaults() Options {
	o.Scope = o.Scope.WithDefaults()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = watch.Discard
	}
	for n, otherwise := range map[*int]int{&o.MaxTopics: 100_000, &o.MaxSubscriptions: 100_000, &o.Most: 256} {
		if *n == 0 {
			*n = otherwise
		}
	}
	return o
}

// An Engine holds topics and performs operations on them. It is safe for concurrent use.
// Every operation receives now, the instant at which its request began.
type Engine struct {
	db     *storage.DB
	opts   Options
	signer signers
	wake   chan struct{} // capacity 1; sent to when a delivery may begin; never closed

	mu     sync.Mutex // guards what follows; nothing that holds it waits for a disk
	topics *model.Topics
	lines  *model.Lines
	meters map[string]*model.Meter // by name of the topic
	last   uint64                  // number of a message
	ended  remains
}

// New returns an engine on the topics of db, which stays open. The error is of storage.
func New(db *storage.DB, o Options) (*Engine, error) {
	o = o.withDefaults()
	e := &Engine{
		db: db, opts: o, wake: make(chan struct{}, 1), lines: model.NewLines(o.Most), meters: map[string]*model.Meter{},
		topics: model.New(o.Scope, uuid.New, newToken), ended: newRemains(),
	}
	e.topics.MaxTopics, e.topics.MaxSubscriptions = o.MaxTopics, o.MaxSubscriptions
	if err := e.load(); err != nil {
		return nil, fmt.Errorf("load topics: %w", err)
	}
	return e, nil
}

// newToken returns the token of a confirmation, in AWS's form.
func newToken() string {
	var b [128]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func (e *Engine) load() error {
	err := each(e.db, key(topicKind), func(_ []byte, t *model.Topic) { e.topics.Restore(t) })
	if err != nil {
		return err
	}
	err = each(e.db, key(subscriptionKind), func(_ []byte, s *model.Subscription) {
		e.topics.RestoreSubscription(s)
		e.open(s, true)
	})
	if err != nil {
		return err
	}
	return e.loadLast()
}

// loadLast finds the number of the last message. It looks forward first: the end of an
// empty range is found among the records of others.
func (e *Engine) loadLast() error {
	prefix := key(messageKind)
	first := func(k, _ []byte) (bool, error) {
		e.last = numberIn(k, 0)
		return false, nil
	}
	if err := e.db.Scan(prefix, end(prefix), first); err != nil || e.last == 0 {
		return err
	}
	return e.db.ScanBackward(prefix, end(prefix), first)
}

// each calls f with the records of a prefix.
func each[T any](db *storage.DB, prefix []byte, f func(k []byte, v *T)) error {
	return db.Scan(prefix, end(prefix), func(k, text []byte) (bool, error) {
		v := new(T)
		if err := json.Unmarshal(text, v); err != nil {
			return false, fmt.Errorf("record %x: %w", k, err)
		}
		f(k, v)
		return true, nil
	})
}

// open makes the line of a subscription. rest: it has deliveries on disk.
func (e *Engine) open(s *model.Subscription, rest bool) {
	e.lines.Open(s.Number, rest)
	e.pace(s)
}

func (e *Engine) pace(s *model.Subscription) {
	if t, _ := e.topics.ByNumber(s.Number); t != nil {
		e.lines.Pace(s.Number, e.topics.Gap(t, s))
	}
}

// meter returns the meter of a topic. The caller has the lock.
func (e *Engine) meter(name string) *model.Meter {
	m := e.meters[name]
	if m == nil {
		m = model.NewMeter(e.opts.Metrics, name)
		e.meters[name] = m
	}
	return m
}

// Wake returns a channel that gets a value when a delivery may begin that could not
// before.
func (e *Engine) Wake() <-chan struct{} { return e.wake }

func (e *Engine) stir() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// A change is what an operation writes.
type change struct {
	b    *storage.Batch
	err  error
	sent []sent // deliveries that begin when they are durable
}

// A sent is a delivery to a subscription.
type sent struct {
	number uint64
	model.Delivery
}

func (e *Engine) change() *change { return &change{b: e.db.NewBatch()} }

func (c *change) put(k []byte, v any) {
	text, err := json.Marshal(v)
	c.err = errors.Join(c.err, err)
	c.b.Set(k, text)
}

func (c *change) topic(t *model.Topic) { c.put(topicKey(t.Name), t) }

func (c *change) subscription(s *model.Subscription) { c.put(key(subscriptionKind, s.Number), s) }

// end deletes a subscription with its deliveries, but for what Run deletes later.
func (c *change) end(e *Engine, s *model.Subscription) {
	c.b.UseReserve()
	c.b.Delete(key(subscriptionKind, s.Number))
	due := key(dueKind, s.Number)
	c.b.DeleteRange(due, end(due))
	e.lines.Close(s.Number)
	e.ended.all = true
}

// settle writes a change and unlocks e.mu. When it is durable, its deliveries may begin:
// before, the disk does not show them. The error is of storage.
func (e *Engine) settle(c *change) error {
	if c.err != nil {
		e.mu.Unlock()
		return errors.Join(c.err, c.b.Close())
	}
	submitted, err := c.b.Submit()
	e.mu.Unlock()
	if err == nil {
		err = submitted.Wait()
	}
	if err != nil || len(c.sent) == 0 {
		return err
	}
	e.mu.Lock()
	for _, s := range c.sent {
		e.lines.Add(s.number, s.Delivery)
	}
	e.mu.Unlock()
	e.stir()
	return nil
}

// Find returns whether there is a topic of an ARN.
func (e *Engine) Find(topicARN string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, err := e.topics.Find("TopicArn", topicARN)
	return err == nil
}

// closing closes a batch that will not be committed, because of err.
func closing(b *storage.Batch, err error) error { return errors.Join(err, b.Close()) }
