package queue

import (
	"slices"
	"time"

	"lullaby/instant"
)

// A run is messages with successive IDs, sent within a second, that nobody has
// received. Its instants are those of the last of them.
type run struct {
	first            ID
	sent, since, due instant.Instant
	count            uint32 // IDs
	live             uint32 // messages that are still here; 0: all were received or lost
}

func (r *run) end() ID { return r.first + ID(r.count) }

// runs are messages that nobody has received, in order of their IDs, so that a
// message costs almost nothing while it waits. due rises with the ID.
type runs struct {
	list []run
	head int // the first of the list that counts
	open int // the first of the list that is not due

	due, waiting int // messages that are due, and that are not

	newest instant.Instant // the latest instant at which one was sent
	late   []late          // heap
}

// late is a run that was sent before a run with a lower ID: a message that was
// moved from another queue.
type late struct {
	sent instant.Instant
	id   ID
}

// How far apart the messages of a run are sent: more runs are more memory, and a
// message that is lost or due late by as much is within what AWS promises.
const (
	grain     = time.Second            // of messages that are due
	fineGrain = 100 * time.Millisecond // of others
)

// fits reports whether the next message may be due at an instant.
func (s *runs) fits(due, now instant.Instant) bool {
	return s.open == len(s.list) || max(due, now) >= s.list[len(s.list)-1].due
}

// add appends n messages with IDs from id on, all higher than those before.
func (s *runs) add(now instant.Instant, id ID, n int, m *Sent) {
	due := max(m.Due, m.Since)
	waits := due > now
	every := grain
	if waits {
		every = fineGrain
		s.waiting += n
	} else {
		s.due += n
	}
	if last := len(s.list) - 1; last >= s.head {
		r := &s.list[last]
		if r.live > 0 && r.end() == id && waits == (last >= s.open) && int(r.count)+n < 1<<32 && (!waits || due.Sub(r.due) < every) &&
			r.sent.Truncate(every) == m.At.Truncate(every) && r.since.Truncate(every) == m.Since.Truncate(every) {
			r.sent, r.since, r.due = max(r.sent, m.At), max(r.since, m.Since), max(r.due, due)
			r.count += uint32(n) //nolint:gosec // compared above
			r.live += uint32(n)  //nolint:gosec // compared above
			return
		}
	}
	if m.At < s.newest {
		s.pushLate(late{m.At, id})
	}
	s.newest = max(s.newest, m.At)
	s.list = append(s.list, run{id, m.At, m.Since, due, uint32(n), uint32(n)}) //nolint:gosec // a restored run is one of these
	if !waits {
		s.open = len(s.list)
	}
}

// advance lets pass what is due at now.
func (s *runs) advance(now instant.Instant) {
	for s.open < len(s.list) && s.list[s.open].due <= now {
		live := int(s.list[s.open].live)
		s.due, s.waiting = s.due+live, s.waiting-live
		s.open++
	}
}

// front returns the first message that is due.
func (s *runs) front() (ID, bool) {
	s.trim()
	if s.head == s.open {
		return 0, false
	}
	return s.list[s.head].first, true
}

// trim drops runs of which nothing is left from the front.
func (s *runs) trim() {
	for s.head < len(s.list) && s.list[s.head].live == 0 {
		s.drop()
	}
}

// drop drops the first run.
func (s *runs) drop() {
	s.head++
	s.open = max(s.open, s.head)
	switch {
	case s.head == len(s.list):
		s.list, s.head, s.open, s.late = s.list[:0], 0, 0, nil
		if cap(s.list) > 1024 {
			s.list = nil
		}
	case s.head >= 1024 && s.head > len(s.list)/2:
		s.list = append(make([]run, 0, 2*(len(s.list)-s.head)), s.list[s.head:]...)
		s.head, s.open = 0, s.open-s.head
	}
}

// takeFront takes the message that front returned out and returns its run.
func (s *runs) takeFront() run {
	r := &s.list[s.head]
	was := *r
	r.first++
	r.count--
	r.live--
	s.due--
	return was
}

