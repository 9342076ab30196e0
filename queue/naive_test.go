package queue_test

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"lullaby/instant"
	"lullaby/queue"
	"lullaby/queue/request"
)

// A naive queue does the same as a queue, by looking at all messages each time.
type naive struct {
	set      request.Settings
	now      instant.Instant
	messages []*message // by ID
	next     queue.ID
	undo     func()
	last     map[queue.ID]uint32        // receives, of deleted messages too
	gone     []queue.ID                 // expired since the last expire
	sent     map[string]instant.Instant // by group: when it was last sent a message
	left     map[queue.ID]bool          // expired while it left
}

type message struct {
	queue.State
	id      queue.ID
	sent    queue.Sent
	leaving bool
	back    bool // a receive of it was undone: its delay is over
}

func newNaive(s *request.Settings) *naive {
	return &naive{set: *s, next: 1, last: map[queue.ID]uint32{}, left: map[queue.ID]bool{}, sent: map[string]instant.Instant{}}
}

// advance lets the time pass: messages expire.
func (n *naive) advance(now instant.Instant) {
	n.now = now
	n.keep(func(m *message) bool {
		if m.sent.At.Add(n.set.Retention) > now {
			return true
		}
		n.gone = append(n.gone, m.id)
		n.left[m.id] = m.leaving
		return false
	})
}

func (n *naive) keep(stays func(*message) bool) {
	n.messages = slices.DeleteFunc(n.messages, func(m *message) bool { return !stays(m) })
}

func (n *naive) find(id queue.ID) *message {
	for _, m := range n.messages {
		if m.id == id {
			return m
		}
	}
	return nil
}

// hidden returns until when a message is hidden, 0 if it is visible.
func (n *naive) hidden(m *message) instant.Instant {
	until := m.Until
	if m.Receives == 0 && !m.back {
		until = m.sent.Due
		if n.set.FIFO {
			until = max(m.sent.At, m.sent.Since).Add(n.set.Delay)
		}
	}
	if until <= n.now {
		return 0
	}
	return until
}

func (n *naive) flies(m *message) bool { return !m.leaving && m.Receives > 0 && n.hidden(m) != 0 }

func (n *naive) do(now instant.Instant, what string, words []string, args arguments) string {
	n.advance(now)
	switch what {
	case "send":
		n.sent[args["group"]] = now
		for range number(words[0]) {
			n.messages = append(n.messages, &message{id: n.next, sent: args.sent(now, &n.set)})
			n.next++
		}
		return ""
	case "receive":
		return n.receive(args.ask(number(words[0]), words))
	case "take":
		before := n.counts(func(*message) bool { return true }).InFlight
		for range number(words[0]) {
			n.receive(args.ask(1, words))
		}
		return strconv.Itoa(n.counts(func(*message) bool { return true }).InFlight - before)
	case "draw":
		return n.draw(number(words[0]))
	case "undo":
		if n.undo != nil {
			n.undo()
		}
		n.undo = nil
		return ""
	case "remove":
		n.keep(func(m *message) bool { return !slices.Contains(ids(words), m.id) || !m.leaving && m.Receives == 0 })
		n.gone = slices.DeleteFunc(n.gone, func(id queue.ID) bool { return slices.Contains(ids(words), id) && (n.last[id] > 0 || n.left[id]) })
		return ""
	case "first":
		if m := n.find(id(words[0])); m != nil {
			return since(m.First)
		}
		return "none"
	case "delete", "hide", "count":
		return n.settle(what, id(words[0]), words, args)
	case "expire":
		defer func() { n.gone = nil }()
		return lost(joined(n.gone))
	case "purge":
		n.messages, n.gone = nil, nil
		return ""
	case "restart":
		clear(n.left)
		clear(n.sent)
		for _, m := range n.messages {
			m.leaving, m.back = false, false
		}
		return ""
	}
	return n.look(what)
}

