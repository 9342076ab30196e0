package stream

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"

	"lullaby/instant"
)

// Retention is how long a record is readable, and a stream after it was disabled
// (docs/aws/streams.md#retention).
const Retention = 24 * time.Hour

// A Description is the identity and state of a stream and its only shard. Only
// Disabled changes, once.
type Description struct {
	ID       uint64 // in storage; never reused
	ViewType View
	Created  instant.Instant
	Disabled instant.Instant // zero: the stream is enabled and the shard open
}

// ShardID returns the id of the shard, in AWS's format.
func (d *Description) ShardID() string {
	return fmt.Sprintf("shardId-%020d-%08x", d.Created.Time().UnixMilli(), uint32(d.ID)) //nolint:gosec // a part of a name
}

// Range returns the sequence numbers of the beginning and end of the shard. last
// is 0 unless closed.
func (d *Description) Range() (first, last Sequence, closed bool) {
	return SequenceAt(d.Created), SequenceAt(d.Disabled), !d.Disabled.IsZero()
}

// Readable reports whether the stream is enabled, or was disabled at most
// Retention before now.
func (d *Description) Readable(now instant.Instant) bool {
	return d.Disabled.IsZero() || now.Sub(d.Disabled) <= Retention
}

// EventID returns the unique and stable id of a record.
func (d *Description) EventID(n Sequence) string {
	id := binary.BigEndian.AppendUint64(make([]byte, 0, 16), d.ID)
	return hex.EncodeToString(binary.BigEndian.AppendUint64(id, uint64(n)))
}
