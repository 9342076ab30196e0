package queue_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"lullaby/instant"
	"lullaby/queue"
	"lullaby/queue/request"
)

// A player plays lines on a queue, as an owner that saves what it must.
type player struct {
	set   *request.Settings
	rng   *rand.Rand
	queue *queue.Queue
	now   instant.Instant
	next  queue.ID
	got   *queue.Received   // the last receive or draw
	draws []*queue.Received // that are not saved
	saved disk
	last  map[queue.ID]queue.Receipt // of deleted messages too
	left  map[queue.ID]bool          // dead or drawn

	unsave func()
}

// disk is what the owner of a queue saves: how each message was sent, and the
// states of those that are not plain.
type disk struct {
	cursor queue.ID
	sent   map[queue.ID]queue.Sent
	states map[queue.ID]queue.State
}

func newPlayer(s *request.Settings, seed string) *player {
	p := &player{
		set: s, rng: chance(seed), next: 1, last: map[queue.ID]queue.Receipt{}, left: map[queue.ID]bool{},
		got:   &queue.Received{},
		saved: disk{sent: map[queue.ID]queue.Sent{}, states: map[queue.ID]queue.State{}},
	}
	p.queue = queue.New(s, p.rng)
	return p
}

func (p *player) do(now instant.Instant, what string, words []string, args arguments) string {
	p.now = now
	for range 10 {
		p.queue.Counts(now) // each lets some messages expire
	}
	switch what {
	case "send":
		p.send(number(words[0]), args)
		return ""
	case "receive":
		return p.receive(args.ask(number(words[0]), words))
	case "take":
		taken, n := 0, number(words[0])
		for taken < n {
			if p.receive(args.ask(min(10, n-taken), words)); len(p.got.Deliveries) == 0 {
				break
			}
			taken += len(p.got.Deliveries)
		}
		return strconv.Itoa(taken)
	case "draw":
		p.got = &queue.Received{}
		p.draws, p.unsave = append(p.draws, p.got), nil
		p.queue.Draw(now, number(words[0]), p.got)
		p.leave(true)
		return found(p.got.Dead, nil)
	case "undo":
		p.queue.Return(now, p.got)
		p.draws = slices.DeleteFunc(p.draws, func(d *queue.Received) bool { return d == p.got })
		if p.unsave != nil {
			p.unsave()
		}
		p.leave(false)
		p.got = &queue.Received{}
		return ""
	case "remove":
		for _, id := range ids(words) {
			if p.saved.states[id].Receives > 0 || p.left[id] {
				p.forget(queue.Range{First: id, Count: 1})
			}
		}
		p.queue.Remove(ids(words))
		p.draws = slices.DeleteFunc(p.draws, p.moved)
		return ""
	case "first":
		_, s, _ := p.queue.Find(id(words[0]))
		return since(s.First)
	case "delete", "hide", "count":
		return p.settle(what, id(words[0]), words, args)
	case "expire":
		return p.expire()
	case "purge":
		p.queue.Purge(now)
		p.saved.cursor = p.queue.Cursor(nil)
		p.forget(queue.Range{First: 1, Count: int(p.next) - 1}) //nolint:gosec // small
		return ""
	case "restart":
		return p.restart()
	}
	return p.look(what)
}

func (p *player) look(what string) string {
	switch what {
	case "counts":
		return counts(p.queue.Counts(p.now))
	case "oldest":
		return since(p.queue.Oldest(p.now))
	case "next":
		return since(p.queue.Next(p.now))
	case "busy":
		return strconv.Itoa(p.queue.BusyGroups(p.now))
	case "ready":
		return strconv.FormatBool(p.queue.Ready(p.now))
	case "fair":
		f := p.queue.Fairness(p.now)
		return fmt.Sprint(f.NoisyGroups, ": ", counts(f.Quiet))
	}
	panic("unknown: " + what)
}

func (p *player) send(n int, args arguments) {
	for range n {
		m := args.sent(p.now, p.set)
		p.saved.sent[p.next] = m
		if m.Group != "" || m.Due != args.due(p.now, p.set, "") {
			p.saved.states[p.next] = queue.State{Until: m.Due}
		}
		p.queue.Add(p.now, p.next, m)
		p.next++
	}
}

func (p *player) receive(ask queue.Ask) string {
	p.got = &queue.Received{}
	if err := p.queue.Receive(p.now, &ask, p.got); errors.Is(err, queue.ErrOverLimit) {
		return "over limit"
	}
	p.save()
	p.queue.Saved(p.got)
	p.leave(true)
	received := make([]queue.ID, 0, len(p.got.Deliveries))
	for i := range p.got.Deliveries {
		received = append(received, p.got.Deliveries[i].ID)
	}
	return found(received, p.got.Dead)
}

