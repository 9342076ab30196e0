package rehearse

import (
	"context"
	"math/rand/v2"
	"time"

	"lullaby/instant"
	"lullaby/rehearse/report"
)

// midnight begins the UTC day on which every rehearsal starts.
var midnight = instant.Of(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))

// A part is a piece of the stack that schedules events. A stage and a table are
// none: they act only when another part calls them, at the instant of that
// part's event.
type part interface {
	// wake handles an event of the part at now. kind and slot are those with
	// which it was scheduled.
	wake(w *world, now instant.Instant, kind uint8, slot uint32)
}

// A world is a stack in virtual time: its parts and their future events.
// newWorld connects the parts.
type world struct {
	options *Options
	agenda  agenda
	parts   []part
	start   instant.Instant // of the traffic
	now     instant.Instant // of the current event
	worked  instant.Instant // of the last event of a part that does not only watch
	horizon instant.Instant // the clock wakes no part after it; what is under way goes on
	limit   instant.Instant // nothing is received from a queue from then on

	// What the report is about.
	stages    []*stage
	functions []*function
	tables    []*table
	queues    []*queue

	watching uint16 // parts from this number on only watch

	watcher *watcher // nil: nothing is measured
	scaling *scaling // nil: nothing is scaled
}

// add adds a part and returns its number for events.
func (w *world) add(p part) uint16 {
	w.parts = append(w.parts, p)
	return uint16(len(w.parts) - 1) //nolint:gosec // a template has 500 resources at most
}

// schedule schedules an event of part number to at an instant.
func (w *world) schedule(at instant.Instant, to uint16, kind uint8, slot uint32) {
	w.agenda.schedule(event{at: at, to: to, kind: kind, slot: slot})
}

// since returns how long after the start of the traffic an instant is, 0 if it is none.
func (w *world) since(at instant.Instant) report.Span {
	if at.IsZero() {
		return 0
	}
	return report.Span(at.Sub(w.start))
}

// scheduleClock schedules an event that comes by the clock, such as an arrival
// or the next turn of a part that looks again and again. Its kind is the part's
// first. It drops one after the horizon, so run ends.
func (w *world) scheduleClock(at instant.Instant, to uint16) {
	if at <= w.horizon {
		w.schedule(at, to, 0, 0)
	}
}

// patience is how many events are handled between two checks of the context.
const patience = 1 << 16

// run handles events until there are none: those by the clock up to the horizon,
// and what they began to its end. The error is ctx's.
func (w *world) run(ctx context.Context) error {
	for n := 1; w.step(); n++ {
		if n%patience == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}

// step handles the first event. It reports false if there is none.
func (w *world) step() bool {
	e, ok := w.agenda.next()
	if ok {
		w.now = e.at
		if e.to < w.watching {
			w.worked = e.at
		}
		w.parts[e.to].wake(w, e.at, e.kind, e.slot)
	}
	return ok
}

// tableNamed returns the table of a name, nil if it is not played.
func (w *world) tableNamed(name string) *table {
	for _, t := range w.tables {
		if t.of.Name == name {
			return t
		}
	}
	return nil
}

// The kinds of random streams of a seed. Each new use of chance gets a kind of
// its own, and each part its own stream of the kind: a new part changes nothing
// of the others.
const (
	chanceOfArrivals = 1
	chanceOfKeys     = 2
	chanceOfDelays   = 3
	chanceOfReturns  = 4 // of messages that are given back
	chanceOfReceives = 5
	chanceOfIDs      = 6
)

// chance returns the random stream of a kind for the part with a name, from its
// beginning. The name is unique among the parts that use the kind. The traffic
// of the options has the empty name.
func (o *Options) chance(kind uint64, name string) *rand.Rand {
	return rand.New(rand.NewPCG(o.Seed, kind+nameHash(name)<<8))
}

// nameHash is FNV-1 with a zero offset ("FNV-0"), so the empty name has 0.
func nameHash(name string) (h uint64) {
	for i := range len(name) {
		h = h*0x100000001b3 ^ uint64(name[i])
	}
	return h
}
