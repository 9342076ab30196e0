package wire

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/hex"
)

// newRequestID returns 52 random upper-case letters and digits, the form of
// x-amzn-RequestId in DynamoDB.
func newRequestID() string {
	var b [33]byte // enough for 52 characters in base 32
	_, _ = rand.Read(b[:])
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:])[:52]
}

// newUUID returns a random UUID, the form of x-amzn-RequestId in most services.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	var text [36]byte
	hex.Encode(text[:], b[:4])
	for i, part := range [...][]byte{b[4:6], b[6:8], b[8:10], b[10:]} {
		text[8+5*i] = '-'
		hex.Encode(text[9+5*i:], part)
	}
	return string(text[:])
}