// moved tells the queue that a draw is saved if all its messages are gone.
func (p *player) moved(d *queue.Received) bool {
	for _, id := range d.Dead {
		if _, there := p.saved.sent[id]; there {
			return false
		}
	}
	for _, id := range d.Passed {
		if _, s, found := p.queue.Find(id); found {
			p.saved.states[id] = s
		}
	}
	p.saved.cursor = p.queue.Cursor(d)
	p.queue.Saved(d)
	return true
}

func (p *player) leave(left bool) {
	for _, id := range p.got.Dead {
		p.left[id] = left
	}
}

// save saves what the last receive found. Its undo brings back what was on disk.
func (p *player) save() {
	cursor, states := p.saved.cursor, map[queue.ID]queue.State{}
	put := func(id queue.ID, s queue.State) {
		if was, own := p.saved.states[id]; own {
			states[id] = was
		}
		p.saved.states[id] = s
	}
	p.saved.cursor = p.queue.Cursor(p.got)
	for _, id := range p.got.Passed {
		_, s, _ := p.queue.Find(id)
		put(id, s)
	}
	for i := range p.got.Deliveries {
		d := &p.got.Deliveries[i]
		put(d.ID, d.State)
		p.last[d.ID] = d.Receives
	}
	got := p.got
	p.unsave = func() {
		p.saved.cursor = min(p.saved.cursor, cursor)
		for i := range got.Deliveries {
			d := &got.Deliveries[i]
			if was, own := states[d.ID]; own && p.saved.states[d.ID] == d.State {
				p.saved.states[d.ID] = was
			} else if p.saved.states[d.ID] == d.State {
				delete(p.saved.states, d.ID)
			}
			if p.last[d.ID] == d.Receives && states[d.ID].Receives < d.Receives {
				p.last[d.ID]--
			}
		}
	}
}

func (p *player) settle(what string, id queue.ID, words []string, args arguments) string {
	receipt := p.last[id]
	if by := args["by"]; by != "" {
		receipt = queue.Receipt(number(by)) //nolint:gosec // small
	}
	switch {
	case what == "count":
		return strconv.Itoa(int(receipt))
	case receipt == 0 || receipt > p.last[id]:
		return "no receipt"
	case what == "hide":
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
		p.saved.cursor = p.queue.Cursor(nil)
		p.forget(queue.Range{First: id, Count: 1})
		return "gone"
	}
	return "kept"
}

// expire lets messages expire, in any order, and joins their ranges.
func (p *player) expire() string {
	var ranges []queue.Range
	for more := true; more; {
		ranges, more = p.queue.Expire(p.now, 3, ranges)
	}
	var gone []queue.ID
	for _, r := range ranges {
		for i := range queue.ID(r.Count) { //nolint:gosec // not negative
			if _, there := p.saved.sent[r.First+i]; there {
				gone = append(gone, r.First+i)
			}
		}
		p.forget(r)
	}
	return lost(joined(gone))
}

// joined returns IDs as ranges.
func joined(all []queue.ID) []queue.Range {
	slices.Sort(all)
	var ranges []queue.Range
	for _, id := range all {
		if n := len(ranges) - 1; n >= 0 && ranges[n].First+queue.ID(ranges[n].Count) == id { //nolint:gosec // not negative
			ranges[n].Count++
		} else {
			ranges = append(ranges, queue.Range{First: id, Count: 1})
		}
	}
	return ranges
}

func (p *player) forget(r queue.Range) {
	for i := range queue.ID(r.Count) { //nolint:gosec // not negative
		delete(p.saved.sent, r.First+i)
		delete(p.saved.states, r.First+i)
	}
}

// restart makes the queue anew. Messages of one group that nobody received come
// back without a state, from the cursor on if they have no group.
func (p *player) restart() string {
	p.queue = queue.New(p.set, p.rng)
	clear(p.left)
	p.draws = nil
	p.queue.Skip(p.next)
	for id := range p.next {
		m, there := p.saved.sent[id]
		if !there {
			continue
		}
		s, own := p.saved.states[id]
		switch {
		case own && (s.Receives > 0 || s.Until > 0):
			p.queue.Restore(p.now, id, m, s)
		case own || m.Group != "":
			m.Due = 0
			p.queue.Add(p.now, id, m)
		case id >= p.saved.cursor:
			p.queue.AddRun(p.now, id, 1, m)
		default:
			return fmt.Sprint("nobody saved the state of ", id)
		}
	}
	return ""
}
