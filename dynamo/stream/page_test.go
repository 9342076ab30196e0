package stream_test

import (
	"errors"
	"testing"
	"time"

	"lullaby/dynamo/refusal"
	"lullaby/dynamo/stream"
)

func TestPageBounds(t *testing.T) {
	day := stream.SequenceAt(start.Add(-24 * time.Hour))
	tests := []struct {
		name string
		next stream.Sequence
		from stream.Sequence
		err  error
	}{
		{"from the oldest", 0, day, nil},
		{"from a day ago", day, day, nil},
		{"from within the day", day + 5, day + 5, nil},
		{"from before", day - 1, 0, refusal.Trimmed},
	}
	for _, tt := range tests {
		var l stream.Log
		p, err := l.Read(tt.next, 10, start)
		if !errors.Is(err, tt.err) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.err)
		}
		if err == nil && (p.From != tt.from || p.To != stream.SequenceAt(start)) {
			t.Errorf("%s: from %d to %d, want from %d to now", tt.name, p.From, p.To, tt.from)
		}
	}
}

// A page is full at so many records, or with the record that brings it to 1 MiB;
// the next one goes on behind its last record, or where what is settled ends.
func TestPageFills(t *testing.T) {
	tests := []struct {
		name  string
		limit int
		bytes []int // of the records that are there
		want  int   // of them in the page
	}{
		{"nothing", 3, nil, 0},
		{"some", 3, []int{10, 10}, 2},
		{"as many as may be", 3, []int{10, 10, 10, 10}, 3},
		{"many bytes", 1_000, []int{1 << 19, 1<<19 - 1, 1, 1}, 3},
		{"a large one", 1_000, []int{1 << 21, 1}, 1},
	}
	for _, tt := range tests {
		var l stream.Log
		p, err := l.Read(0, tt.limit, start)
		if err != nil {
			t.Fatal(err)
		}
		more := true
		for i := 0; i < len(tt.bytes) && more; i++ {
			more = p.Add(stream.Record{Sequence: p.From + stream.Sequence(i)}, tt.bytes[i])
		}
		wantNext := p.To
		if !more {
			wantNext = p.From + stream.Sequence(tt.want)
		}
		next, goesOn := p.Next()
		if len(p.Records) != tt.want || next != wantNext || !goesOn {
			t.Errorf("%s: %d records, next %d, %v, want %d and %d", tt.name, len(p.Records), next, goesOn, tt.want, wantNext)
		}
	}
}

// A closed shard ends behind its last record, once none may still come.
func TestPageOfAClosedShard(t *testing.T) {
	l := stream.Resume(stream.Description{ID: 1, Created: start}, 0)
	n := l.Begin(start)
	l.Disabled = start.Add(time.Second)
	now := start.Add(time.Minute)
	read := func(limit int, records ...stream.Sequence) (next stream.Sequence, more bool) {
		t.Helper()
		p, err := l.Read(0, limit, now)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range records {
			p.Add(stream.Record{Sequence: n}, 1)
		}
		return p.Next()
	}
	if next, more := read(5); next != n || !more {
		t.Errorf("with a record to come: next %d, %v, want %d", next, more, n)
	}
	l.End(n)
	if next, more := read(1, n); next != n+1 || !more {
		t.Errorf("after a full page: next %d, %v, want %d", next, more, n+1)
	}
	if next, more := read(5, n); more {
		t.Errorf("at the end: next %d, want none", next)
	}
}
