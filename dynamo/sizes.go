package dynamo

import (
	"hash/maphash"
	"sync/atomic"
)

// sizes remember how large items are that were written lately, since that is
// all that most writes have to know of what they replace. An entry is true for
// as long as its key is locked: it is written by who holds the lock, when the
// write is committed.
//
// An entry is found by 61 bits of a hash of the key. Two keys that agree in them
// would take each other's size for theirs, and be charged by it: at 50,000
// writes a second, that is once in thousands of years.
type sizes struct {
	seed  maphash.Seed
	slots []atomic.Uint64 // the hash but for its last sizeBits, and what entry gives
}

const (
	sizeBits = 20      // hold any item's size
	manySize = 1 << 17 // slots, of 8 bytes; a power of two of at most 1 << sizeBits
)

func newSizes() *sizes {
	return &sizes{seed: maphash.MakeSeed(), slots: make([]atomic.Uint64, manySize)}
}

// entry is what a slot says of an item: 0 is nothing, 1 that it is not there.
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

// of returns what is remembered of a key that the caller has locked, without the
// item.
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

// set remembers what a key holds now.
func (z *sizes) set(key []byte, s stored) {
	slot, tag := z.slot(key)
	slot.Store(tag | s.entry())
}

// forget is for a key of which nobody knows whether a write came through.
func (z *sizes) forget(key []byte) {
	slot, _ := z.slot(key)
	slot.Store(0)
}
