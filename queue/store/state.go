package store

import (
	"encoding/binary"

	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/storage"
)

// A message that is as it was sent, without a group or a delay, has no record of its
// state: where such messages begin, the cursor says, and when they
// were sent, the marks. Every other message has a record. Of a message that is gone
// there is none below the cursor; above, the record says that it is gone.

// The forms of a state: the first byte of its record.
const (
	goneForm  = 0
	stateForm = 1
)

// A state is what is stored of a message that is not plain.
type state struct {
	model.Sent
	model.State
}

// append appends the record of s to dst: when it was sent, its other instants by
// their distance from that, which of those there are, its receives, and its group.
func (s *state) append(dst []byte) []byte {
	dst = append(dst, stateForm)
	dst = binary.BigEndian.AppendUint64(dst, uint64(s.At))
	dst = append(dst, 0)
	present := len(dst) - 1
	for i, at := range s.others() {
		if !at.IsZero() {
			dst[present] |= 1 << i
			dst = binary.AppendVarint(dst, int64(*at-s.At))
		}
	}
	dst = binary.AppendUvarint(dst, uint64(s.Receives))
	return append(dst, s.Group...)
}

// others returns the instants besides that of the sending.
func (s *state) others() [5]*instant.Instant {
	return [...]*instant.Instant{&s.Since, &s.Due, &s.First, &s.Last, &s.Until}
}

// parseState reads what append wrote. gone is set for a message that is gone.
func parseState(record []byte) (s state, gone bool, err error) {
	if len(record) == 1 && record[0] == goneForm {
		return s, true, nil
	}
	const header = 1 + 8 + 1
	if len(record) < header || record[0] != stateForm {
		return s, false, errDamaged
	}
	s.At = instant.Instant(binary.BigEndian.Uint64(record[1:]))
	present, rest := record[9], record[header:]
	for i, at := range s.others() {
		if present&(1<<i) == 0 {
			continue
		}
		distance, n := binary.Varint(rest)
		if n <= 0 {
			return s, false, errDamaged
		}
		*at, rest = s.At+instant.Instant(distance), rest[n:]
	}
	receives, n := binary.Uvarint(rest)
	if n <= 0 {
		return s, false, errDamaged
	}
	s.Receives, s.Group = uint32(receives), string(rest[n:]) //nolint:gosec // as it was written
	return s, false, nil
}

// A cursor is what is stored of the order of a queue.
type cursor struct {
	plain model.ID // from here on messages without a record of their state are plain
	next  model.ID // the ID of the next message
}

func (c cursor) stage(b *storage.Batch, number uint64) {
	var value [16]byte
	binary.BigEndian.PutUint64(value[:], uint64(c.plain))
	binary.BigEndian.PutUint64(value[8:], uint64(c.next))
	b.Set(numberedKey(cursors, number), value[:])
}

// readCursor returns the stored cursor of a queue, zero if there is none.
func readCursor(r storage.Reader, number uint64) (c cursor, err error) {
	_, err = r.Get(numberedKey(cursors, number), func(v []byte) error {
		if len(v) != 16 {
			return errDamaged
		}
		c.plain, c.next = model.ID(binary.BigEndian.Uint64(v)), model.ID(binary.BigEndian.Uint64(v[8:]))
		return nil
	})
	return c, err
}
