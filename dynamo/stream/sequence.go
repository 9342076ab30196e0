package stream

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"lullaby/instant"
)

// A Sequence is a sequence number: the microseconds from 1970 to the instant at
// which it was given, or one more than the number before. So numbers increase
// across a restart without being stored, and the records of a day are a range. 0
// is before every record.
type Sequence uint64

// SequenceAt returns the least number that can be given at an instant; 0 before
// 1970.
func SequenceAt(at instant.Instant) Sequence {
	return Sequence(max(at/instant.Instant(time.Microsecond), 0))
}

// String returns n in the format of the wire: AWS's numbers have 21 digits or
// more.
func (n Sequence) String() string { return fmt.Sprintf("1%020d", uint64(n)) }

// ParseSequence parses the result of String.
func ParseSequence(s string) (n Sequence, ok bool) {
	digits, ours := strings.CutPrefix(s, "1")
	u, err := strconv.ParseUint(digits, 10, 64)
	return Sequence(u), ours && err == nil
}
