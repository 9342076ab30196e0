package pager_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"lullaby/instant"
	"lullaby/internal/scripttest"
	"lullaby/pager"
	"lullaby/watch"
)

var midnight = instant.Of(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))

// Pages in virtual time. A script is lines, with blank ones and # between:
//
//	receiver NAME delivered|refused|failed|unknown [takes=5s] [after=30s]
//	                     what the receiver answers from now on, how long it takes, and
//	                     how long it asks to be left alone
//	NAME ALARM|OK|INSUFFICIENT_DATA at 1m [do=ACTION]   an alarm changes; its action is a topic
//	again NAME           the last change of the alarm comes once more
//	run to 9m            time passes
//	sleep to 9m          time passes, and nothing runs
//	clock back 1h        the clock is set back
//	restart              the program is killed, and starts with what was saved
//
// What is sent, and what comes of it, stands below a line behind "= ". Waits are the
// longest that chance gives.
func TestScripts(t *testing.T) {
	scripttest.Each(t, "testdata/*.txt", func(t *testing.T, file string) { scripttest.Answers(t, file, newStage().play) })
}

// most is chance that always draws the largest number.
type most struct{}

func (most) Uint64() uint64 { return math.MaxUint64 }

// A receiver is one of a stage's, with what is saved of its outbox.
type receiver struct {
	name   string
	outbox *pager.Outbox
	saved  map[uint64]pager.Entry
	report pager.Report
	takes  time.Duration
	sent   *pager.Entry // being sent
	done   instant.Instant
}

func (r *receiver) save(changes []pager.Change) {
	for _, c := range changes {
		if r.saved[c.Number] = *c.Entry; c.Gone {
			delete(r.saved, c.Number)
		}
	}
}

type stage struct {
	now       instant.Instant
	incidents pager.Incidents
	receivers []*receiver
	states    map[string]watch.StateValue
	events    map[string]watch.Event
	number    uint64
	said      []string
}

func newStage() *stage {
	return &stage{now: midnight, states: map[string]watch.StateValue{}, events: map[string]watch.Event{}}
}

func (s *stage) play(line string) []string {
	s.said = nil
	words := strings.Fields(line)
	switch words[0] {
	case "receiver":
		s.receiver(words[1:])
	case "again":
		s.take(words[1], s.events[words[1]])
		s.run(s.now)
	case "run":
		s.run(midnight.Add(length(words[2])))
	case "sleep":
		s.now = midnight.Add(length(words[2]))
	case "clock":
		back := length(words[2])
		s.now = s.now.Add(-back)
		for _, r := range s.receivers {
			r.done = r.done.Add(-back)
		}
	case "restart":
		s.restart()
	default:
		s.change(words)
	}
	return s.said
}

func length(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		panic(err)
	}
	return d
}

var outcomes = []string{pager.Delivered: "delivered", pager.Refused: "refused", pager.Failed: "failed", pager.Unknown: "unknown"}

func (s *stage) receiver(words []string) {
	i := slices.IndexFunc(s.receivers, func(r *receiver) bool { return r.name == words[0] })
	if i < 0 {
		i = len(s.receivers)
		s.receivers = append(s.receivers, &receiver{
			name: words[0], outbox: &pager.Outbox{Rand: rand.New(most{})}, saved: map[uint64]pager.Entry{}, //nolint:gosec // no secret
		})
	}
	r := s.receivers[i]
	r.report, r.takes = pager.Report{Outcome: pager.Outcome(slices.Index(outcomes, words[1]))}, 0 //nolint:gosec // one of four
	for _, word := range words[2:] {
		if name, value, _ := strings.Cut(word, "="); name == "takes" {
			r.takes = length(value)
		} else {
			r.report.After = length(value)
		}
	}
}

// change has an alarm change, by ALARM at 1m.
func (s *stage) change(words []string) {
	s.run(midnight.Add(length(words[3])))
	to, action := watch.StateValue(words[1]), "arn:aws:sns:us-east-1:123456789012:night"
	if len(words) > 4 {
		action = strings.TrimPrefix(words[4], "do=")
	}
	e := watch.Event{At: s.now, Alarm: words[0], Changed: true, Actions: []string{action}}
	e.Old.Value, e.New.Value = s.states[words[0]], to
	s.states[words[0]], s.events[words[0]] = to, e
	s.take(words[0], e)
	s.run(s.now)
}

func (s *stage) take(name string, e watch.Event) {
	kind, was, _, ok := s.incidents.Take(pager.Key("stack", name), &e)
	if !ok {
		return
	}
	p := pager.Page{Kind: kind, Key: pager.Key("stack", name), Alarm: name, Since: was.Since, At: e.At}
	s.number++
	for _, r := range s.receivers {
		before := r.outbox.Len()
		r.save(r.outbox.Add(s.now, s.number, p))
		if r.outbox.Len() <= before {
			s.say(r, "does not get the %s of %s, %d wait", kind, name, r.outbox.Len())
		}
	}
}

func (s *stage) say(r *receiver, format string, args ...any) {
	s.said = append(s.said, s.now.Sub(midnight).String()+" "+r.name+" "+fmt.Sprintf(format, args...))
}

// run lets time pass.
func (s *stage) run(to instant.Instant) {
	for {
		at := to + 1
		for _, r := range s.receivers {
			if r.sent == nil {
				if r.sent = r.outbox.Next(s.now); r.sent != nil {
					r.save([]pager.Change{{Entry: r.sent}})
					r.done = s.now.Add(r.takes)
				}
			}
			switch due := r.outbox.Wake(); {
			case r.sent != nil:
				at = min(at, r.done)
			case !due.IsZero():
				at = min(at, max(due, s.now))
			}
		}
		if at > to {
			s.now = to
			return
		}
		s.now = max(s.now, at)
		s.finish()
	}
}

// finish ends the attempts that end now.
func (s *stage) finish() {
	for _, r := range s.receivers {
		if r.sent == nil || s.now.Before(r.done) {
			continue
		}
		p := r.sent.Page
		r.sent = nil
		changes, dropped := r.outbox.Done(s.now, r.report)
		r.save(changes)
		end := ""
		if dropped {
			end = ", not again"
		}
		s.say(r, "%s %s: %s%s", p.Kind, p.Alarm, outcomes[r.report.Outcome], end)
	}
}

func (s *stage) restart() {
	for _, r := range s.receivers {
		r.outbox, r.sent = &pager.Outbox{Rand: rand.New(most{})}, nil //nolint:gosec // no secret
		for number := range s.number {
			if e, ok := r.saved[number+1]; ok {
				r.outbox.Restore(e)
			}
		}
	}
}
