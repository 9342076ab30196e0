package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"slices"
	"sync"

	"lullaby/instant"
	"lullaby/storage"
)

// The states of a move task, under AWS's names.
const (
	taskRunning    = "RUNNING"
	taskCompleted  = "COMPLETED"
	taskCancelling = "CANCELLING"
	taskCancelled  = "CANCELLED"
	taskFailed     = "FAILED"
)

// keptTasks is how many tasks of a source are kept: as many as ListMessageMoveTasks
// returns (API Reference, "ListMessageMoveTasks").
const keptTasks = 10

// A moveTask moves messages from a dead-letter queue to others.
type moveTask struct {
	order

	number    uint64        // of the source
	cancelled chan struct{} // closed when the task becomes CANCELLING

	mu    sync.Mutex // guards state
	state progress
}

// An order is what a client asked for.
type order struct {
	ID          string
	Source      string // ARN
	Destination string // ARN; empty: the queues from which the messages came
	Rate        int    // messages a second; 0: as many as Lullaby can
	Started     instant.Instant
}

// progress is what became of a move task so far.
type progress struct {
	Status        string
	ToMove        int
	FailureReason string
	moved         int // stored by itself: see stageMoved
}

// active reports whether the source may have no other task.
func (p progress) active() bool { return p.Status == taskRunning || p.Status == taskCancelling }

func newMoveTask(o order, number uint64, p progress) *moveTask {
	return &moveTask{order: o, number: number, cancelled: make(chan struct{}), state: p}
}

// progress returns what became of the task so far.
func (t *moveTask) progress() progress {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state
}

// A storedTask is what is stored of a move task.
type storedTask struct {
	order
	progress
}

// stage adds to a batch what becomes of the task. Later tasks of a source have
// higher keys.
func (t *moveTask) stage(b *storage.Batch, p progress) error {
	value, err := json.Marshal(storedTask{t.order, p})
	b.Set(t.key(), value)
	return err
}

func (t *moveTask) key() []byte {
	key := binary.BigEndian.AppendUint64(numberedKey(moveTasks, t.number), uint64(t.Started))
	return append(key, t.ID...)
}

// movedKey returns the key of how many messages the task has moved, which follows
// that of the task. It is stored with each batch of them, while a client may change
// the task.
func (t *moveTask) movedKey() []byte { return append(t.key(), 'm') }

// stageMoved adds to a batch how many messages the task has moved.
func (t *moveTask) stageMoved(b *storage.Batch, n int) {
	b.Set(t.movedKey(), binary.AppendUvarint(nil, uint64(n))) //nolint:gosec // a count
}

// change changes what becomes of the task, and stores it. The error is that of
// change, or of storage.
func (e *Engine) change(t *moveTask, change func(p *progress) error) error {
	b := e.db.NewBatch()
	b.UseReserve()
	submitted, err := t.submitChange(b, change)
	if err != nil {
		return err
	}
	return submitted.Wait()
}

func (t *moveTask) submitChange(b *storage.Batch, change func(p *progress) error) (s storage.Submission, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.state
	if err := change(&p); err != nil {
		return s, closing(b, err)
	}
	if err := t.stage(b, p); err != nil {
		return s, closing(b, err)
	}
	if s, err = b.Submit(); err == nil {
		t.state = p
	}
	return s, err
}

// addTask adds a task to those of its source, and adds to a batch that the oldest
// ones are forgotten. The caller holds ddl.
func (e *Engine) addTask(b *storage.Batch, t *moveTask) {
	kept := slices.Concat(e.moves[t.number], []*moveTask{t})
	for len(kept) > keptTasks {
		b.Delete(kept[0].key())
		b.Delete(kept[0].movedKey())
		kept = slices.Delete(kept, 0, 1)
	}
	e.moves[t.number] = kept
}

// deleteTasks adds to a batch that the tasks of a source are deleted.
func deleteTasks(b *storage.Batch, number uint64) {
	b.DeleteRange(numberedKey(moveTasks, number), numberedKey(moveTasks, number+1))
}

// loadTasks reads all move tasks. Those that are active go on when Run does.
func (e *Engine) loadTasks() error {
	lower, upper := kindRange(moveTasks)
	var t *moveTask
	err := e.db.Scan(lower, upper, func(key, value []byte) (bool, error) {
		if t != nil && bytes.Equal(key, t.movedKey()) {
			n, _ := binary.Uvarint(value)
			t.state.moved = int(n) //nolint:gosec // as it was written
			return true, nil
		}
		var stored storedTask
		if err := json.Unmarshal(value, &stored); err != nil {
			return false, err
		}
		t = newMoveTask(stored.order, binary.BigEndian.Uint64(key[len(lower):]), stored.progress)
		e.moves[t.number] = append(e.moves[t.number], t)
		return true, nil
	})
	for _, tasks := range e.moves {
		for _, t := range tasks {
			if t.state.Status == taskCancelling {
				close(t.cancelled)
			}
			if t.state.active() {
				e.work.add(t)
			}
		}
	}
	return err
}
