package queue_test

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/queue"
	"lullaby/queue/request"
)

// TestScripts plays the files of testdata in virtual time. Their lines:
//
//	queue [fifo] [visibility=D] [retention=D] [delay=D] [receives=N] [chance=SEED]
//	                         a new queue; receives: those after which a message is dead
//	set NAME=...             other settings, at the instant of the last line
//	at T WHAT -> RESULT      what happens at an instant, and what comes of it
//	restart                  the queue is made anew of what its owner saved
//
// What happens:
//
//	send N [group=G] [delay=D] [at=T] [since=T]
//	                         N messages; their IDs go on from 1. No result.
//	receive N [for=D] [long] the IDs, with ! those that are dead; "nothing"; "over limit"
//	take N [for=D]           as many receives of ten as it needs; how many messages
//	draw N                   the IDs of messages to be moved
//	remove ID...             they were moved
//	delete ID [by=N]         by the Nth receive, else the last: "gone", "kept", or the refusal
//	hide ID D [by=N]         until when, "no" if it has no effect, or the refusal
//	undo                     of the last receive or draw
//	count ID                 how often it was received
//	counts                   visible, in flight, delayed
//	oldest                   since when it is there
//	next                     when a message becomes visible
//	busy                     groups with a message in flight
//	expire                   ranges of messages
//	purge
//
// # begins a comment.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			f, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			var p player
			lines := bufio.NewScanner(f)
			for n := 1; lines.Scan(); n++ {
				text, _, _ := strings.Cut(lines.Text(), "#")
				if strings.TrimSpace(text) == "" {
					continue
				}
				if err := p.play(text); err != nil {
					t.Fatalf("%s:%d: %v", file, n, err)
				}
			}
		})
	}
}

var epoch = instant.Of(time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))

type player struct {
	set   request.Settings
	queue *queue.Queue
	now   instant.Instant
	next  queue.ID
	got   queue.Received
	saved disk
}

// disk is what the owner of a queue saves: how each message was sent, and the
// states of those that are not plain.
type disk struct {
	cursor queue.ID
	sent   map[queue.ID]queue.Sent
	states map[queue.ID]queue.State
}

func (p *player) play(line string) error {
	did, want, asks := strings.Cut(line, "->")
	words := strings.Fields(did)
	args := map[string]string{}
	for _, w := range words {
		if k, v, ok := strings.Cut(w, "="); ok {
			args[k] = v
		}
	}
	switch words[0] {
	case "queue":
		*p = player{set: request.Defaults(slices.Contains(words, "fifo")), now: epoch, next: 1}
		p.saved = disk{sent: map[queue.ID]queue.Sent{}, states: map[queue.ID]queue.State{}}
		p.change(args)
		var chance *rand.Rand
		if seed := args["chance"]; seed != "" {
			chance = rand.New(rand.NewPCG(uint64(number(seed)), 0))
		}
		p.queue = queue.New(&p.set, chance)
	case "set":
		p.change(args)
		p.queue.Set(p.now, &p.set)
	case "restart":
		p.restart()
	case "at":
		p.now = epoch.Add(duration(words[1]))
		got := p.do(words[2], words[3:], args)
		if want = strings.TrimSpace(want); asks && got != want || !asks && got != "" {
			return fmt.Errorf("%s: got %q, want %q", strings.TrimSpace(did), got, want)
		}
	default:
		return fmt.Errorf("unknown line %q", line)
	}
	return nil
}

func (p *player) change(args map[string]string) {
	for name, d := range map[string]*time.Duration{"visibility": &p.set.Visibility, "retention": &p.set.Retention, "delay": &p.set.Delay} {
		if arg := args[name]; arg != "" {
			*d = duration(arg)
		}
	}
	if n := args["receives"]; n != "" {
		p.set.Redrive = &request.Redrive{MaxReceiveCount: int32(number(n))} //nolint:gosec // small
	}
}

func (p *player) do(what string, words []string, args map[string]string) string {
	switch what {
	case "send":
		p.send(number(words[0]), args)
		return ""
	case "receive":
		return p.receive(number(words[0]), words, args)
	case "take":
		taken, n := 0, number(words[0])
		for taken < n {
			before := taken
			if p.receive(min(10, n-taken), words, args); len(p.got.Deliveries) > 0 {
				taken += len(p.got.Deliveries)
			}
			if taken == before {
				break
			}
		}
		return strconv.Itoa(taken)
	case "draw":
		p.queue.Draw(p.now, number(words[0]), &p.got)
		p.save()
		return join(p.got.Dead)
	case "undo":
		p.queue.Return(p.now, &p.got)
		return ""
	case "remove":
		for _, w := range words {
			p.queue.Remove([]queue.ID{id(w)})
			p.forget(queue.Range{First: id(w), Count: 1})
		}
		return ""
	case "delete", "hide", "count":
		return p.settle(what, id(words[0]), words, args)
	case "expire":
		return p.expire()
	case "purge":
		p.forget(queue.Range{First: 1, Count: int(p.queue.Purge(p.now) - 1)}) //nolint:gosec // small
		return ""
	}
	return p.look(what)
}

