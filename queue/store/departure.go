package store

import (
	"encoding/binary"
	"time"

	"lullaby/instant"
	"lullaby/queue/refusal"
	"lullaby/storage"
)

// nameRest is how long the name of a deleted queue may not be used again
// (docs/aws/sqs.md#deletions-and-purges).
const nameRest = time.Minute

// stageDeparture adds to a batch that a queue of that name was deleted.
func stageDeparture(b *storage.Batch, name string, now instant.Instant) {
	b.Set(namedKey(departures, name), binary.BigEndian.AppendUint64(nil, uint64(now)))
}

// loadDepartures reads which names rest, and forgets those that do no longer.
func (e *Engine) loadDepartures(now instant.Instant) error {
	b := e.db.NewBatch()
	b.UseReserve()
	lower, upper := kindRange(departures)
	err := e.db.Scan(lower, upper, func(key, value []byte) (bool, error) {
		name, at := string(key[len(lower):]), instant.Instant(binary.BigEndian.Uint64(value))
		if rests(at, now) {
			e.departed[name] = at
		} else {
			b.Delete(key)
		}
		return true, nil
	})
	if err != nil {
		return closing(b, err)
	}
	return b.Commit()
}

// rests reports whether a name whose queue was deleted at an instant may not be
// used at now. A clock that was set back far does not prolong it.
func rests(deleted, now instant.Instant) bool {
	past := now.Sub(deleted)
	return past < nameRest && past > -nameRest
}

// checkName refuses the name of a queue that was deleted a moment ago. The caller
// holds ddl.
func (e *Engine) checkName(name string, now instant.Instant) error {
	if at, left := e.departed[name]; left && rests(at, now) && !e.opts.Instant {
		return refusal.New(refusal.QueueDeletedRecently,
			"You must wait 60 seconds after deleting a queue before you can create another with the same name.")
	}
	return nil
}

// depart remembers that the queue of a name was deleted, and forgets others whose
// names have rested. The caller holds ddl.
func (e *Engine) depart(name string, now instant.Instant) {
	for other, at := range e.departed {
		if !rests(at, now) {
			delete(e.departed, other)
		}
	}
	e.departed[name] = now
}