// index returns the place of the run that holds an ID, or else of the next one.
func (s *runs) index(id ID) int {
	low, high := s.head, len(s.list)
	for low < high {
		if mid := (low + high) / 2; s.list[mid].end() > id {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

// find returns the run that holds a message, nil if it is lost.
func (s *runs) find(id ID) *run {
	i := s.index(id)
	if i == len(s.list) || s.list[i].first > id || s.list[i].live == 0 {
		return nil
	}
	return &s.list[i]
}

// isDue reports whether a message that is here is due.
func (s *runs) isDue(id ID) bool { return s.open == len(s.list) || id < s.list[s.open].first }

// take takes a message that is due out of its run, which it returns. The ID must
// not have been taken before; ok is false if the message is lost.
func (s *runs) take(id ID) (was run, ok bool) {
	r := s.find(id)
	if r == nil {
		return run{}, false
	}
	was = *r
	r.live--
	s.due--
	return was, true
}

// oldest returns since when the first message is in the queue.
func (s *runs) oldest() (instant.Instant, bool) {
	s.trim()
	if s.head == len(s.list) {
		return 0, false
	}
	return s.list[s.head].since, true
}

// firstSent returns when the first message was sent of those that are in order,
// or an earlier instant at which one of the others was.
func (s *runs) firstSent() (instant.Instant, bool) {
	s.trim()
	if s.head == len(s.list) {
		return 0, false
	}
	sent := s.list[s.head].sent
	if len(s.late) > 0 {
		sent = min(sent, s.late[0].sent)
	}
	return sent, true
}

// nextDue returns when the next message is due that is not, zero if there is none.
func (s *runs) nextDue() instant.Instant {
	for s.open < len(s.list) && s.list[s.open].live == 0 {
		s.open++
	}
	if s.open == len(s.list) {
		return 0
	}
	return s.list[s.open].due
}

// expire drops the runs that were sent at limit or before.
func (s *runs) expire(limit instant.Instant, to *losses) {
	for s.trim(); s.head < len(s.list) && s.list[s.head].sent <= limit; s.trim() {
		s.lose(s.head, to)
	}
	for len(s.late) > 0 && s.late[0].sent <= limit {
		l := s.popLate()
		i := s.index(l.id)
		switch {
		case i == len(s.list) || s.list[i].live == 0:
		case s.list[i].sent <= limit:
			s.lose(i, to)
		case s.list[i].sent.Truncate(grain) == l.sent.Truncate(grain):
			s.pushLate(late{s.list[i].sent, l.id})
		}
	}
}

// lose empties a run.
func (s *runs) lose(i int, to *losses) {
	r := &s.list[i]
	if i < s.open {
		s.due -= int(r.live)
	} else {
		s.waiting -= int(r.live)
	}
	r.live = 0
	to.add(Range{r.first, int(r.count)})
}

// delay makes all messages due a time after they came into the queue.
func (s *runs) delay(now instant.Instant, d time.Duration) {
	s.open, s.due, s.waiting = s.head, 0, 0
	for i := s.head; i < len(s.list); i++ {
		s.list[i].due = s.list[i].since.Add(d)
		s.waiting += int(s.list[i].live)
	}
	s.advance(now)
}

func (s *runs) pushLate(l late) {
	s.late = append(s.late, l)
	for i := len(s.late) - 1; i > 0 && s.late[i].sent < s.late[(i-1)/2].sent; i = (i - 1) / 2 {
		s.late[i], s.late[(i-1)/2] = s.late[(i-1)/2], s.late[i]
	}
}

func (s *runs) popLate() late {
	first, last := s.late[0], len(s.late)-1
	s.late[0] = s.late[last]
	s.late = slices.Delete(s.late, last, last+1)
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			return first
		}
		if child+1 < last && s.late[child+1].sent < s.late[child].sent {
			child++
		}
		if s.late[i].sent <= s.late[child].sent {
			return first
		}
		s.late[i], s.late[child] = s.late[child], s.late[i]
		i = child
	}
}
