package store

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/queue/refusal"
	"lullaby/storage"
)

// errUnknownSource is the FailureReason of a task without a destination that meets
// a message which came from no other queue (docs/aws/sqs.md#failures-of-move-tasks).
var errUnknownSource = errors.New("CouldNotDetermineMessageSource")

// maxMoved is how many messages are moved in one batch.
const maxMoved = 100

// perform moves the messages of a task until none is visible, it is cancelled, or it
// fails. If ctx ends, the next start goes on.
func (e *Engine) perform(ctx context.Context, t *moveTask) {
	end := func(status string, why error) {
		err := e.change(t, func(p *progress) error {
			p.Status = status
			if why != nil {
				p.FailureReason = why.Error()
			}
			return nil
		})
		if err != nil {
			e.opts.Log.Error("end move task", slog.String("source", t.Source), slog.Any("error", err))
		}
	}
	pace := model.NewPace(instant.Of(time.Now()), t.Rate)
	wait := time.NewTimer(0)
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.cancelled:
			end(taskCancelled, nil)
			return
		case <-wait.C:
		}
		now := instant.Of(time.Now())
		n, next := pace.Allow(now, maxMoved)
		if n > 0 {
			moved, err := e.moveSome(now, t, n)
			switch {
			case err != nil:
				end(taskFailed, failure(err))
				return
			case moved == 0:
				end(taskCompleted, nil)
				return
			}
			pace.Moved(now, moved)
			next = now
		}
		wait.Reset(next.Sub(now))
	}
}

// failure returns the FailureReason of a task: the code of a refusal.
func failure(err error) error {
	if kind, ok := errors.AsType[refusal.Kind](err); ok {
		return errors.New(kind.Code())
	}
	return err
}

// moveSome moves at most so many visible messages of a task, each to its
// destination. moved is 0 if none is visible.
func (e *Engine) moveSome(now instant.Instant, t *moveTask, most int) (moved int, err error) {
	source := e.byARN(t.Source)
	if source == nil {
		return 0, errNoQueue
	}
	rs, err := source.draw(now, most)
	if err != nil {
		return 0, err
	}
	return len(rs), source.inParts(now, rs, func(part []received) error { return e.movePart(now, t, source, part) })
}

// movePart moves drawn messages, each to its destination.
func (e *Engine) movePart(now instant.Instant, t *moveTask, source *queue, rs []received) error {
	for len(rs) > 0 {
		to := t.Destination
		if to == "" {
			to = rs[0].source
		}
		n := 1
		for n < len(rs) && (t.Destination != "" || rs[n].source == to) {
			n++
		}
		if err := e.moveTo(now, t, source, to, rs[:n]); err != nil {
			source.giveBack(now, rs[n:])
			return err
		}
		rs = rs[n:]
	}
	return nil
}

// moveTo moves drawn messages to the queue of an ARN.
func (e *Engine) moveTo(now instant.Instant, t *moveTask, source *queue, to string, rs []received) error {
	target := e.byARN(to)
	if target == nil {
		source.giveBack(now, rs)
		if to == "" {
			return errUnknownSource
		}
		return errNoQueue
	}
	ss := make([]*sending, len(rs))
	for i := range rs {
		ss[i] = rs[i].begin(now, target)
	}
	moved := t.progress().moved + len(rs)
	if err := source.transfer(now, target, rs, ss, func(b *storage.Batch) { t.stageMoved(b, moved) }); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state.moved = moved
	return nil
}

// begin makes a new message of one that was moved back: it has a new ID and begins
// now (Developer Guide, "Configure a dead-letter queue redrive").
func (r *received) begin(now instant.Instant, to *queue) *sending {
	s := &sending{message: r.message}
	s.message.id, s.sent = newMessageID(), now
	s.source, s.receives, s.received = "", 0, 0
	s.into = model.Sent{At: now, Group: r.group}
	s.plain = to.fifo == nil && r.group == ""
	s.record = s.append(nil)
	return s
}
