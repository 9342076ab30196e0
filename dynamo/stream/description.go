package stream

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"

	"lullaby/instant"
)

// Retention is how long a record can be read, and a stream that was disabled
// (docs/aws/streams.md#retention).
const Retention = 24 * time.Hour

// A Description says what a stream is, and so its only shard. Only Disabled ever
// changes, once.
type Description struct {
	ID       uint64 // in storage, never used twice
	ViewType View
	Created  instant.Instant
	Disabled instant.Instant // zero: the stream is enabled and the shard open
}

// ShardID returns the name of the shard, in the form of AWS's.
func (d *Description) ShardID() string {
	return fmt.Sprintf("shardId-%020d-%08x", d.Created.Time().UnixMilli(), uint32(d.ID)) //nolint:gosec // a part of a name
}

// Range returns the numbers at which the shard begins and ends; closed is false
// while it has no end.
func (d *Description) Range() (first, last Sequence, closed bool) {
	return SequenceAt(d.Created), SequenceAt(d.Disabled), !d.Disabled.IsZero()
}

// Readable reports whether the stream can be read at now: it is enabled, or was
// disabled a day ago at most.
func (d *Description) Readable(now instant.Instant) bool {
	return d.Disabled.IsZero() || now.Sub(d.Disabled) <= Retention
}

// EventID names a record: the same one however often it is read, and no other.
func (d *Description) EventID(n Sequence) string {
	id := binary.BigEndian.AppendUint64(make([]byte, 0, 16), d.ID)
	return hex.EncodeToString(binary.BigEndian.AppendUint64(id, uint64(n)))
}
