package store

import (
	"encoding/binary"

	"lullaby/instant"
	"lullaby/storage"
	model "lullaby/topic"
)

// The kinds of keys in storage.Topics.
const (
	topicKind        = 't' // by name
	subscriptionKind = 's' // by number
	messageKind      = 'm' // by number
	attemptKind      = 'r' // by number of the message, then of the subscription
	dueKind          = 'd' // by number of the subscription, instant, and number of the message; no value
	signerKind       = 'k' // one for all
)

func key(kind byte, parts ...uint64) []byte {
	k := append(make([]byte, 0, 2+8*len(parts)), storage.Topics, kind)
	for _, part := range parts {
		k = binary.BigEndian.AppendUint64(k, part)
	}
	return k
}

func topicKey(name string) []byte { return append(key(topicKind), name...) }

// dueKey returns the key that says when a delivery begins.
func dueKey(number uint64, d model.Delivery) []byte {
	return key(dueKind, number, uint64(d.Due)^1<<63, d.Message) //nolint:gosec // of any instant
}

// numberIn returns part i of a key, from 0.
func numberIn(k []byte, i int) uint64 { return binary.BigEndian.Uint64(k[2+8*i:]) }

// deliveryIn is the reverse of dueKey.
func deliveryIn(k []byte) model.Delivery {
	return model.Delivery{Due: instant.Instant(numberIn(k, 1) ^ 1<<63), Message: numberIn(k, 2)} //nolint:gosec // of any instant
}

// end returns the first key behind those that begin with a prefix.
func end(prefix []byte) []byte {
	upper := append([]byte(nil), prefix...)
	for i := len(upper) - 1; ; i-- {
		if upper[i]++; upper[i] != 0 {
			return upper[:i+1]
		}
	}
}
