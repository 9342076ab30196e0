package dynamo

import (
	"hash/maphash"
	"sync/atomic"
)

// sizes is a cache of the billed sizes of recently written items, since most
// writes need only the size of the item that they replace. An entry is valid
// while its key is locked: only the holder of the lock changes it, when its write
// commits.
//
// An entry is found by 61 bits of a hash of the key. Two keys that agree in them
// would be charged by each other's size; at 50,000 writes a second, that happens
// once in thousands of years.
type sizes struct {
	seed  maphash.Seed
	slots []atomic.Uint64 // hash without its last sizeBits, and entry()
}

const (
	sizeBits = 20      // enough for the size of any item
	manySize = 1 << 17 // slots, of 8 bytes; a power of two of at most 1 << sizeBits
)

func newSizes() *sizes {
	return &sizes{seed: maphash.MakeSeed(), slots: make([]atomic.Uint64, manySize)}
}

// entry encodes s for a slot: 1 for no item, size + 2 for an item; 0 is an empty
// slot.
func (s *stored) entry() uint64 {
	if !s.found {
		return 1
	}
	return uint64(s.size) + 2 //nolint:gosec // at most 400 KB
}

func (z *sizes) slot(key []byte) (slot *atomic.Uint64, tag uint64) {
	hash := maphash.Bytes(z.seed, key)
	return &z.slots[hash%manySize], hash >> sizeBits << sizeBits
}

// of returns the cached state of a key, without the item. The caller holds the
// lock of the key.
func (z *sizes) of(key []byte) (s stored, known bool) {
	slot, tag := z.slot(key)
	word := slot.Load()
	entry := word ^ tag
	switch {
	case word == 0 || entry>>sizeBits != 0:
		return stored{}, false
	case entry == 1:
		return stored{}, true
	}
	return stored{found: true, size: int64(entry) - 2}, true //nolint:gosec // of sizeBits
}

// set caches the state of a key. The caller holds the lock of the key.
func (z *sizes) set(key []byte, s stored) {
	slot, tag := z.slot(key)
	slot.Store(tag | s.entry())
}

// forget drops a key whose last commit failed, because its state is unknown. The
// caller holds the lock of the key.
func (z *sizes) forget(key []byte) {
	slot, _ := z.slot(key)
	slot.Store(0)
}
