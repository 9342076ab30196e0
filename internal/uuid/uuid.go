// Package uuid makes random UUIDs. They make ids unique and are no secret.
//
// The package is internal: it may change whenever its users do.
package uuid

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
)

// New returns a UUID of version 4, in lower case.
func New() string { return Of(rand.Uint64(), rand.Uint64()) }

// Of returns the UUID of version 4 with the bits of two random numbers, but for
// those that say its version.
func Of(first, second uint64) string {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], first)
	binary.LittleEndian.PutUint64(b[8:], second)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	var text [36]byte
	hex.Encode(text[:], b[:4])
	for i, part := range [...][]byte{b[4:6], b[6:8], b[8:10], b[10:]} {
		text[8+5*i] = '-'
		hex.Encode(text[9+5*i:], part)
	}
	return string(text[:])
}
