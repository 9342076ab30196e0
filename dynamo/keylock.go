package dynamo

import (
	"hash/maphash"
	"maps"
	"slices"
	"sync"
)

// keyLocks serialises the writers of one key; writers of different keys do not
// wait for each other. Whoever meets a transaction does not wait: it conflicts.
// The zero value is ready.
type keyLocks struct {
	shards [keyShards]struct {
		sync.Mutex
		held map[string]*keyLock
	}
}

// keyShards bounds how many writers meet at the map of locks, for an instant.
const keyShards = 16

// A keyLock is there as long as someone holds it or waits for it.
type keyLock struct {
	sync.Mutex
	users       int  // the shard's mutex guards it and
	transaction bool // whether a transaction holds it or waits for it
}

var keySeed = maphash.MakeSeed()

// lock waits for key, on behalf of a transaction or of one write, and returns
// what unlocks it; conflict is set instead if a transaction has the key. Who
// locks several keys takes them in the order of their bytes.
func (l *keyLocks) lock(key []byte, transaction bool) (held heldKey, conflict bool) {
	return l.acquire(key, transaction, false)
}

// await is lock for who has time: it waits for transactions too.
func (l *keyLocks) await(key []byte) heldKey {
	held, _ := l.acquire(key, false, true)
	return held
}

func (l *keyLocks) acquire(key []byte, transaction, patient bool) (held heldKey, conflict bool) {
	shard := &l.shards[maphash.Bytes(keySeed, key)%keyShards]
	shard.Lock()
	k := shard.held[string(key)]
	if k == nil {
		k = new(keyLock)
		if shard.held == nil {
			shard.held = make(map[string]*keyLock)
		}
		shard.held[string(key)] = k
	}
	if k.transaction && !patient {
		shard.Unlock()
		return heldKey{}, true
	}
	k.transaction = k.transaction || transaction
	k.users++
	shard.Unlock()
	k.Lock()
	return heldKey{l, k, key, transaction}, false
}

// A heldKey is a key that is locked.
type heldKey struct {
	locks       *keyLocks
	lock        *keyLock
	key         []byte
	transaction bool
}

// unlock gives the key back.
func (h heldKey) unlock() {
	shard := &h.locks.shards[maphash.Bytes(keySeed, h.key)%keyShards]
	h.lock.Unlock()
	shard.Lock()
	defer shard.Unlock()
	if h.transaction {
		h.lock.transaction = false
	}
	if h.lock.users--; h.lock.users == 0 {
		delete(shard.held, string(h.key))
	}
}

// drain waits until who held a key when it was called has given it back.
func (l *keyLocks) drain() {
	for i := range l.shards {
		shard := &l.shards[i]
		shard.Lock()
		held := slices.Collect(maps.Values(shard.held))
		shard.Unlock()
		for _, k := range held {
			k.Lock()
			k.Unlock() //nolint:staticcheck // to have had it is all
		}
	}
}

// contended reports whether a transaction has key.
func (l *keyLocks) contended(key []byte) bool {
	shard := &l.shards[maphash.Bytes(keySeed, key)%keyShards]
	shard.Lock()
	defer shard.Unlock()
	k := shard.held[string(key)]
	return k != nil && k.transaction
}
