package rehearse

import (
	"errors"
	"fmt"
	"time"

	"lullaby/attribute"
	"lullaby/gateway"
	"lullaby/template"
)

// Defaults for what a template does not say.
//
// Assumed: an item of 1 KB, so that a write is one unit; a function that does
// little but call its table; the init of a small program, which starts and
// reads its configuration.
const (
	ItemBytes   = 1024
	ServiceTime = 20 * time.Millisecond
	ColdStart   = 250 * time.Millisecond
)

// AttemptTime is how long each further attempt takes. Assumed: a round trip
// within a region, and an answer that takes the table little time.
const AttemptTime = 5 * time.Millisecond

// Reserve is how long before its Timeout a function stops its work, so that it
// can still answer. Assumed: a function passes on a context that ends then, as
// those of items do; an attempt in progress is cancelled before the table has
// charged it.
const Reserve = 500 * time.Millisecond

// ConsumerReserve is the same of a function that a queue invokes: it gives back
// what it could not do. Assumed: as that of items does; with a very short Timeout,
// half of that.
const ConsumerReserve = time.Second

// reserve returns how long before its Timeout a function stops its work, for
// messages or for a request.
func reserve(f *template.Function, messages bool) time.Duration {
	if messages {
		return min(ConsumerReserve, f.Timeout/2)
	}
	return Reserve
}

// Aftermath is how long queues are played at least when the traffic is over: as
// long as it lasted if that is longer. What is left then stays.
const Aftermath = time.Hour

// Options are the settings of a rehearsal. A field is used as it is unless its
// comment has a default.
type Options struct {
	Route    string // METHOD PATH, of a route or of a request to one, $default, or the logical id of a function URL; empty: findPath chooses
	Function string // name or logical id; empty: findPath chooses
	Table    string // name or logical id; empty: the first that the function names, or the first of all

	PageTopics []string // topics that wake somebody, by name, logical id or ARN; none: all do

	RetryMode   string // a name of package retry; empty: as the function's environment says
	MaxAttempts int    // of a call, with the first; 0: as the function's environment says

	Traffic Traffic       // none: only with a Backlog
	Also    []Also        // further routes
	For     time.Duration // how long the traffic lasts
	Start   Clock         // when the traffic begins
	Even    bool          // requests of a route come with equal time between them; else at random
	Seed    uint64

	Backlog  int64          // messages in the queue of the first path at the start
	GiveBack *time.Duration // consumers hide what they could not do for whole seconds from 1 to this; 0: they do not; nil: as the template says

	ItemBytes   int64         // of each item, as AWS bills it
	ServiceTime time.Duration // from the start of an invocation to the answer of the first attempt
	ColdStart   time.Duration // how much longer the first request of a sandbox takes
	Eventual    bool          // reads are eventually consistent

	Gateway gateway.Limits // of the account; the zero value is AWS's default

	Unlimited   bool // nothing is refused for want of capacity
	Pessimistic bool // the strict end of what AWS leaves open: capacity.Strict, mapping.Strict, watch.Strict, autoscale.Strict, queues out of order
	Drained     bool // provisioned resources start without burst
}

// maxColdStart is the longest init (Developer Guide, "Lambda runtime
// environment lifecycle").
const maxColdStart = 10 * time.Second

// maxGiveBack is the longest visibility timeout (API Reference,
// "ChangeMessageVisibility"), and maxBacklog what a rehearsal plays in a minute.
const (
	maxGiveBack = 12 * time.Hour
	maxBacklog  = 5_000_000
)

// validate refuses options that no template can make valid.
func (o *Options) validate() error {
	if o.Traffic.none() && o.Backlog == 0 {
		return errors.New("--traffic is missing: want " + shapes)
	}
	if err := checkTime(o.For); err != nil {
		return fmt.Errorf("--for: %w", err)
	}
	switch {
	case o.ItemBytes <= 0 || o.ItemBytes > attribute.MaxItemSize:
		return fmt.Errorf("--item-bytes: an item has 1 to %d bytes, not %d", attribute.MaxItemSize, o.ItemBytes)
	case o.Backlog < 0 || o.Backlog > maxBacklog:
		return fmt.Errorf("--backlog: a queue has 0 to %d messages, not %d", maxBacklog, o.Backlog)
	case o.GiveBack != nil && (*o.GiveBack < 0 || *o.GiveBack > maxGiveBack || *o.GiveBack%time.Second != 0):
		return fmt.Errorf("--give-back: messages are hidden for whole seconds up to %v, not %v", maxGiveBack, *o.GiveBack)
	case o.ServiceTime < 0:
		return fmt.Errorf("--service-time: %v is negative", o.ServiceTime)
	case o.ColdStart < 0 || o.ColdStart > maxColdStart:
		return fmt.Errorf("--cold-start: an init takes 0 to %v, not %v", maxColdStart, o.ColdStart)
	}
	return nil
}

// checkTimes refuses times with which every request would fail.
func (o *Options) checkTimes(p *path, aware bool) error {
	if o.ServiceTime >= p.function.Timeout-Reserve {
		return fmt.Errorf("--service-time: %v is all of the Timeout of %s, %v (%v), but for the %v of its answer: every request would fail",
			o.ServiceTime, p.function.LogicalID, p.function.Timeout, p.function.Pos("Timeout"), Reserve)
	}
	if p.door == nil || p.door.url != nil {
		return nil
	}
	whole := o.ColdStart + o.ServiceTime
	if whole >= p.door.timeout {
		return fmt.Errorf("--cold-start and --service-time: %v together are all that %s waits, %v (%v)",
			whole, p.door.name, p.door.timeout, p.door.source.Pos("Timeout"))
	}
	if aware && whole >= p.door.timeout-Reserve {
		return fmt.Errorf("--cold-start and --service-time: %v together are all that %s waits, %v (%v), but for the %v of an answer",
			whole, p.door.name, p.door.timeout, p.door.source.Pos("Timeout"), Reserve)
	}
	return nil
}
