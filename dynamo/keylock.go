package dynamo

import (
	"hash/maphash"
	"maps"
	"slices"
	"sync"
)

// keyLocks are the locks of single keys. Writers of different keys do not wait
// for each other. A writer waits for a single write of its key, but gets a
// conflict if a transaction has it. The zero value is ready to use.
type keyLocks struct {
	shards [keyShards]struct {
		sync.Mutex
		held map[string]*keyLock
	}
}

// keyShards is the number of maps of locks, which bounds contention for them.
const keyShards = 16

// A keyLock exists while a writer holds it or waits for it.
type keyLock struct {
	sync.Mutex
	users       int  // holders and waiters; guarded by the shard's mutex, as transaction
	transaction bool // a transaction holds it or waits for it
}

var keySeed = maphash.MakeSeed()

// lock locks key for a single write, or for a transaction if that is set. It
// returns a conflict at once if a transaction has or awaits the key, and
// otherwise waits. A caller that locks several keys must do so in ascending
// order.
func (l *keyLocks) lock(key []byte, transaction bool) (held heldKey, conflict bool) {
	return l.acquire(key, transaction, false)
}

// await locks key for a single write and waits for transactions too.
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

// A heldKey is a locked key.
type heldKey struct {
	locks       *keyLocks
	lock        *keyLock
	key         []byte
	transaction bool
}

// unlock unlocks the key. Call it once.
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

// drain waits until every key that was locked at its call has been unlocked.
func (l *keyLocks) drain() {
	for i := range l.shards {
		shard := &l.shards[i]
		shard.Lock()
		held := slices.Collect(maps.Values(shard.held))
		shard.Unlock()
		for _, k := range held {
			k.Lock()
			k.Unlock() //nolint:staticcheck // waits for the holder only
		}
	}
}

// contended reports whether a transaction has or awaits key.
func (l *keyLocks) contended(key []byte) bool {
	shard := &l.shards[maphash.Bytes(keySeed, key)%keyShards]
	shard.Lock()
	defer shard.Unlock()
	k := shard.held[string(key)]
	return k != nil && k.transaction
}
