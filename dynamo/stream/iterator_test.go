package stream_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"lullaby/dynamo/refusal"
	"lullaby/dynamo/stream"
)

const streamARN = "arn:aws:dynamodb:us-east-1:123456789012:table/tab/stream/2026-11-29T03:12:00.000"

func TestIteratorText(t *testing.T) {
	it := stream.Iterator{Stream: streamARN, Next: 1<<63 + 1, Made: start}
	back, err := stream.ParseIterator(it.String(), start)
	if back != it || err != nil {
		t.Errorf("ParseIterator(%v) = %+v, %v, want %+v", it, back, err, it)
	}
	if !strings.HasPrefix(it.String(), streamARN+"|1|") {
		t.Errorf("%v does not begin as AWS's do", it)
	}
}

// An iterator that a client has had since before an update of this program is
// read: its instant may be in another zone.
func TestIteratorOfOld(t *testing.T) {
	text := base64.StdEncoding.EncodeToString([]byte(`{"Stream":"` + streamARN + `","Next":7,"Made":"2026-11-29T04:12:00.000000001+01:00"}`))
	got, err := stream.ParseIterator(streamARN+"|1|"+text, start)
	if want := (stream.Iterator{Stream: streamARN, Next: 7, Made: start + 1}); got != want || err != nil {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestIteratorExpires(t *testing.T) {
	text := stream.Iterator{Stream: streamARN, Made: start}.String()
	for after, want := range map[time.Duration]error{15 * time.Minute: nil, 15*time.Minute + 1: refusal.ExpiredIterator} {
		if _, err := stream.ParseIterator(text, start.Add(after)); !errors.Is(err, want) {
			t.Errorf("after %v: %v, want %v", after, err, want)
		}
	}
}

// Whatever a client sends as an iterator is refused as AWS refuses it, or reads
// as itself.
func FuzzParseIterator(f *testing.F) {
	f.Add(stream.Iterator{Stream: streamARN, Next: 1, Made: start}.String())
	for _, s := range []string{"", "|", streamARN + "|1|", "|1|e30=", "|1|bnVsbA==", "%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		it, err := stream.ParseIterator(s, start)
		if err != nil {
			if !errors.Is(err, refusal.Validation) && !errors.Is(err, refusal.ExpiredIterator) {
				t.Errorf("ParseIterator(%q): %v", s, err)
			}
			return
		}
		if back, err := stream.ParseIterator(it.String(), start); back != it || err != nil {
			t.Errorf("%+v reads as %+v, %v", it, back, err)
		}
	})
}
