package dynamo

import (
	"errors"
	"time"

	"lullaby/dynamo/request"
)

// AwaitCounts waits until no table is being counted.
func (e *Engine) AwaitCounts() {
	for _, t := range e.all() {
		t.tallies(func(_ string, n *tally) {
			for !n.counted.Load() {
				time.Sleep(time.Millisecond)
			}
		})
	}
}

// Drop gives up an engine whose Run has returned as a crash would, without
// writing anything down.
func (e *Engine) Drop() {
	_ = errors.Join(e.tasks.drop(), e.stale.close()) // of a store that is about to be closed
}

// Hold locks the key of an item until it is released.
func (e *Engine) Hold(in *request.GetItemInput) (release func(), err error) {
	t, err := e.table(*in.TableName)
	if err != nil {
		return nil, err
	}
	key, err := t.schema.primaryKey(t.id, in.Key)
	if err != nil {
		return nil, err
	}
	held, _ := t.locks.lock(key, false)
	return held.unlock, nil
}
