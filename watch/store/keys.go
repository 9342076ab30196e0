package store

import (
	"encoding/binary"

	"lullaby/instant"
	"lullaby/storage"
	"lullaby/watch"
)

// The kinds of keys in storage.Metrics.
const (
	definitions = 'd' // by number of the series
	journal     = 'j' // by when it was written
	sealedKind  = 's' // before when hours may be in blocks
	blocks      = 'b' // by level, number of the series, and beginning
)

// The kinds of keys in storage.Alarms.
const (
	settings   = 's' // by name
	histories  = 'h' // by instant and number
	dashboards = 'd' // by name
	undone     = 'u' // actions, by number
)

func definitionKey(number watch.Series) []byte {
	return binary.BigEndian.AppendUint32([]byte{storage.Metrics, definitions}, uint32(number))
}

// instantKey appends an instant in an order-preserving form.
func instantKey(key []byte, at instant.Instant) []byte {
	return binary.BigEndian.AppendUint64(key, uint64(at)^1<<63) //nolint:gosec // of any instant
}

// instantIn is the reverse of instantKey, of the last eight bytes of a key.
func instantIn(key []byte) instant.Instant {
	return instant.Instant(binary.BigEndian.Uint64(key[len(key)-8:]) ^ 1<<63) //nolint:gosec // of any instant
}

func journalKey(at uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{storage.Metrics, journal}, at)
}

// blockKey returns the key of the block of a level and a series that begins at an
// instant.
func blockKey(level int, number watch.Series, began instant.Instant) []byte {
	key := binary.BigEndian.AppendUint32([]byte{storage.Metrics, blocks, byte(level)}, uint32(number)) //nolint:gosec // one of watch.Levels
	return instantKey(key, began)
}

// alarmKey returns the key of a kind and a name, which may be empty.
func alarmKey(kind byte, name string) []byte {
	return append([]byte{storage.Alarms, kind}, name...)
}

// end returns the first key behind those that begin with a prefix.
func end(prefix []byte) []byte {
	upper := append([]byte(nil), prefix...)
	upper[len(upper)-1]++
	return upper
}
