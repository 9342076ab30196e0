package capacity

import (
	"bytes"
	"slices"
	"time"

	"lullaby/instant"
)

// heat says whether a partition has to be split for the traffic it gets, and
// where (Developer Guide, "Adaptive capacity"; facts dynamodb-capacity.md 2.2).
type heat struct {
	minute instant.Instant // the one under way
	used   Tokens          // in it
	since  instant.Instant // of an unbroken run of hot minutes; zero: none
	keys   [][]byte        // some of the last minutes' in the order in which they came
}

const (
	// hotShare is the part of its ceiling that a hot partition consumes in a
	// minute, in percent. Assumed: "near its limit" is all that AWS says.
	hotShare = 90

	// samples is how many keys of a minute at the ceiling are looked at.
	samples = 32
)

// add counts cost, and returns the key at which the partition is to be split,
// nil if it is not.
func (h *heat) add(now instant.Instant, key []byte, cost, ceiling Tokens, after time.Duration) (at []byte) {
	switch elapsed := now.Sub(h.minute); {
	case elapsed < -time.Minute: // the clock jumped back
		*h = heat{minute: now.Truncate(time.Minute)}
	case elapsed >= time.Minute:
		at = h.turn(now, ceiling, after)
	}
	if !h.since.IsZero() {
		const minute = 60
		if portion := ceiling * minute / samples; (h.used+cost)/portion > h.used/portion {
			h.sample(key)
		}
	}
	h.used += cost
	return at
}

// turn ends the minute that is over at now.
func (h *heat) turn(now instant.Instant, ceiling Tokens, after time.Duration) (at []byte) {
	const minute = 60
	hot := h.used*100 >= ceiling*minute*hotShare && now.Sub(h.minute) < 2*time.Minute
	switch {
	case !hot:
		h.since, h.keys = 0, nil
	case h.since.IsZero():
		h.since = h.minute
	case now.Sub(h.since) >= after:
		at = division(h.keys)
		h.since = 0 // seen to, or of no use
	}
	h.minute, h.used = now.Truncate(time.Minute), 0
	return at
}

// sample keeps a key and forgets the oldest.
func (h *heat) sample(key []byte) {
	if len(h.keys) < samples {
		h.keys = append(h.keys, bytes.Clone(key))
		return
	}
	oldest := h.keys[0]
	copy(h.keys, h.keys[1:])
	h.keys[samples-1] = append(oldest[:0], key...)
}

// division returns the key that divides the traffic best: the middle one, or the
// next after a hot one that is the first. There is none if all traffic is for
// one key, or for keys that only rise.
func division(keys [][]byte) []byte {
	if len(keys) < samples || slices.IsSortedFunc(keys, bytes.Compare) {
		return nil
	}
	slices.SortFunc(keys, bytes.Compare)
	middle := keys[len(keys)/2:]
	for _, k := range middle {
		if !bytes.Equal(k, keys[0]) {
			return bytes.Clone(k)
		}
	}
	return nil
}
