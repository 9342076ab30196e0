package dynamo

import (
	"hash/maphash"
	"sync"
)

// keyLocks serialises the writers of one key; writers of different keys do not
// wait for each other. The zero value is ready.
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
	users int // the shard's mutex guards it
}

var keySeed = maphash.MakeSeed()

// lock waits for key and returns what gives it back.
func (l *keyLocks) lock(key []byte) (unlock func()) {
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
	k.users++
	shard.Unlock()
	k.Lock()
	return func() {
		k.Unlock()
		shard.Lock()
		defer shard.Unlock()
		if k.users--; k.users == 0 {
			delete(shard.held, string(key))
		}
	}
}
