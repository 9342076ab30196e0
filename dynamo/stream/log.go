package stream

import (
	"time"

	"lullaby/dynamo/refusal"
	"lullaby/instant"
)

// A Log is the state of a stream besides its records. A writer calls Begin for a
// sequence number, commits its record and calls End. A reader reads below
// Settled, so that no record appears behind it. A Log is not safe for concurrent
// use: its owner locks, except to read immutable members of the Description.
type Log struct {
	Description

	last    Sequence              // last number given, or read by a reader
	pending map[Sequence]struct{} // given, but not ended
	trimmed instant.Instant       // when Trim was last due
}

// Resume returns the log of a stream whose newest record has the number last; 0:
// it has none.
func Resume(d Description, last Sequence) Log { return Log{Description: d, last: last} }

// Begin returns the next sequence number. The caller must call End with it.
// Numbers increase even if the clock goes back.
func (l *Log) Begin(now instant.Instant) Sequence {
	l.last = max(l.last+1, SequenceAt(now))
	if l.pending == nil {
		l.pending = make(map[Sequence]struct{})
	}
	l.pending[l.last] = struct{}{}
	return l.last
}

// End makes a number settled, after its record was committed or dropped.
func (l *Log) End(n Sequence) { delete(l.pending, n) }

// Settled returns the number below which no record will appear.
func (l *Log) Settled(now instant.Instant) Sequence {
	bound := max(l.last+1, SequenceAt(now))
	for n := range l.pending {
		bound = min(bound, n)
	}
	// Later numbers must not be below the bound.
	l.last = max(l.last, bound-1)
	return bound
}

// trimInterval is how often old records are deleted.
const trimInterval = time.Hour

// Trim returns the number below which the caller must delete records. ok is false
// until trimInterval has passed since the last true.
func (l *Log) Trim(now instant.Instant) (below Sequence, ok bool) {
	if now.Sub(l.trimmed) < trimInterval {
		return 0, false
	}
	l.trimmed = now
	return horizon(now), true
}

// horizon returns the least sequence number that is readable at now.
func horizon(now instant.Instant) Sequence { return SequenceAt(now.Add(-Retention)) }

// An IteratorType is the position at which a read begins, in AWS's words.
type IteratorType string

// The types of iterators.
const (
	TrimHorizon         IteratorType = "TRIM_HORIZON"       // the oldest record
	Latest              IteratorType = "LATEST"             // the next one
	AtSequenceNumber    IteratorType = "AT_SEQUENCE_NUMBER" // needs a sequence number, as the next
	AfterSequenceNumber IteratorType = "AFTER_SEQUENCE_NUMBER"
	AtTimestamp         IteratorType = "AT_TIMESTAMP" // the first record made then or later; needs the instant
)

// A Position is what clients give with an IteratorType that needs it.
type Position struct {
	Sequence *string          // nil: none
	At       *instant.Instant // nil: none
}

// Start returns the sequence number at which a read of a type begins, 0 for the
// oldest record. The error is refusal.Trimmed or a refusal.Validation.
func (l *Log) Start(kind IteratorType, given Position, now instant.Instant) (Sequence, error) {
	switch kind {
	case TrimHorizon:
		return 0, nil
	case Latest:
		return l.Settled(now), nil
	case AtTimestamp:
		return startAt(given.At, now)
	case AtSequenceNumber, AfterSequenceNumber:
	}
	if given.Sequence == nil {
		return 0, refusal.New(refusal.Validation, "SequenceNumber must be specified when ShardIteratorType is "+string(kind))
	}
	n, ok := ParseSequence(*given.Sequence)
	switch {
	case !ok:
		return 0, refusal.Invalid("Invalid SequenceNumber: " + *given.Sequence)
	case n < horizon(now):
		return 0, refusal.Trimmed
	case kind == AfterSequenceNumber:
		n++
	}
	return n, nil
}

// startAt returns the least sequence number given at an instant or later, 0 if
// older records are trimmed already (docs/aws/streams.md#timestamps). Assumed: the
// texts.
func startAt(at *instant.Instant, now instant.Instant) (Sequence, error) {
	switch {
	case at == nil:
		return 0, refusal.Invalid("Timestamp must be specified when ShardIteratorType is " + string(AtTimestamp))
	case at.After(now):
		return 0, refusal.Invalid("Timestamp must not be in the future")
	case SequenceAt(*at) < horizon(now):
		return 0, nil
	}
	return SequenceAt(*at), nil
}
