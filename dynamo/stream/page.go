package stream

import (
	"lullaby/dynamo/refusal"
	"lullaby/instant"
)

// maxRecordBytes bounds one read: the record that reaches it is the last one
// (docs/aws/streams.md#pages).
const maxRecordBytes = 1 << 20

// A Page is one read of a log: records from From up to, not including, To.
type Page struct {
	Stream   Description
	From, To Sequence
	Records  []Record

	limit int
	bytes int  // of Records, as they are stored
	last  bool // no record comes at To or behind it
}

// Read begins a page of the records from next on, at most limit of them. The
// error is refusal.Trimmed if next is before the oldest record; 0 is the oldest
// one.
func (l *Log) Read(next Sequence, limit int, now instant.Instant) (*Page, error) {
	oldest := horizon(now)
	if next != 0 && next < oldest {
		return nil, refusal.Trimmed
	}
	p := &Page{Stream: l.Description, From: max(next, oldest), To: l.Settled(now), limit: limit}
	p.last = !l.Disabled.IsZero() && len(l.pending) == 0
	return p, nil
}

// Add takes the next record, which is stored in so many bytes, and reports
// whether the page has room for another.
func (p *Page) Add(r Record, bytes int) (more bool) {
	p.Records = append(p.Records, r)
	p.bytes += bytes
	return !p.full()
}

func (p *Page) full() bool { return len(p.Records) >= p.limit || p.bytes >= maxRecordBytes }

// Next returns from which number on the next read has records; more is false
// if there will be none, at the end of a closed shard.
func (p *Page) Next() (n Sequence, more bool) {
	if p.full() {
		return p.Records[len(p.Records)-1].Sequence + 1, true
	}
	return p.To, !p.last
}