func (p *player) look(what string) string {
	switch what {
	case "counts":
		c := p.queue.Counts(p.now)
		return fmt.Sprint(c.Visible, c.InFlight, c.Delayed)
	case "oldest":
		return since(p.queue.Oldest(p.now))
	case "next":
		return since(p.queue.Next(p.now))
	case "busy":
		return strconv.Itoa(p.queue.BusyGroups(p.now))
	}
	return "unknown: " + what
}

func (p *player) send(n int, args map[string]string) {
	for range n {
		m := queue.Sent{At: p.now, Group: args["group"]}
		if at := args["at"]; at != "" {
			m.At, m.Since = epoch.Add(duration(at)), p.now
		}
		if since := args["since"]; since != "" {
			m.Since = epoch.Add(duration(since))
		}
		delay := p.set.Delay
		if d := args["delay"]; d != "" {
			delay = duration(d)
		}
		if delay > 0 {
			m.Due = m.At.Add(delay)
			p.saved.states[p.next] = queue.State{Until: m.Due}
		}
		p.saved.sent[p.next] = m
		p.queue.Add(p.now, p.next, m)
		p.next++
	}
}

func (p *player) receive(n int, words []string, args map[string]string) string {
	ask := queue.Ask{Max: n, Visibility: -1, Long: slices.Contains(words, "long")}
	if d := args["for"]; d != "" {
		ask.Visibility = duration(d)
	}
	if err := p.queue.Receive(p.now, &ask, &p.got); errors.Is(err, queue.ErrOverLimit) {
		return "over limit"
	} else if err != nil {
		return err.Error()
	}
	p.save()
	all := make([]string, 0, n)
	for _, d := range p.got.Deliveries {
		all = append(all, strconv.FormatUint(uint64(d.ID), 10))
	}
	for _, dead := range p.got.Dead {
		all = append(all, strconv.FormatUint(uint64(dead), 10)+"!")
	}
	if len(all) == 0 {
		return "nothing"
	}
	return strings.Join(all, " ")
}

// save saves what the last receive or draw found.
func (p *player) save() {
	p.saved.cursor = p.queue.Cursor()
	for _, id := range p.got.Passed {
		p.saved.states[id] = queue.State{}
	}
	for _, d := range p.got.Deliveries {
		p.saved.states[d.ID] = d.State
	}
}

func (p *player) settle(what string, id queue.ID, words []string, args map[string]string) string {
	receipt := p.saved.states[id].Receives
	if by := args["by"]; by != "" {
		receipt = queue.Receipt(number(by)) //nolint:gosec // small
	}
	switch what {
	case "count":
		return strconv.Itoa(int(receipt))
	case "hide":
		s, changed, err := p.queue.ChangeVisibility(p.now, id, receipt, duration(words[1]))
		switch {
		case err != nil:
			return err.Error()
		case !changed:
			return "no"
		}
		p.saved.states[id] = s
		return since(s.Until)
	}
	gone, err := p.queue.Delete(p.now, id, receipt)
	switch {
	case err != nil:
		return err.Error()
	case gone:
		p.forget(queue.Range{First: id, Count: 1})
		return "gone"
	}
	return "kept"
}

func (p *player) expire() string {
	var ranges []queue.Range
	for more := true; more; {
		ranges, more = p.queue.Expire(p.now, 10, ranges)
	}
	all := make([]string, 0, len(ranges))
	for _, r := range ranges {
		p.forget(r)
		if text := strconv.FormatUint(uint64(r.First), 10); r.Count == 1 {
			all = append(all, text)
		} else {
			all = append(all, text+"-"+strconv.FormatUint(uint64(r.First)+uint64(r.Count)-1, 10))
		}
	}
	if len(all) == 0 {
		return "nothing"
	}
	return strings.Join(all, " ")
}

func (p *player) forget(r queue.Range) {
	for i := range queue.ID(r.Count) { //nolint:gosec // not negative
		delete(p.saved.sent, r.First+i)
		delete(p.saved.states, r.First+i)
	}
}

// restart makes the queue anew. Messages that are plain come back in runs, where
// they are not told apart.
func (p *player) restart() {
	p.queue = queue.New(&p.set, nil)
	for id := range p.next {
		m, there := p.saved.sent[id]
		s, own := p.saved.states[id]
		m.Due = 0
		switch {
		case !there:
		case own && (s.Receives > 0 || id < p.saved.cursor):
			p.queue.Restore(p.now, id, m, s)
		default:
			m.Due = s.Until
			p.queue.Add(p.now, id, m)
		}
	}
}

func join(ids []queue.ID) string {
	all := make([]string, 0, len(ids))
	for _, id := range ids {
		all = append(all, strconv.FormatUint(uint64(id), 10))
	}
	return strings.Join(all, " ")
}

func since(at instant.Instant) string {
	if at == 0 {
		return "none"
	}
	return at.Sub(epoch).String()
}

func id(word string) queue.ID { return queue.ID(number(word)) } //nolint:gosec // not negative

func number(word string) int {
	n, err := strconv.Atoi(word)
	if err != nil {
		panic(err)
	}
	return n
}

func duration(word string) time.Duration {
	d, err := time.ParseDuration(word)
	if err != nil {
		panic(err)
	}
	return d
}
