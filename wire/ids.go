package wire

import (
	"crypto/rand"
	"encoding/base32"
)

// newRequestID returns 52 random upper-case letters and digits, the form of
// x-amzn-RequestId in DynamoDB.
func newRequestID() string {
	var b [33]byte // enough for 52 characters in base 32
	_, _ = rand.Read(b[:])
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:])[:52]
}
