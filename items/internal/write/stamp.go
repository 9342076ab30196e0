package write

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/instant"
)

// Attribute is the name of the attribute that holds the stamp of the write that
// stored an item. It is of type B, which no document has, so that a document
// stored without the queue may have an attribute of this name, and shows it.
const Attribute = "_request"

// Lengths in bytes: an id has at least 128 random bits, in base 32.
const (
	idLength    = 26
	stampLength = 8 + idLength
)

// StampSize is what the stamp adds to the size of an item, as document.Size
// counts.
const StampSize = len(Attribute) + stampLength

// A Stamp is the place of a write among the writes of its item.
type Stamp struct {
	At        instant.Instant // at which the write was posted, after 1970
	RequestID string          // decides between writes of one instant
}

// NewStamp returns the stamp of a write that was posted at now, with an id that
// nobody guesses.
func NewStamp(now instant.Instant) Stamp { return Stamp{At: now, RequestID: rand.Text()} }

// ValidID reports whether id has the form of a request's id.
func ValidID(id string) bool {
	return len(id) == idLength && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

func (s Stamp) valid() bool { return s.At > 0 && ValidID(s.RequestID) }

// Value returns the stamp as a value of Attribute. DynamoDB compares binary values
// byte by byte, and so in the order of stamps.
func (s Stamp) Value() types.AttributeValue {
	return &types.AttributeValueMemberB{Value: s.bytes()}
}

func (s Stamp) bytes() []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(s.At)), s.RequestID...) //nolint:gosec // after 1970
}

// Taken says what an item says of a write.
type Taken uint8

// The answers of StateOf.
const (
	Missing    Taken = iota // the item is older than the write, or is not there
	Stored                  // the write stored the item
	Superseded              // a newer write stored the item
)

// StateOf returns what a stored item says of the write with stamp s. item may be
// nil.
func StateOf(item map[string]types.AttributeValue, s Stamp) Taken {
	stored, ok := item[Attribute].(*types.AttributeValueMemberB)
	if !ok {
		return Missing
	}
	switch bytes.Compare(stored.Value, s.bytes()) {
	case 0:
		return Stored
	case 1:
		return Superseded
	}
	return Missing
}

// Strip removes the stamp from an item.
func Strip(item map[string]types.AttributeValue) {
	if _, ok := item[Attribute].(*types.AttributeValueMemberB); ok {
		delete(item, Attribute)
	}
}
