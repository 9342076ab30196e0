package store

import (
	"container/heap"
	"encoding/binary"

	model "lullaby/queue"
	"lullaby/storage"
)

// A hole is the IDs from first up to, but not including, end: some lie above the
// cursor, and their messages are gone. A record says so until the cursor has passed
// the hole: the state of the message if it is one, a gap if there are more.
type hole struct{ first, end model.ID }

func (h hole) isGap() bool { return h.end > h.first+1 }

// fewLost is how many messages of a range that is gone have records of their own.
const fewLost = 16

// stageGap adds to a batch that the messages of a hole are gone.
func (h hole) stageGap(b *storage.Batch, number uint64) {
	b.Set(gapKey(number, uint64(h.first)), binary.BigEndian.AppendUint64(nil, uint64(h.end)))
}

// stagePassed adds to a batch that the hole needs no record.
func (h hole) stagePassed(b *storage.Batch, number uint64) {
	if h.isGap() {
		b.Delete(gapKey(number, uint64(h.first)))
		return
	}
	key := keyOf(storage.States, number, uint64(h.first))
	b.Delete(key[:])
}

// readGaps reads the gaps of a queue, in order of their IDs.
func readGaps(r storage.Reader, number uint64) (gaps []hole, err error) {
	err = r.Scan(gapKey(number, 0), gapKey(number+1, 0), func(key, end []byte) (bool, error) {
		if len(end) != 8 {
			return false, errDamaged
		}
		gaps = append(gaps, hole{model.ID(idOf(key)), model.ID(binary.BigEndian.Uint64(end))})
		return true, nil
	})
	return gaps, err
}

// holes are the holes of a queue, that with the lowest end first.
type holes []hole

func (h *holes) add(first, end model.ID) { heap.Push((*holeHeap)(h), hole{first, end}) }

func (h *holes) take() hole {
	return heap.Pop((*holeHeap)(h)).(hole) //nolint:forcetypeassert // add pushes
}

// holeHeap implements heap.Interface.
type holeHeap []hole

func (h holeHeap) Len() int           { return len(h) }
func (h holeHeap) Less(i, j int) bool { return h[i].end < h[j].end }
func (h holeHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *holeHeap) Push(x any)        { *h = append(*h, x.(hole)) } //nolint:forcetypeassert // holes.add pushes

func (h *holeHeap) Pop() any {
	last := len(*h) - 1
	top := (*h)[last]
	*h = (*h)[:last]
	return top
}
