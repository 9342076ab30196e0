package store

import (
	"encoding/json"
	"fmt"

	"lullaby/instant"
	"lullaby/storage"
	model "lullaby/topic"
)

// An Attempt is one try of a delivery. Whoever takes it calls Read, unless that reports
// that there is nothing to do, tries, and calls one of Delivered, Failed and Buried.
type Attempt struct {
	Subscription model.Subscription // as it was when the attempt began
	Message      *model.Message
	Letter       *model.Letter // unsigned
	ContentType  string        // by HTTP

	e      *Engine
	of     model.Delivery
	failed uint32
}

// Take returns an attempt that may begin at now.
func (e *Engine) Take(at instant.Instant) (a *Attempt, ok bool) {
	for {
		e.mu.Lock()
		number, d, ok := e.lines.Take(at)
		if ok {
			a = &Attempt{e: e, of: d}
			a.Subscription.Number = number
		}
		short := e.lines.Short()
		e.mu.Unlock()
		for _, n := range short {
			e.fill(n)
		}
		if ok || len(short) == 0 {
			return a, ok
		}
	}
}

// fill reads the first deliveries of a line from the disk.
func (e *Engine) fill(number uint64) {
	var read []model.Delivery
	all := true
	prefix := key(dueKind, number)
	err := e.db.Scan(prefix, end(prefix), func(k, _ []byte) (bool, error) {
		if len(read) == model.Known {
			all = false
			return false, nil
		}
		read = append(read, deliveryIn(k))
		return true, nil
	})
	if err != nil {
		e.complain("read deliveries", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lines.Read(number, read, all)
}

// Next returns when an attempt may begin next, zero if none may before Wake says so.
func (e *Engine) Next(at instant.Instant) instant.Instant {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lines.Next(at)
}

// Read reads what is to be delivered. ok is false if there is nothing: the delivery has
// ended, or its subscription has changed. The attempt is over then.
func (a *Attempt) Read() (ok bool, err error) {
	ok, err = a.current()
	if ok && err == nil {
		if ok, err = a.read(); !ok && err == nil {
			err = a.drop()
			a.e.forget(a.of.Message)
		}
	}
	if !ok || err != nil {
		a.e.done(a)
		return false, err
	}
	return true, nil
}

// current reports whether the delivery is still to begin at this instant. A line may
// know one that has ended meanwhile, or was put off.
func (a *Attempt) current() (ok bool, err error) {
	_, err = a.e.db.Get(a.key(), func(v []byte) error {
		t, known := readTries(v)
		ok, a.failed = known && t.due == a.of.Due, t.failed
		return nil
	})
	return ok, err
}

// read reads the message, unless nobody is to get it any more.
func (a *Attempt) read() (ok bool, err error) {
	found, err := a.e.db.Get(key(messageKind, a.of.Message), func(v []byte) error {
		a.Message = new(model.Message)
		return json.Unmarshal(v, a.Message)
	})
	if err != nil {
		return false, fmt.Errorf("message %d: %w", a.of.Message, err)
	}
	if !found {
		return false, nil
	}
	a.e.mu.Lock()
	defer a.e.mu.Unlock()
	topic, s := a.e.topics.ByNumber(a.Subscription.Number)
	if s == nil || (a.Message.Kind == model.Notification) != (s.State == model.Confirmed) || a.Message.Token != "" && a.Message.Token != s.Token {
		return false, nil
	}
	a.Subscription = *s
	a.Letter, a.ContentType = a.e.topics.Letter(topic, s, a.Message, a.e.opts.Base), a.e.topics.ContentType(topic, s)
	return true, nil
}

func (a *Attempt) key() []byte { return key(attemptKind, a.of.Message, a.Subscription.Number) }

// done ends an attempt, of which nothing more is to be written.
func (e *Engine) done(a *Attempt) {
	e.mu.Lock()
	e.lines.Done(a.Subscription.Number, a.of)
	e.mu.Unlock()
	e.stir()
}

// forget lets Run delete a message if it has no other delivery.
func (e *Engine) forget(message uint64) {
	e.mu.Lock()
	e.ended.add(message)
	e.mu.Unlock()
}

// drop deletes a delivery.
func (a *Attempt) drop() error {
	b := a.e.db.NewBatch()
	b.UseReserve()
	a.stageEnd(b)
	return b.Commit()
}

// stageEnd adds the end of the delivery to a batch.
func (a *Attempt) stageEnd(b *storage.Batch) {
	b.Delete(dueKey(a.Subscription.Number, a.of))
	b.Delete(a.key())
}

// Delivered ends a delivery that has arrived. The error is of storage.
func (a *Attempt) Delivered(at instant.Instant) error {
	return a.finish(func(m *model.Meter) { m.Deliver(at) })
}

// Buried ends a delivery that is given up. queue: there is a dead-letter queue. moved: it
// has the message. The error is of storage.
func (a *Attempt) Buried(at instant.Instant, queue, moved bool) error {
	return a.finish(func(m *model.Meter) {
		if queue {
			m.Redrive(at, moved)
		}
	})
}

func (a *Attempt) finish(count func(m *model.Meter)) error {
	err := a.drop()
	e := a.e
	e.mu.Lock()
	if a.Message.Kind == model.Notification {
		count(e.meter(a.Subscription.Topic))
	}
	e.ended.add(a.of.Message)
	e.mu.Unlock()
	e.done(a)
	return err
}

// Failed ends an attempt that has failed at now. again reports whether the delivery is
// tried again; else the attempt is not over before Buried. final: it is not tried again
// whatever its policy says. The error is of storage.
func (a *Attempt) Failed(at instant.Instant, final bool) (again bool, err error) {
	e := a.e
	e.mu.Lock()
	next := model.Delivery{Message: a.of.Message}
	if topic, s := e.topics.ByNumber(a.Subscription.Number); s != nil && !final {
		next.Due, again = e.topics.Again(topic, s, a.Message.At, at, int(a.failed)+1)
	}
	if a.Message.Kind == model.Notification {
		e.meter(a.Subscription.Topic).Fail(at, a.Subscription.Protocol, !again)
	}
	if !again {
		e.mu.Unlock()
		return false, nil
	}
	if next.Due == a.of.Due { // another key than the one that is deleted
		next.Due++
	}
	c := e.change()
	c.b.UseReserve()
	c.b.Delete(dueKey(a.Subscription.Number, a.of))
	c.b.Set(dueKey(a.Subscription.Number, next), nil)
	c.b.Set(a.key(), tries{a.failed + 1, next.Due}.append(nil))
	c.sent = []sent{{a.Subscription.Number, next}}
	err = e.settle(c)
	e.done(a)
	return true, err
}
