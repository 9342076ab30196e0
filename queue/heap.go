package queue

// A heap orders refs by key, the lowest first. What a ref stands for, its owner
// knows; at says where in the heap each ref is, so that it can be removed. A ref
// is in a heap at most once. The zero heap is empty.
type heap struct{ items []item }

type item struct {
	key uint64
	ref uint32
}

func (h *heap) len() int { return len(h.items) }

func (h *heap) push(at []uint32, key uint64, ref uint32) {
	h.items = append(h.items, item{})
	h.up(at, len(h.items)-1, item{key, ref})
}

// remove takes the ref at a place out.
func (h *heap) remove(at []uint32, place uint32) {
	i, last := int(place), len(h.items)-1
	moved := h.items[last]
	h.items = h.items[:last]
	if i == last {
		return
	}
	if i > 0 && moved.key < h.items[(i-1)/2].key {
		h.up(at, i, moved)
	} else {
		h.down(at, i, moved)
	}
	if cap(h.items) > 1024 && len(h.items) < cap(h.items)/4 {
		h.items = append(make([]item, 0, cap(h.items)/2), h.items...)
	}
}

// reset gives the ref at a place another key.
func (h *heap) reset(at []uint32, place uint32, key uint64) {
	i, it := int(place), h.items[place]
	if it.key = key; i > 0 && key < h.items[(i-1)/2].key {
		h.up(at, i, it)
	} else {
		h.down(at, i, it)
	}
}

// up puts an item at i, or above where its key belongs.
func (h *heap) up(at []uint32, i int, it item) {
	for i > 0 {
		parent := (i - 1) / 2
		if h.items[parent].key <= it.key {
			break
		}
		h.put(at, i, h.items[parent])
		i = parent
	}
	h.put(at, i, it)
}

// down puts an item at i, or below where its key belongs.
func (h *heap) down(at []uint32, i int, it item) {
	for {
		child := 2*i + 1
		if child >= len(h.items) {
			break
		}
		if child+1 < len(h.items) && h.items[child+1].key < h.items[child].key {
			child++
		}
		if h.items[child].key >= it.key {
			break
		}
		h.put(at, i, h.items[child])
		i = child
	}
	h.put(at, i, it)
}

func (h *heap) put(at []uint32, i int, it item) {
	h.items[i] = it
	at[it.ref] = uint32(i) //nolint:gosec // refs are 32 bits
}
