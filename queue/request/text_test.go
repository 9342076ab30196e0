package request_test

import (
	"errors"
	"strings"
	"testing"

	"lullaby/queue/refusal"
	"lullaby/queue/request"
)

// Every character of XML 1.0 passes at each place in a word of eight bytes, and no
// other does.
func TestCharacters(t *testing.T) {
	for _, r := range characters() {
		if 0xD800 <= r && r < 0xE000 || r > 0x10FFFF {
			continue // no UTF-8
		}
		want := r == 9 || r == 10 || r == 13 || r >= 0x20 && r <= 0xFFFD || r >= 0x10000
		for before := range 9 {
			in := request.SendMessageInput{QueueUrl: "jobs", Message: request.Message{MessageBody: strings.Repeat("x", before) + string(r) + "xxxxxxxxx"}}
			if err := in.Check(); err == nil != want || !want && !errors.Is(err, refusal.InvalidMessageContents) {
				t.Fatalf("%d letters, then %U: %v, want it to pass: %v", before, r, err, want)
			}
		}
	}
	in := request.SendMessageInput{QueueUrl: "jobs", Message: request.Message{MessageBody: "\xff"}}
	if err := in.Check(); !errors.Is(err, refusal.InvalidMessageContents) {
		t.Errorf("no UTF-8: %v", err)
	}
}

// characters are all of the first, those at the ends of the ranges, and some of the
// others.
func characters() (all []rune) {
	for r := range rune(0x300) {
		all = append(all, r)
	}
	for _, edge := range []rune{0xD7FF, 0xE000, 0xFFFD, 0x1FFFD, 0x10FFFF} {
		for r := edge - 4; r <= edge+4; r++ {
			all = append(all, r)
		}
	}
	for r := rune(0x300); r < 0x110000; r += 101 {
		all = append(all, r)
	}
	return all
}

func BenchmarkCheck(b *testing.B) {
	settings := request.Defaults(false)
	in := request.SendMessageInput{QueueUrl: "http://127.0.0.1/123456789012/jobs", Message: request.Message{MessageBody: strings.Repeat("x", 1_024)}}
	b.ReportAllocs()
	for b.Loop() {
		if err := in.Check(); err != nil {
			b.Fatal(err)
		}
		if err := in.CheckFor(&settings); err != nil {
			b.Fatal(err)
		}
	}
}
