package store

import (
	"context"
	"encoding/binary"
	"strings"

	"lullaby/instant"
	"lullaby/internal/uuid"
	model "lullaby/topic"
	"lullaby/topic/request"
)

// PublishOutput is the output of Publish.
type PublishOutput struct{ MessageId string }

// Publish performs the operation of that name. When it returns, each subscription has a
// delivery that is as durable as the store.
func (e *Engine) Publish(_ context.Context, at instant.Instant, in *request.PublishInput) (*PublishOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	m, err := newMessage(at, in)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	t, err := e.topics.Find(in.Topic())
	if err != nil {
		e.mu.Unlock()
		return nil, err
	}
	e.meter(t.Name).Publish(at, in.Size())
	c, out := e.change(), &PublishOutput{m.ID}
	all := e.topics.Receivers(t)
	if len(all) == 0 {
		e.mu.Unlock()
		return out, c.b.Close()
	}
	e.send(c, m, all...)
	return out, e.settle(c)
}

func newMessage(at instant.Instant, in *request.PublishInput) (*model.Message, error) {
	texts, err := in.Texts()
	if err != nil {
		return nil, err
	}
	for protocol, text := range texts {
		texts[protocol] = strings.ToValidUTF8(text, "\uFFFD") // a signature covers what JSON can say
	}
	m := &model.Message{
		Kind: model.Notification, ID: uuid.New(), At: at, Texts: texts, Attributes: in.MessageAttributes, Group: in.MessageGroupId, Trace: in.Trace,
	}
	if in.Subject != nil {
		m.Subject = *in.Subject
	}
	return m, nil
}

// send adds a message to a change, with a delivery at once to each subscription.
func (e *Engine) send(c *change, m *model.Message, to ...*model.Subscription) {
	e.last++
	c.put(key(messageKind, e.last), m)
	d := model.Delivery{Due: m.At, Message: e.last}
	first := tries{due: d.Due}.append(nil)
	for _, s := range to {
		c.b.Set(key(attemptKind, e.last, s.Number), first)
		c.b.Set(dueKey(s.Number, d), nil)
		c.sent = append(c.sent, sent{s.Number, d})
	}
}

// tries are what is kept of a delivery under way.
type tries struct {
	failed uint32
	due    instant.Instant
}

func (t tries) append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, t.failed)
	return binary.BigEndian.AppendUint64(dst, uint64(t.due)) //nolint:gosec // of any instant
}

// readTries is the reverse of append. ok is false for other bytes.
func readTries(v []byte) (t tries, ok bool) {
	if len(v) != 12 {
		return t, false
	}
	return tries{binary.BigEndian.Uint32(v), instant.Instant(binary.BigEndian.Uint64(v[4:]))}, true //nolint:gosec // of any instant
}