func (n *naive) look(what string) string {
	c := n.counts(func(*message) bool { return true })
	switch what {
	case "counts":
		return counts(c)
	case "oldest":
		var oldest instant.Instant
		for _, m := range n.messages {
			if at := max(m.sent.At, m.sent.Since); m.Receives < 3 && (oldest == 0 || at < oldest) {
				oldest = at
			}
		}
		return since(oldest)
	case "next":
		var next instant.Instant
		for _, m := range n.messages {
			if at := n.hidden(m); at != 0 && !m.leaving && (next == 0 || at < next) {
				next = at
			}
		}
		return since(next)
	case "busy":
		busy := map[string]bool{}
		for _, m := range n.messages {
			if n.flies(m) && m.sent.Group != "" {
				busy[m.sent.Group] = true
			}
		}
		return strconv.Itoa(len(busy))
	case "ready":
		return strconv.FormatBool(c.InFlight < queue.MaxInFlight && len(n.choose(nil, 1)) > 0)
	case "fair":
		noisy := map[string]bool{}
		for _, m := range n.messages {
			if n.noisy(m) {
				noisy[m.sent.Group] = true
			}
		}
		return fmt.Sprint(len(noisy), ": ", counts(n.counts(func(m *message) bool { return !noisy[m.sent.Group] })))
	}
	return "unknown"
}

func (n *naive) counts(which func(*message) bool) (c queue.Counts) {
	for _, m := range n.messages {
		switch {
		case m.leaving || !which(m):
		case n.flies(m):
			c.InFlight++
		case n.hidden(m) != 0:
			c.Delayed++
		default:
			c.Visible++
		}
	}
	return c
}

func (n *naive) noisy(m *message) bool {
	flying, waiting, sent := 0, 0, instant.Instant(0)
	for _, other := range n.messages {
		if other.sent.Group != m.sent.Group {
			continue
		}
		if sent = max(sent, other.sent.At, other.sent.Since); n.flies(other) {
			flying++
		} else {
			waiting++
		}
	}
	return m.sent.Group != "" && flying >= 30 && flying*10 > n.counts(func(*message) bool { return true }).InFlight &&
		waiting > 0 && n.now.Sub(max(sent, n.sent[m.sent.Group])) < 5*time.Minute
}

// flying counts the messages of a group that are in flight.
func (n *naive) flying(group string) (flying int) {
	for _, m := range n.messages {
		if m.sent.Group == group && n.flies(m) {
			flying++
		}
	}
	return flying
}

// held counts the messages of a group that are in flight or leave.
func (n *naive) held(group string) (held int) {
	for _, m := range n.messages {
		if m.sent.Group == group && (m.leaving || n.flies(m)) {
			held++
		}
	}
	return held
}

func (n *naive) settle(what string, id queue.ID, words []string, args arguments) string {
	receipt := n.last[id]
	if by := args["by"]; by != "" {
		receipt = uint32(number(by)) //nolint:gosec // small
	}
	m := n.find(id)
	switch {
	case what == "count":
		return strconv.Itoa(int(receipt))
	case receipt == 0 || receipt > n.last[id]:
		return "no receipt"
	case m == nil && what == "delete":
		return "kept"
	case m == nil:
		return queue.Unavailable.Error()
	case what == "delete":
		switch ok := m.Receives == receipt && !m.leaving; {
		case n.set.FIFO && (!ok || !n.flies(m)):
			return queue.Expired.Error()
		case !ok:
			return "kept"
		}
		n.keep(func(other *message) bool { return other != m })
		return "gone"
	case m.Receives != receipt || !n.flies(m):
		if n.set.FIFO {
			return queue.Unavailable.Error()
		}
		return "no"
	case n.now.Add(duration(words[1])) > m.Last.Add(12*time.Hour):
		return queue.BeyondLimit.Error()
	}
	m.Until = n.now.Add(duration(words[1]))
	if m.Until == n.now {
		return "none"
	}
	return since(m.Until)
}
