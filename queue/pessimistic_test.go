package queue_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// With chance messages of a standard queue come out of order and some twice, short
// polls see a part, and still none is lost or comes back, over restarts too.
func TestChance(t *testing.T) {
	const sent = 2_000
	var s stage
	s.play("queue chance=1 visibility=600s")
	s.play(fmt.Sprintf("at 0s send %d", sent))
	var order []string
	received := map[string]int{}
	blind, short, repeated := 0, 0, 0
	for second := 1; len(received) < sent || s.play(fmt.Sprintf("at %ds counts", second))[0] != "0 0 0"; second++ {
		if second > 2*sent {
			t.Fatalf("%d of %d messages received", len(received), sent)
		}
		long := ""
		if second%2 == 0 {
			long = " long"
		}
		got := s.play(fmt.Sprintf("at %ds receive 10%s", second, long))[0]
		if got == "nothing" {
			if long != "" && s.play(fmt.Sprintf("at %ds ready", second))[0] == "true" {
				t.Fatalf("a long poll found nothing of %d", sent-len(received))
			}
			blind++
			continue
		}
		all := strings.Fields(got)
		if long == "" && len(all) < 10 {
			short++
		}
		for _, id := range all {
			if received[id]++; received[id] == 1 {
				order = append(order, id)
			} else {
				repeated++
			}
		}
		for _, id := range all {
			if got := s.play(fmt.Sprintf("at %ds delete %s", second, id))[0]; got != "gone" {
				t.Fatalf("delete %s by its last receipt: %s", id, got)
			}
		}
		if second%50 == 0 {
			if got := s.play(fmt.Sprintf("at %ds restart", second))[0]; got != "" {
				t.Fatal(got)
			}
		}
	}
	if slices.IsSortedFunc(order, func(a, b string) int { return number(a) - number(b) }) {
		t.Error("all messages came in order")
	}
	if blind == 0 || short == 0 {
		t.Errorf("%d short polls found nothing, %d a part", blind, short)
	}
	t.Logf("%d repeated, %d short polls found nothing, %d a part", repeated, blind, short)
}

// A message that comes twice is received by another receipt, and the first then
// deletes it no more.
func TestChanceRepeats(t *testing.T) {
	var s stage
	s.play("queue chance=2 visibility=600s")
	s.play("at 0s send 1000")
	received := map[string]int{}
	for range 200 {
		for id := range strings.FieldsSeq(s.play("at 1s receive 10 long")[0]) {
			received[id]++
		}
	}
	delete(received, "nothing")
	twice := ""
	for id, times := range received {
		if times > 1 {
			twice = id
		}
	}
	if len(received) != 1000 || twice == "" {
		t.Fatalf("received %d of 1,000 messages, none twice: %v", len(received), twice == "")
	}
	if got := s.play("at 2s delete " + twice + " by=1")[0]; got != "kept" {
		t.Errorf("delete by the first receipt: %s, want kept", got)
	}
	if got := s.play("at 2s delete " + twice)[0]; got != "gone" {
		t.Errorf("delete by the last receipt: %s, want gone", got)
	}
}

// FIFO queues promise order and once: chance changes nothing.
func TestChanceOfFIFO(t *testing.T) {
	var s, strict stage
	strict.play("queue fifo")
	s.play("queue fifo chance=3")
	for i := range 300 {
		line := fmt.Sprintf("at %ds send 1 group=%d", i/10, i%7)
		s.play(line)
		strict.play(line)
	}
	for i := range 60 {
		line := fmt.Sprintf("at %ds receive 10", 30+i)
		if got, want := s.play(line)[0], strict.play(line)[0]; got != want {
			t.Fatalf("%s: %s, want %s", line, got, want)
		}
	}
}
