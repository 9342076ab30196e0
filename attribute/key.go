package attribute

import (
	"crypto/md5" //nolint:gosec // DynamoDB's own placement, not a secret
	"strings"
)

// KeyEndSize is the size in bytes of the end mark of a key attribute.
const KeyEndSize = 2

// AppendKey appends a key attribute (an S, N or B) in a form whose bytes have
// DynamoDB's order. The form contains its own end, so AppendKey(a)+AppendKey(b)
// is ordered by a, then by b. A zero byte is written 00 FF, the end 00 01.
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

// Placement returns the place of a partition key in the hash space; a Scan
// returns items in this order. v and more are the attributes of the key.
// Assumed: the MD5 of "Outliers" and the key's bytes. architect/dynalite found
// that this gives the order of real tables.
func (v Value) Placement(more ...Value) [PlacementSize]byte {
	const salt = "Outliers"
	buf := append(append(make([]byte, 0, 128), salt...), v.text...)
	for _, w := range more {
		buf = append(buf, w.text...)
	}
	return md5.Sum(buf) //nolint:gosec // see the import
}
