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
// within one second. So a start need not read the messages.
type mark struct {
	id model.ID
	at instant.Instant // the beginning of the second
}

// marks are the marks of a queue in order of their IDs.
type marks []mark

// missing returns the mark that the plain message of an ID needs which is sent at an
// instant, unless the last one is for it too.
func (ms marks) missing(id model.ID, at instant.Instant) (mark, bool) {
	m := mark{id, at.Truncate(time.Second)}
	return m, len(ms) == 0 || ms[len(ms)-1].at != m.at
}

func (m mark) stage(b *storage.Batch, number uint64) {
	b.Set(markKey(number, uint64(m.id)), binary.BigEndian.AppendUint64(nil, uint64(m.at)))
}

// sent returns how the messages of the mark were sent, late by less than a second
// rather than early, so that none is lost too soon. now is not before that.
func (m mark) sent(now instant.Instant) model.Sent {
	return model.Sent{At: min(m.at.Add(time.Second-1), now)}
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

// loadMarks reads the marks of a queue.
func loadMarks(r storage.Reader, number uint64) (ms marks, err error) {
	err = r.Scan(numberedKey(marksKind, number), numberedKey(marksKind, number+1), func(key, v []byte) (bool, error) {
		if len(v) != 8 {
			return false, errDamaged
		}
		ms = append(ms, mark{model.ID(idOf(key)), instant.Instant(binary.BigEndian.Uint64(v))})
		return true, nil
	})
	return ms, err
}

// each calls f with the parts of a range of plain messages, from first up to, but
// not including, end, as they were sent before now.
func (ms marks) each(now instant.Instant, first, end model.ID, f func(first model.ID, count int, sent model.Sent)) {
	i := max(0, sort.Search(len(ms), func(i int) bool { return ms[i].id > first })-1)
	for ; first < end && i < len(ms); i++ {
		last := end
		if i+1 < len(ms) {
			last = min(end, ms[i+1].id)
		}
		if last > first {
			f(first, int(last-first), ms[i].sent(now)) //nolint:gosec // as many as there are messages
			first = last
		}
	}
}
