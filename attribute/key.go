package attribute

import (
	"crypto/md5" //nolint:gosec // DynamoDB's own placement, not a secret
	"strings"
)

// KeyEndSize is the size in bytes of what ends a key attribute.
const KeyEndSize = 2

// AppendKey appends the form of a key attribute (an S, N or B) that orders as
// DynamoDB orders it and ends itself, so that keys may follow one another:
// AppendKey(a)+AppendKey(b) orders by a, then by b. A zero byte is written
// 00 FF, the end 00 01.
func (v Value) AppendKey(dst []byte) []byte {
	text := v.text
	for {
		i := strings.IndexByte(text, 0)
		if i < 0 {
			break
		}
		dst = append(append(dst, text[:i]...), 0x00, 0xFF)
		text = text[i+1:]
	}
	return append(append(dst, text...), 0x00, 0x01)
}

// PlacementSize is the size in bytes of a Placement.
const PlacementSize = md5.Size

// Placement returns the place of a partition key in the hash space: items are
// scanned in its order. A partition key of several attributes is v and more.
// Assumed: the MD5 of "Outliers" and the key's bytes, which architect/dynalite
// found to give the order of real tables.
func (v Value) Placement(more ...Value) [PlacementSize]byte {
	const salt = "Outliers"
	buf := append(append(make([]byte, 0, 128), salt...), v.text...)
	for _, w := range more {
		buf = append(buf, w.text...)
	}
	return md5.Sum(buf) //nolint:gosec // see the import
}
