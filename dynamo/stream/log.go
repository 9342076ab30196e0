package stream

import (
	"time"

	"lullaby/dynamo/refusal"
	"lullaby/instant"
)

// A Log is what is known of a stream besides its records. A writer takes a
// number with Begin, commits its record under it and calls End; a reader sees
// the records below Settled, so that none appears behind its back. Not safe for
// concurrent use: its owner locks, but for what never changes of the
// Description.
type Log struct {
	Description

	last    Sequence              // that was given, or below which a reader has read
	pending map[Sequence]struct{} // given, but their records may still come
	trimmed instant.Instant       // when Trim last returned something
}

// Resume returns the log of a stream whose newest record has the number last; 0
// if it has none.
func Resume(d Description, last Sequence) Log { return Log{Description: d, last: last} }

// Begin gives the next number, which End must follow. Numbers grow even if the
// clock is set back.
func (l *Log) Begin(now instant.Instant) Sequence {
	l.last = max(l.last+1, SequenceAt(now))
	if l.pending == nil {
		l.pending = make(map[Sequence]struct{})
	}
	l.pending[l.last] = struct{}{}
	return l.last
}

// End says that the record of a number is committed or will never be.
func (l *Log) End(n Sequence) { delete(l.pending, n) }

// Settled returns the number below which no record will appear any more.
func (l *Log) Settled(now instant.Instant) Sequence {
	bound := max(l.last+1, SequenceAt(now))
	for n := range l.pending {
		bound = min(bound, n)
	}
	// What begins from here on is not below.
	l.last = max(l.last, bound-1)
	return bound
}

// trimInterval is how often records that are too old are deleted.
const trimInterval = time.Hour

// Trim returns the number below which records are to be deleted, and whether it
// is time for that: once an hour.
func (l *Log) Trim(now instant.Instant) (below Sequence, ok bool) {
	if now.Sub(l.trimmed) < trimInterval {
		return 0, false
	}
	l.trimmed = now
	return horizon(now), true
}

// horizon returns the number of the oldest record that can be read at now.
func horizon(now instant.Instant) Sequence { return SequenceAt(now.Add(-Retention)) }

// An IteratorType says where a read begins, in AWS's words.
type IteratorType string

// The types of iterators. The last two are said with a sequence number.
const (
	TrimHorizon         IteratorType = "TRIM_HORIZON" // the oldest record
	Latest              IteratorType = "LATEST"       // the next one
	AtSequenceNumber    IteratorType = "AT_SEQUENCE_NUMBER"
	AfterSequenceNumber IteratorType = "AFTER_SEQUENCE_NUMBER"
)

// Start returns from which number on a read of that type has records; given is
// the text of a sequence number, nil if there is none. The error is
// refusal.Trimmed or of refusal.Validation.
func (l *Log) Start(kind IteratorType, given *string, now instant.Instant) (Sequence, error) {
	switch kind {
	case TrimHorizon:
		return 0, nil
	case Latest:
		return l.Settled(now), nil
	case AtSequenceNumber, AfterSequenceNumber:
	}
	if given == nil {
		return 0, refusal.New(refusal.Validation, "SequenceNumber must be specified when ShardIteratorType is "+string(kind))
	}
	n, ok := ParseSequence(*given)
	switch {
	case !ok:
		return 0, refusal.Invalid("Invalid SequenceNumber: " + *given)
	case n < horizon(now):
		return 0, refusal.Trimmed
	case kind == AfterSequenceNumber:
		n++
	}
	return n, nil
}
