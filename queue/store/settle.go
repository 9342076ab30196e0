package store

import (
	"errors"
	"slices"

	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/storage"
)

// A settlement is a message that was changed by its receipt handle, as it was before.
type settlement struct {
	id    model.ID
	sent  model.Sent
	state model.State
}

// maxSettled is how many messages one request settles: a batch.
const maxSettled = 10

// settle changes messages by their receipt handles, in a call of an action. change changes the message of
// handles[i] in the model, and reports whether it did. settle leaves out what is
// refused already, and sets refused to what is refused of each handle. The error is
// a refusal of the call, or of storage: nothing is changed then.
func (q *queue) settle(now instant.Instant, as model.Action, handles []string, refused []error, change func(i int, r receipt) (bool, error)) error {
	var room [maxSettled]receipt
	receipts := room[:len(handles)]
	for i, handle := range handles {
		if refused[i] == nil {
			receipts[i], refused[i] = q.receiptOf(handle)
		}
	}
	if err := q.lock(now); err != nil {
		return err
	}
	submitted, err := q.submitSettledLocked(now, as, receipts, refused, change)
	q.mu.Unlock()
	if err != nil {
		return err
	}
	return submitted.Wait()
}

// submitSettledLocked settles messages and submits what becomes of them.
func (q *queue) submitSettledLocked(now instant.Instant, as model.Action, receipts []receipt, refused []error, change func(i int, r receipt) (bool, error)) (submitted storage.Submission, err error) {
	if err := q.fifo.admit(now, as, q.groupsLocked(receipts)...); err != nil {
		return submitted, err
	}
	var room [maxSettled]settlement
	settled := room[:0]
	for i, r := range receipts {
		if refused[i] != nil {
			continue
		}
		was := settlement{id: r.id}
		was.sent, was.state, _ = q.model.Find(r.id)
		var changed bool
		if changed, refused[i] = change(i, r); changed {
			settled = append(settled, was)
		}
	}
	if len(settled) == 0 {
		return submitted, nil
	}
	b := q.e.db.NewBatch()
	b.UseReserve()
	for _, was := range settled {
		q.stageLocked(b, was.id)
	}
	if submitted, err = b.Submit(); err != nil {
		q.unsettleLocked(now, settled)
	}
	q.stirLocked(now)
	return submitted, err
}

// groupsLocked returns the groups of messages of a FIFO queue.
func (q *queue) groupsLocked(receipts []receipt) (groups []string) {
	if q.fifo == nil {
		return nil
	}
	for _, r := range receipts {
		if m, _, found := q.model.Find(r.id); found {
			groups = append(groups, m.Group)
		}
	}
	return groups
}

// unsettleLocked gives messages their state of before.
func (q *queue) unsettleLocked(now instant.Instant, settled []settlement) {
	for _, was := range slices.Backward(settled) {
		q.model.Remove([]model.ID{was.id})
		q.model.Restore(now, was.id, was.sent, was.state)
	}
}

// refusalOf returns what AWS says to the error of the model about a receipt. nil
// stays nil.
func refusalOf(err error, handle string, visibility int32) error {
	if refused, ok := errors.AsType[model.ReceiptError](err); ok {
		return refused.Refusal(handle, visibility)
	}
	return err
}
