// Package eventstream writes messages in application/vnd.amazon.eventstream, in which
// AWS's services answer while there is something to say (Smithy, "Amazon Event Stream").
//
// The package is internal to the program; its interface may change with any commit.
package eventstream

import (
	"encoding/binary"
	"hash/crc32"
)

// ContentType is that of a body of messages.
const ContentType = "application/vnd.amazon.eventstream"

// stringType is the type of a header whose value is a string.
const stringType = 7

// AppendEvent appends an event of that type to dst. contentType is the payload's. The
// three headers have to fit into 64 KB, and the payload into 16 MB.
func AppendEvent(dst []byte, kind, contentType string, payload []byte) []byte {
	begin := len(dst)
	const prelude, checksum = 12, 4
	dst = append(dst, make([]byte, prelude)...)
	dst = appendHeader(dst, ":event-type", kind)
	dst = appendHeader(dst, ":content-type", contentType)
	dst = appendHeader(dst, ":message-type", "event")
	headers := len(dst) - begin - prelude
	dst = append(dst, payload...)

	message := dst[begin:]
	binary.BigEndian.PutUint32(message, uint32(len(message)+checksum)) //nolint:gosec // as AppendEvent says
	binary.BigEndian.PutUint32(message[4:], uint32(headers))           //nolint:gosec // as AppendEvent says
	binary.BigEndian.PutUint32(message[8:], crc32.ChecksumIEEE(message[:8]))
	return binary.BigEndian.AppendUint32(dst, crc32.ChecksumIEEE(message))
}

func appendHeader(dst []byte, name, value string) []byte {
	dst = append(append(dst, byte(len(name))), name...)
	dst = binary.BigEndian.AppendUint16(append(dst, stringType), uint16(len(value))) //nolint:gosec // as AppendEvent says
	return append(dst, value...)
}
