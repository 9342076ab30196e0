package store

import (
	"encoding/binary"

	"lullaby/storage"
)

// The kinds of keys in storage.Queues. The keys of one queue have its number, which
// no later queue gets.
const (
	descriptions = 'd' // by name
	departures   = 'x' // of deleted queues, by name
	lastNumbers  = 'n' // the number of the newest queue
	cursors      = 'c' // by number
	marksKind    = 's' // by number and ID: see mark
	gapsKind     = 'g' // by number and ID: see hole
	moveTasks    = 't' // by number of the source and ID of the task
)

// namedKey returns the key of a kind and a name, which may be empty.
func namedKey(kind byte, name string) []byte {
	return append([]byte{storage.Queues, kind}, name...)
}

// numberedKey returns the key of a kind and the number of a queue.
func numberedKey(kind byte, number uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{storage.Queues, kind}, number)
}

// markKey returns the key of the mark of a message.
func markKey(number, id uint64) []byte {
	return binary.BigEndian.AppendUint64(numberedKey(marksKind, number), id)
}

// gapKey returns the key of the gap that begins with a message.
func gapKey(number, id uint64) []byte {
	return binary.BigEndian.AppendUint64(numberedKey(gapsKind, number), id)
}

// keySize is the size of the key of a message, in bytes.
const keySize = 1 + 8 + 8

// A messageKey is the key of a message, of its state, or of its sending, by space.
type messageKey [keySize]byte

func keyOf(space storage.Space, number, id uint64) (k messageKey) {
	k[0] = space
	binary.BigEndian.PutUint64(k[1:], number)
	binary.BigEndian.PutUint64(k[9:], id)
	return k
}

// idOf returns the ID in a key of a message, mark or gap: its last eight bytes.
func idOf(key []byte) uint64 { return binary.BigEndian.Uint64(key[len(key)-8:]) }

// deleteMessages deletes the messages of a queue whose IDs are from first up to,
// but not including, end, with all that belongs to them.
func deleteMessages(b *storage.Batch, number, first, end uint64) {
	for _, space := range []storage.Space{storage.Messages, storage.States, storage.Sendings} {
		lower, upper := keyOf(space, number, first), keyOf(space, number, end)
		b.DeleteRange(lower[:], upper[:])
	}
	b.DeleteRange(markKey(number, first), markKey(number, end))
	b.DeleteRange(gapKey(number, first), gapKey(number, end))
}
