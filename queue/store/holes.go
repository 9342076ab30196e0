package store

import (
	"container/heap"

	model "lullaby/queue"
)

// holes are the IDs above the cursor whose messages are gone, the lowest first. The
// state of each says so, until the cursor passes it.
type holes []model.ID

func (h *holes) add(id model.ID) { heap.Push((*holeHeap)(h), id) }

func (h *holes) take() model.ID {
	return heap.Pop((*holeHeap)(h)).(model.ID) //nolint:forcetypeassert // add pushes
}

// holeHeap implements heap.Interface.
type holeHeap []model.ID

func (h holeHeap) Len() int           { return len(h) }
func (h holeHeap) Less(i, j int) bool { return h[i] < h[j] }
func (h holeHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *holeHeap) Push(x any)        { *h = append(*h, x.(model.ID)) } //nolint:forcetypeassert // holes.add pushes

func (h *holeHeap) Pop() any {
	last := len(*h) - 1
	id := (*h)[last]
	*h = (*h)[:last]
	return id
}
