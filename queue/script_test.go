package queue_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/internal/scripttest"
	"lullaby/queue"
	"lullaby/queue/request"
)

// TestScripts plays the files of testdata in virtual time. Their lines:
//
//	queue [fifo] [visibility=D] [retention=D] [delay=D] [receives=N] [scope=group] [limit=group] [chance=SEED] [alone] [unlimited]
//	                         a new queue; receives: those after which a message is dead;
//	                         scope of its deduplication, limit of its throughput;
//	                         alone: without the naive queue;
//	                         unlimited: with more in flight than MaxInFlight
//	set NAME=...             other settings, at the instant of the last line
//	at T WHAT -> RESULT      what happens at an instant, and what comes of it
//	at T restart             the queue is made anew of what its owner saved
//
// What happens:
//
//	send N [group=G] [delay=D] [at=T] [dedup=ID]
//	                         N messages; their IDs go on from 1. at: when they were
//	                         sent to the queue from which they are moved. No result,
//	                         or the message that has the MessageDeduplicationId.
//	receive N [for=D] [long] [attempt=ID]
//	                         the IDs, with ! those that are dead; "nothing"; "over limit"
//	take N [for=D]           as many receives of ten as it needs; how many messages
//	draw N                   the IDs of messages to be moved
//	remove ID...             they were moved
//	delete ID [by=N]         by the Nth receive, else the last: "gone", "kept", or the refusal
//	hide ID D [by=N]         until when, "no" if it has no effect, or the refusal
//	undo                     of the last receive or draw
//	count ID                 how often it was received
//	first ID                 when it was first
//	counts                   visible, in flight, delayed
//	oldest                   since when it is there
//	next                     when a message becomes visible
//	busy                     groups with a message in flight
//	fair                     noisy groups, and messages of the others: visible, in flight, delayed
//	expire                   ranges of messages
//	purge
//	tokens                   how many MessageDeduplicationIds are forgotten
//	call ACTION N [groups=G,...] [region=R]
//	                         calls of a FIFO queue, send, receive, delete or hide, until
//	                         one is refused: how many were not; groups=many: each its own
//	task N                   a move task begins, of N messages a second
//	move N                   how many of N messages it may move, or when the next
//
// The naive queue plays the same, but for what it does not know, and must come to
// the same results. # begins a comment.
func TestScripts(t *testing.T) {
	scripttest.Each(t, "testdata/*.txt", func(t *testing.T, file string) {
		var s stage
		scripttest.Lines(t, file, func(line string) error {
			did, want, _ := strings.Cut(line, "->")
			got := s.play(did)
			if want = strings.TrimSpace(want); got[0] != want {
				return fmt.Errorf("got %q, want %q", got[0], want)
			}
			if got[1] != "unknown" && got[1] != want {
				return fmt.Errorf("the naive queue got %q, want %q", got[1], want)
			}
			return nil
		})
	})
}

var epoch = instant.Of(time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))

// A stage plays the lines of a script on a queue, and on a naive one.
type stage struct {
	set   request.Settings
	now   instant.Instant
	queue *player
	naive *naive

	tokens     queue.Deduplication
	throughput *queue.Throughput
	pace       queue.Pace
}

// play plays a line and returns what came of it on either queue.
func (s *stage) play(line string) (got [2]string) {
	words := strings.Fields(line)
	args := arguments{}
	for _, w := range words {
		if k, v, ok := strings.Cut(w, "="); ok {
			args[k] = v
		}
	}
	switch words[0] {
	case "queue":
		*s = stage{set: request.Defaults(slices.Contains(words, "fifo")), now: epoch}
		s.change(args)
		s.queue, s.naive = newPlayer(&s.set, args["chance"]), newNaive(&s.set)
		s.queue.queue.Unlimited = slices.Contains(words, "unlimited")
		if args["chance"] != "" || slices.Contains(words, "alone") {
			s.naive = nil
		}
	case "set":
		s.queue.do(s.now, "expire", nil, nil) // else a longer retention saves some of what is over
		s.change(args)
		s.queue.queue.Set(s.now, &s.set)
		if s.naive != nil {
			s.naive.do(s.now, "expire", nil, nil)
			s.naive.set = s.set
		}
	case "at":
		s.now = epoch.Add(duration(words[1]))
		if result, other := s.beside(words[2], words[3:], args); other {
			return [2]string{result, result}
		}
		got[0], got[1] = s.queue.do(s.now, words[2], words[3:], args), "unknown"
		if s.naive != nil {
			got[1] = s.naive.do(s.now, words[2], words[3:], args)
		}
	default:
		panic("unknown line " + line)
	}
	return got
}

