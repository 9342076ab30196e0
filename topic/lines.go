package topic

import (
	"cmp"
	"slices"
	"time"

	"lullaby/instant"
)

// Lines say which deliveries may begin: each subscription has a line of those that are
// due, and a slow receiver holds up its own line alone. They know the first few
// deliveries of each line, so their memory does not grow with what waits; the owner has
// all on a disk and reads more when Short asks for it. Make one with NewLines. Not safe
// for concurrent use: the caller locks.
type Lines struct {
	most     int // deliveries under way, of all lines
	underway int

	of      map[uint64]*line // by number of the subscription
	waiting waitingLines     // for an instant, the earliest first
	ready   []*line          // that may begin a delivery, in turn
	held    []*line          // that may begin another one when fewer are under way
	short   []uint64         // lines of which more is to be read
}

// Bounds of lines.
const (
	known = 64 // deliveries of a line that are in memory and not under way

	// perLine is how many deliveries of a line may be under way; a line has one only
	// when half of what all may have are under way.
	perLine = 16
)

// A Delivery is a message on its way to a subscription, which a line knows.
type Delivery struct {
	Due     instant.Instant
	Message uint64 // numbers rise with time
}

func (d Delivery) compare(o Delivery) int {
	return cmp.Or(cmp.Compare(d.Due, o.Due), cmp.Compare(d.Message, o.Message))
}

type line struct {
	number   uint64
	next     []Delivery // in order
	underway []Delivery
	rest     bool // there is more behind next
	missed   bool // something was added to the rest since the last Reading
	reading  bool

	gap    time.Duration // between the beginnings of two deliveries
	notYet instant.Instant

	at      instant.Instant // when it is ready
	place   int             // in waiting; -1: not in it
	inReady bool
	isHeld  bool
}

// NewLines returns lines of which so many deliveries are under way at most.
func NewLines(most int) *Lines { return &Lines{most: most, of: map[uint64]*line{}} }

// Open makes the line of a subscription. rest: there are deliveries on the disk.
func (ls *Lines) Open(number uint64, rest bool) {
	l := &line{number: number, rest: rest, place: -1}
	ls.of[number] = l
	ls.place(l)
}

// Pace sets the time between the beginnings of two deliveries of a line; 0: none.
func (ls *Lines) Pace(number uint64, gap time.Duration) {
	if l := ls.of[number]; l != nil {
		l.gap = gap
	}
}

// Close drops the line of a subscription. What is under way goes on.
func (ls *Lines) Close(number uint64) {
	l := ls.of[number]
	if l == nil {
		return
	}
	delete(ls.of, number)
	ls.waiting.remove(l)
}

// Add puts a delivery into the line of a subscription.
func (ls *Lines) Add(number uint64, d Delivery) {
	l := ls.of[number]
	if l == nil {
		return
	}
	i, found := slices.BinarySearchFunc(l.next, d, Delivery.compare)
	switch {
	case found, slices.Contains(l.underway, d):
		return
	case l.rest && i == len(l.next): // there may be others before it
		l.missed = true
	default:
		l.next = slices.Insert(l.next, i, d)
	}
	if len(l.next) > known {
		l.next, l.rest, l.missed = l.next[:known], true, true
	}
	ls.place(l)
}

// Short returns the lines of which nothing is known although there is more. The owner
// reads from the disk and calls Read for each.
func (ls *Lines) Short() []uint64 {
	short := ls.short
	ls.short = nil
	return short
}

// Read adds what the owner has read of a line since Short named it: the first deliveries
// on the disk. all: there are no others.
func (ls *Lines) Read(number uint64, read []Delivery, all bool) {
	l := ls.of[number]
	if l == nil {
		return
	}
	l.rest, l.missed, l.reading = !all || l.missed, false, false
	for _, d := range read {
		i, found := slices.BinarySearchFunc(l.next, d, Delivery.compare)
		if !found && !slices.Contains(l.underway, d) {
			l.next = slices.Insert(l.next, i, d)
		}
	}
	if len(l.next) > known {
		l.next, l.rest = l.next[:known], true
	}
	ls.place(l)
}

// Known is how many deliveries Read needs at most, with those that may be under way.
const Known = known + perLine

// Take returns the next delivery that may begin at now. It is under way until Done.
func (ls *Lines) Take(now instant.Instant) (number uint64, d Delivery, ok bool) {
	if ls.underway >= ls.most {
		return 0, d, false
	}
	ls.awake(now)
	for len(ls.ready) > 0 {
		l := ls.ready[0]
		ls.ready = ls.ready[1:]
		l.inReady = false
		if ls.of[l.number] != l {
			continue
		}
		if len(l.next) == 0 || ls.full(l) || l.due().After(now) {
			ls.place(l)
			continue
		}
		d = l.next[0]
		l.next = l.next[1:]
		l.underway = append(l.underway, d)
		ls.underway++
		if l.gap > 0 {
			l.notYet = max(now, l.notYet).Add(l.gap)
		}
		ls.place(l)
		return l.number, d, true
	}
	return 0, d, false
}

// Done ends a delivery. Add puts it back if it is tried again.
func (ls *Lines) Done(number uint64, d Delivery) {
	ls.underway--
	l := ls.of[number]
	if l == nil {
		ls.release()
		return
	}
	if i := slices.Index(l.underway, d); i >= 0 {
		l.underway = slices.Delete(l.underway, i, i+1)
	}
	ls.place(l)
	ls.release()
}

// release lets held lines begin as many deliveries as half of all leaves.
func (ls *Lines) release() {
	for n := ls.most/2 - ls.underway; n > 0 && len(ls.held) > 0; n-- {
		l := ls.held[0]
		ls.held = ls.held[1:]
		l.isHeld = false
		if ls.of[l.number] == l {
			ls.place(l)
		}
	}
}

// Next returns when a delivery may begin next, zero if none may before something
// changes.
func (ls *Lines) Next(now instant.Instant) instant.Instant {
	ls.awake(now)
	switch {
	case ls.underway >= ls.most:
		return 0
	case len(ls.ready) > 0:
		return now
	case len(ls.waiting) > 0:
		return ls.waiting[0].at
	}
	return 0
}

// Underway returns how many deliveries are under way.
func (ls *Lines) Underway() int { return ls.underway }

func (l *line) due() instant.Instant { return max(l.next[0].Due, l.notYet) }

// full reports whether a line has enough under way.
func (ls *Lines) full(l *line) bool {
	if ls.underway >= ls.most/2 {
		return len(l.underway) >= 1
	}
	return len(l.underway) >= perLine
}

// place has a line wait for its first delivery, or for what is to be read of it.
func (ls *Lines) place(l *line) {
	switch {
	case l.inReady:
	case len(l.next) > 0 && !ls.full(l):
		l.at = l.due()
		ls.waiting.put(l)
	case len(l.next) == 0 && l.rest && !l.reading:
		l.reading, l.missed = true, false
		ls.short = append(ls.short, l.number)
		ls.waiting.remove(l)
	default:
		ls.waiting.remove(l)
		if len(l.next) > 0 && len(l.underway) < perLine && !l.isHeld {
			l.isHeld = true
			ls.held = append(ls.held, l)
		}
	}
}

// awake lets lines be ready whose time has come.
func (ls *Lines) awake(now instant.Instant) {
	for len(ls.waiting) > 0 && !ls.waiting[0].at.After(now) {
		l := ls.waiting[0]
		ls.waiting.remove(l)
		l.inReady = true
		ls.ready = append(ls.ready, l)
	}
}
