package store

import (
	"encoding/binary"
	"slices"
	"sort"
	"time"

	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/storage"
)

// A mark says when plain messages were sent: those from its ID up to the next mark,
// within one second. So a start need not read the messages. Stored with it is the
// instant of the mark before, which is known by then.
type mark struct {
	id model.ID
	at instant.Instant // when the latest of them was sent
}

// marks are the marks of a queue in order of their IDs.
type marks []mark

// cover has a mark for the plain message of an ID that was sent at an instant. added
// is set if that is a new one.
func (ms *marks) cover(id model.ID, at instant.Instant) (added bool) {
	if last := len(*ms) - 1; last >= 0 && (*ms)[last].at.Truncate(time.Second) == at.Truncate(time.Second) {
		(*ms)[last].at = max((*ms)[last].at, at)
		return false
	}
	*ms = append(*ms, mark{id, at})
	return true
}

// stage adds the last mark to a batch.
func (ms marks) stage(b *storage.Batch, number uint64) {
	var value [16]byte
	last := len(ms) - 1
	binary.BigEndian.PutUint64(value[:], uint64(ms[last].at))
	if last > 0 {
		binary.BigEndian.PutUint64(value[8:], uint64(ms[last-1].at))
	}
	b.Set(markKey(number, uint64(ms[last].id)), value[:])
}

// passEvery is how many marks are deleted together.
const passEvery = 64

// pass forgets marks that are for messages before an ID alone.
func (ms *marks) pass(b *storage.Batch, number uint64, id model.ID) {
	all := *ms
	if len(all) <= passEvery || all[passEvery].id > id {
		return
	}
	n := sort.Search(len(all), func(i int) bool { return all[i].id > id }) - 1
	b.DeleteRange(markKey(number, 0), markKey(number, uint64(all[n].id)))
	*ms = slices.Delete(all, 0, n)
}

// loadMarks reads the marks of a queue, whose newest message was sent at an instant.
func loadMarks(r storage.Reader, number uint64, newest instant.Instant) (ms marks, err error) {
	err = r.Scan(numberedKey(marksKind, number), numberedKey(marksKind, number+1), func(key, v []byte) (bool, error) {
		if len(v) != 16 {
			return false, errDamaged
		}
		if n := len(ms); n > 0 {
			ms[n-1].at = max(ms[n-1].at, instant.Instant(binary.BigEndian.Uint64(v[8:])))
		}
		ms = append(ms, mark{model.ID(idOf(key)), instant.Instant(binary.BigEndian.Uint64(v))})
		return true, nil
	})
	if n := len(ms); n > 0 {
		second := ms[n-1].at.Truncate(time.Second).Add(time.Second - 1)
		ms[n-1].at = max(ms[n-1].at, min(newest, second))
	}
	return ms, err
}

// each calls f with the parts of a range of plain messages, from first up to, but
// not including, end.
func (ms marks) each(first, end model.ID, f func(first model.ID, count int, sent model.Sent)) {
	i := max(0, sort.Search(len(ms), func(i int) bool { return ms[i].id > first })-1)
	for ; first < end && i < len(ms); i++ {
		last := end
		if i+1 < len(ms) {
			last = min(end, ms[i+1].id)
		}
		if last > first {
			f(first, int(last-first), model.Sent{At: ms[i].at}) //nolint:gosec // as many as there are messages
			first = last
		}
	}
}
