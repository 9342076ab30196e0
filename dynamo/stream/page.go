package stream

import (
	"lullaby/dynamo/refusal"
	"lullaby/instant"
)

// maxRecordBytes bounds one read, in stored bytes: the record that reaches it is
// the last (docs/aws/streams.md#pages).
const maxRecordBytes = 1 << 20

// A Page is one read of a log: the records from From to To, exclusive.
type Page struct {
	Stream   Description
	From, To Sequence
	Records  []Record

	limit int
	bytes int  // stored size of Records
	last  bool // no record will be at To or after it
}

// Read begins a page of the records from next on, at most limit; 0 is the oldest
// record. The error is refusal.Trimmed if next is before the oldest readable
// record.
func (l *Log) Read(next Sequence, limit int, now instant.Instant) (*Page, error) {
	oldest := horizon(now)
	if next != 0 && next < oldest {
		return nil, refusal.Trimmed
	}
	p := &Page{Stream: l.Description, From: max(next, oldest), To: l.Settled(now), limit: limit}
	p.last = !l.Disabled.IsZero() && len(l.pending) == 0
	return p, nil
}

// Add appends a record of a stored size, in bytes, and reports whether the page
// has room for more.
func (p *Page) Add(r Record, bytes int) (more bool) {
	p.Records = append(p.Records, r)
	p.bytes += bytes
	return !p.full()
}

func (p *Page) full() bool { return len(p.Records) >= p.limit || p.bytes >= maxRecordBytes }

// Next returns the sequence number at which the next read begins. more is false
// at the end of a closed shard.
func (p *Page) Next() (n Sequence, more bool) {
	if p.full() {
		return p.Records[len(p.Records)-1].Sequence + 1, true
	}
	return p.To, !p.last
}
