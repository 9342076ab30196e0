package capacity

import (
	"bytes"
	"slices"
	"time"

	"lullaby/instant"
)

// A heat decides whether a partition is split because of its traffic, and at
// which key (docs/aws/capacity.md#splits-for-heat).
type heat struct {
	minute instant.Instant // the current one
	used   Tokens          // in that minute
	since  instant.Instant // the beginning of an unbroken run of hot minutes; zero: none
	keys   [][]byte        // sampled from the last hot minutes, in order of arrival
}

const (
	// hotShare is how much of its ceiling a hot partition consumes in a minute,
	// in percent. Assumed: AWS only says "near its limit".
	hotShare = 90

	// samples is how many keys are sampled in a minute at the ceiling.
	samples = 32
)

// add counts cost. It returns the key at which to split the partition, nil: do
// not split.
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

// turn closes the current minute, which is over at now.
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
		h.since = 0 // it is split now, or a split would not help
	}
	h.minute, h.used = now.Truncate(time.Minute), 0
	return at
}

// sample keeps a key; once there are enough, it drops the oldest.
func (h *heat) sample(key []byte) {
	if len(h.keys) < samples {
		h.keys = append(h.keys, bytes.Clone(key))
		return
	}
	oldest := h.keys[0]
	copy(h.keys, h.keys[1:])
	h.keys[samples-1] = append(oldest[:0], key...)
}

// division returns the key that divides the sampled traffic best: the median,
// or the next larger key if the median is the lowest key too. It returns nil if
// all traffic is for one key, or for keys that only rise.
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
