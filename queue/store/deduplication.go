package store

import (
	"encoding/binary"
	"time"

	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/storage"
)

// A deduplicator remembers what a FIFO queue was sent in the last minutes, in the
// model and in storage. The lock of the queue guards it.
type deduplicator struct {
	number uint64
	model  model.Deduplication
	marks  marks // of what is stored
}

// A stored sending is the token of a message, when it was sent, and its messageID.
// It outlives the message.
const storedSending = len(model.Token{}) + 8 + len(messageID{})

// stage adds a message, which gets an ID, to what is remembered and to a batch.
func (d *deduplicator) stage(now instant.Instant, b *storage.Batch, s *sending, id model.ID) {
	d.model.Remember(now, s.token, id)
	d.marks.cover(id, now)
	var value [storedSending]byte
	copy(value[:], s.token[:])
	binary.BigEndian.PutUint64(value[16:], uint64(now))
	copy(value[24:], s.message.id[:])
	key := keyOf(storage.Sendings, d.number, uint64(id))
	b.Set(key[:], value[:])
}

// load reads what is remembered at now.
func (d *deduplicator) load(now instant.Instant, r storage.Reader) error {
	lower, upper := keyOf(storage.Sendings, d.number, 0), keyOf(storage.Sendings, d.number+1, 0)
	return r.Scan(lower[:], upper[:], func(key, value []byte) (bool, error) {
		if len(value) != storedSending {
			return false, errDamaged
		}
		id, sent := model.ID(idOf(key)), instant.Instant(binary.BigEndian.Uint64(value[16:]))
		d.marks.cover(id, sent)
		if past := now.Sub(sent); past < model.DeduplicationTime {
			d.model.Remember(sent, model.Token(value[:16]), id)
		}
		return true, nil
	})
}

// sentID returns the messageID of a message that is remembered. found is false if it
// was forgotten meanwhile.
func (d *deduplicator) sentID(r storage.Reader, id model.ID) (sent messageID, found bool, err error) {
	key := keyOf(storage.Sendings, d.number, uint64(id))
	found, err = r.Get(key[:], func(value []byte) error {
		if len(value) != storedSending {
			return errDamaged
		}
		copy(sent[:], value[24:])
		return nil
	})
	return sent, found, err
}

// kept is how long a sending is stored: longer than it is remembered, since marks and
// instants are in order within a second or two only.
const kept = model.DeduplicationTime + time.Minute

// expire forgets what was sent too long before now, in the model and in a batch. It
// reports whether it added to the batch.
func (d *deduplicator) expire(now instant.Instant, b *storage.Batch) bool {
	for more := true; more; {
		_, more = d.model.Expire(now, maxExpired, nil)
	}
	n := 0
	for n+1 < len(d.marks) && now.Sub(d.marks[n+1].at) > kept {
		n++
	}
	if n == 0 {
		return false
	}
	lower, upper := keyOf(storage.Sendings, d.number, 0), keyOf(storage.Sendings, d.number, uint64(d.marks[n].id))
	b.DeleteRange(lower[:], upper[:])
	d.marks = d.marks[n:]
	return true
}