// beside does what is beside the messages of a queue, and says whether it was that.
func (s *stage) beside(what string, words []string, args arguments) (result string, other bool) {
	switch dedup := args["dedup"]; {
	case what == "send" && dedup != "":
		token := queue.TokenOf(s.set.DeduplicationPerGroup, args["group"], dedup)
		if original, known := s.tokens.Find(s.now, token); known {
			return fmt.Sprint("as ", original), true
		}
		s.tokens.Remember(s.now, token, s.queue.next)
	case what == "purge":
		s.tokens.Clear()
	case what == "tokens":
		var gone []queue.Token
		for more := true; more; {
			gone, more = s.tokens.Expire(s.now, 1, gone)
		}
		return strconv.Itoa(len(gone)), true
	case what == "call":
		return s.call(words, args), true
	case what == "task":
		s.pace = queue.NewPace(s.now, number(words[0]))
		return "", true
	case what == "move":
		n, next := s.pace.Allow(s.now, number(words[0]))
		s.pace.Moved(s.now, n)
		if n == 0 {
			return "next " + since(next), true
		}
		return strconv.Itoa(n), true
	}
	return "", false
}

// call makes calls at once until one is refused, and says how many were not.
func (s *stage) call(words []string, args arguments) string {
	if s.throughput == nil {
		s.throughput = queue.NewThroughput(s.now, args["region"], &s.set)
	}
	action := map[string]queue.Action{
		"send": queue.Send, "receive": queue.Receive, "delete": queue.Delete, "hide": queue.ChangeVisibility,
	}[words[0]]
	taken := 0
	for range number(words[1]) {
		var groups []string
		if args["groups"] != "" {
			groups = strings.Split(args["groups"], ",")
		}
		if args["groups"] == "many" {
			groups = []string{strconv.Itoa(taken)}
		}
		if !s.throughput.Take(s.now, action, groups...) {
			break
		}
		taken++
	}
	return strconv.Itoa(taken)
}

func (s *stage) change(args arguments) {
	for name, d := range map[string]*time.Duration{"visibility": &s.set.Visibility, "retention": &s.set.Retention, "delay": &s.set.Delay} {
		if arg := args[name]; arg != "" {
			*d = duration(arg)
		}
	}
	s.set.DeduplicationPerGroup = s.set.DeduplicationPerGroup || args["scope"] == "group"
	if limit := args["limit"]; limit != "" {
		s.set.ThroughputPerGroup = limit == "group"
	}
	if s.throughput != nil {
		s.throughput.Set(s.now, &s.set)
	}
	if n := args["receives"]; n != "" {
		s.set.Redrive = &request.Redrive{MaxReceiveCount: int32(number(n))} //nolint:gosec // small
	}
}

// arguments are the words with = of a line.
type arguments map[string]string

// sent returns the messages of a send line.
func (a arguments) sent(now instant.Instant, s *request.Settings) queue.Sent {
	m := queue.Sent{At: now, Group: a["group"]}
	if at := a["at"]; at != "" {
		m.At, m.Since = epoch.Add(duration(at)), now
	}
	m.Due = a.due(now, s, a["delay"])
	return m
}

// due returns when a message is visible that is sent at now, 0 for at once; delay is
// its own, "" if it has none.
func (arguments) due(now instant.Instant, s *request.Settings, delay string) instant.Instant {
	d := s.Delay
	if delay != "" {
		d = duration(delay)
	}
	if s.FIFO || d == 0 {
		return 0
	}
	return now.Add(d)
}

func (a arguments) ask(most int, words []string) queue.Ask {
	ask := queue.Ask{Max: most, Visibility: -1, Long: slices.Contains(words, "long"), Attempt: a["attempt"]}
	if d := a["for"]; d != "" {
		ask.Visibility = duration(d)
	}
	return ask
}

// found writes what a receive found.
func found(received, dead []queue.ID) string {
	all := make([]string, 0, len(received)+len(dead))
	for _, id := range received {
		all = append(all, strconv.FormatUint(uint64(id), 10))
	}
	for _, id := range dead {
		all = append(all, strconv.FormatUint(uint64(id), 10)+"!")
	}
	return list(all)
}

// lost writes what expired.
func lost(ranges []queue.Range) string {
	all := make([]string, 0, len(ranges))
	for _, r := range ranges {
		text := strconv.FormatUint(uint64(r.First), 10)
		if r.Count > 1 {
			text += "-" + strconv.FormatUint(uint64(r.First)+uint64(r.Count)-1, 10) //nolint:gosec // positive
		}
		all = append(all, text)
	}
	return list(all)
}

func list(all []string) string {
	if len(all) == 0 {
		return "nothing"
	}
	return strings.Join(all, " ")
}

func counts(c queue.Counts) string { return fmt.Sprint(c.Visible, c.InFlight, c.Delayed) }

func since(at instant.Instant) string {
	if at == 0 {
		return "none"
	}
	return at.Sub(epoch).String()
}

func id(word string) queue.ID { return queue.ID(number(word)) } //nolint:gosec // not negative

func ids(words []string) []queue.ID {
	all := make([]queue.ID, 0, len(words))
	for _, w := range words {
		all = append(all, id(w))
	}
	return all
}

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

func chance(seed string) *rand.Rand {
	if seed == "" {
		return nil
	}
	return rand.New(rand.NewPCG(uint64(number(seed)), 0)) //nolint:gosec // not negative
}
