package queue_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"lullaby/internal/longtest"
)

// TestRandomHistories plays lines of chance on a queue and on a naive one, which
// must come to the same results. A history that fails is a script: it can go into
// testdata as it is printed.
func TestRandomHistories(t *testing.T) {
	histories, length := longtest.Of[uint64](300, 3_000), longtest.Of(150, 300)
	for seed := range histories {
		h := newHistory(rand.New(rand.NewPCG(seed, 14)))
		var s stage
		lines := append(make([]string, 0, 1+length), h.first())
		s.play(lines[0])
		for range length {
			lines = append(lines, h.line())
			if got := s.play(lines[len(lines)-1]); got[0] != got[1] {
				t.Fatalf("seed %d:\n%s", seed, shrink(lines))
			}
			h.saw(&s)
		}
	}
}

// shrink leaves lines out of a history as long as it still fails, and returns the
// script with what the naive queue found in its last line.
func shrink(lines []string) string {
	lines, _ = fails(lines)
	for again := true; again; {
		again = false
		for i := len(lines) - 2; i > 0; i-- {
			if fewer, failed := fails(slices.Delete(slices.Clone(lines), i, i+1)); failed {
				lines, again = fewer, true
				i = min(i, len(lines)-1)
			}
		}
	}
	var s stage
	var text strings.Builder
	for _, line := range lines {
		got := s.play(line)
		fmt.Fprintf(&text, "%s -> %s", line, got[1])
		if got[0] != got[1] {
			fmt.Fprintf(&text, "  # got %s", got[0])
		}
		text.WriteByte('\n')
	}
	return text.String()
}

// fails plays a history and returns it up to the line that fails.
func fails(lines []string) ([]string, bool) {
	var s stage
	for i, line := range lines {
		if got := s.play(line); got[0] != got[1] {
			return lines[:i+1], true
		}
	}
	return lines, false
}

// A history makes up lines.
type history struct {
	rng    *rand.Rand
	fifo   bool
	now    time.Duration
	sent   int
	groups int
	dead   []string // not removed
	took   bool     // the last line was a receive or a draw
	moves  bool     // messages come from another queue
}

func newHistory(rng *rand.Rand) *history {
	fifo := rng.IntN(2) == 0
	return &history{rng: rng, fifo: fifo, groups: 1 + rng.IntN(5), moves: !fifo && rng.IntN(3) == 0}
}

func (h *history) first() string {
	line := "queue"
	if h.fifo {
		line += " fifo"
	}
	return line + h.settings()
}

func (h *history) settings() string {
	return fmt.Sprintf(" visibility=%ds retention=%ds delay=%ds receives=%d",
		h.rng.IntN(60), 60+h.rng.IntN(300), h.rng.IntN(3)*h.rng.IntN(20), 1+h.rng.IntN(6))
}

// saw looks at what is left to remove.
func (h *history) saw(s *stage) {
	for _, id := range s.queue.got.Dead {
		if word := fmt.Sprint(id); !slices.Contains(h.dead, word) {
			h.dead = append(h.dead, word)
		}
	}
}

func (h *history) line() string {
	if h.took && h.rng.IntN(6) == 0 {
		h.took = false
		return fmt.Sprintf("at %v undo", h.now)
	}
	h.took = false
	if h.rng.IntN(60) == 0 {
		return "set" + h.settings()
	}
	switch h.rng.IntN(40) {
	case 0:
		h.now += time.Duration(h.rng.IntN(300)) * time.Second
	case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10:
		h.now += time.Duration(h.rng.IntN(15)) * time.Second
	}
	return fmt.Sprintf("at %v %s", h.now, h.action())
}

func (h *history) action() string {
	id := 1 + h.rng.IntN(h.sent+2)
	if h.rng.IntN(2) == 0 {
		id = max(1, h.sent-h.rng.IntN(10))
	}
	switch h.rng.IntN(24) {
	case 0, 1, 2, 3, 4, 5:
		return h.send()
	case 6, 7, 8, 9, 10:
		h.took = true
		return fmt.Sprintf("receive %d%s", 1+h.rng.IntN(10), h.either("", " long", fmt.Sprintf(" for=%ds", h.rng.IntN(40))))
	case 11, 12, 13:
		return fmt.Sprintf("delete %d%s", id, h.either("", "", fmt.Sprintf(" by=%d", h.rng.IntN(4))))
	case 14, 15:
		return fmt.Sprintf("hide %d %s%s", id, h.either("0s", "5s", "43190s"), h.either("", "", fmt.Sprintf(" by=%d", h.rng.IntN(4))))
	case 16:
		h.took = true
		return fmt.Sprintf("draw %d", 1+h.rng.IntN(10))
	case 17:
		if len(h.dead) > 0 {
			all := strings.Join(h.dead, " ")
			h.dead = nil
			return "remove " + all
		}
		return "expire"
	case 18:
		return h.either("restart", "expire", "expire", "expire", h.either("purge", "expire", "expire"))
	}
	look := h.either(fmt.Sprintf("first %d", id), "counts", "oldest", "next", "busy", "ready", "fair", "expire")
	if h.moves && look == "oldest" {
		return "counts" // of moved messages it is approximate
	}
	return look
}

func (h *history) send() string {
	n := 1 + h.rng.IntN(4)
	h.sent += n
	line := fmt.Sprintf("send %d", n)
	if group := h.rng.IntN(h.groups); h.fifo || group > 0 {
		line += fmt.Sprintf(" group=%c", 'a'+group)
	}
	if h.moves && h.rng.IntN(2) == 0 {
		return line + fmt.Sprintf(" at=%v", h.now-time.Duration(h.rng.IntN(100))*time.Second)
	}
	if !h.fifo && h.rng.IntN(4) == 0 {
		line += fmt.Sprintf(" delay=%ds", h.rng.IntN(30))
	}
	return line
}

func (h *history) either(of ...string) string { return of[h.rng.IntN(len(of))] }
