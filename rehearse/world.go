package rehearse

import (
	"context"
	"math/rand/v2"
	"time"

	"lullaby/instant"
)

// start is the instant at which every rehearsal begins: a midnight.
var start = instant.Of(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))

// since returns how long after the start at is.
func since(at instant.Instant) time.Duration { return at.Sub(start) }

// A part is a piece of the stack to which something happens by itself, at an
// instant that it has scheduled. A stage and a table are none: they act when
// another part asks them to, at the instant of that part's event.
type part interface {
	// wake does what the part has scheduled for now. kind and slot are those that it
	// scheduled.
	wake(w *world, now instant.Instant, kind uint8, slot uint32)
}

// A world is a stack in virtual time: its parts, and the events that will wake
// them. newWorld sets the pointers by which parts reach each other.
type world struct {
	options *Options
	queue   queue
	parts   []part
	now     instant.Instant // of the last event

	// What the report tells of.
	stages    []*stage
	functions []*function
	tables    []*table
}

// add adds a part and returns the number by which its events name it.
func (w *world) add(p part) uint16 {
	w.parts = append(w.parts, p)
	return uint16(len(w.parts) - 1) //nolint:gosec // a template has 500 resources at most
}

// schedule wakes a part at an instant. to is the number that add gave it.
func (w *world) schedule(at instant.Instant, to uint16, kind uint8, slot uint32) {
	w.queue.schedule(event{at: at, to: to, kind: kind, slot: slot})
}

// patience is how many events pass between two looks at the context.
const patience = 1 << 16

// run wakes parts until no event is left. The error is that ctx has ended.
func (w *world) run(ctx context.Context) error {
	for n := 1; w.step(); n++ {
		if n%patience == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}

// step wakes the part of the first event. It reports false if there is none.
func (w *world) step() bool {
	e, ok := w.queue.next()
	if ok {
		w.now = e.at
		w.parts[e.to].wake(w, e.at, e.kind, e.slot)
	}
	return ok
}

// The streams of chance that come from a seed. What is added takes a stream of
// its own, so that the arrivals of a seed stay.
const (
	chanceOfArrivals = 1
	chanceOfKeys     = 2
	chanceOfDelays   = 3
)

// chance returns a stream, from its beginning.
func (o *Options) chance(stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(o.Seed, stream))
}
