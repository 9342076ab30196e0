package request

import (
	"crypto/md5" //nolint:gosec // SQS's own digest, against faults of the way
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"
)

// MD5OfBody returns the digest of a body, in hexadecimal digits.
func MD5OfBody(body string) string {
	sum := md5.Sum([]byte(body)) //nolint:gosec // as above
	return hex.EncodeToString(sum[:])
}

// Transport types in the digest of attributes.
const (
	asString = 1
	asBinary = 2
)

// MD5OfAttributes returns the digest of attributes, "" of none
// (docs/aws/sqs.md#digests).
func MD5OfAttributes(all map[string]MessageAttributeValue) string {
	if len(all) == 0 {
		return ""
	}
	var text []byte
	add := func(part string) {
		text = binary.BigEndian.AppendUint32(text, uint32(len(part))) //nolint:gosec // no part is longer than a message
		text = append(text, part...)
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		v := all[name]
		add(name)
		add(v.DataType)
		if v.logical() == typeBinary {
			text = append(text, asBinary)
		} else {
			text = append(text, asString)
		}
		add(v.value())
	}
	sum := md5.Sum(text) //nolint:gosec // as above
	return hex.EncodeToString(sum[:])
}
