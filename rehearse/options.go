package rehearse

import (
	"errors"
	"fmt"
	"time"

	"lullaby/attribute"
	"lullaby/gateway"
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

// Options are the settings of a rehearsal. A field is used as it is unless its
// comment has a default.
type Options struct {
	Route    string // METHOD PATH, of a route or of a request to one; empty: findPath chooses
	Function string // name or logical id; empty: findPath chooses
	Table    string // name or logical id; empty: the first that the function names, or the first of all

	RetryMode   string // a name of package retry; empty: as the function's environment says
	MaxAttempts int    // of a call, with the first; 0: as the function's environment says

	Traffic Traffic
	For     time.Duration
	Seed    uint64

	ItemBytes   int64         // of each item, as AWS bills it
	ServiceTime time.Duration // from the start of an invocation to the answer of the first attempt
	ColdStart   time.Duration // how much longer the first request of a sandbox takes
	Eventual    bool          // reads are eventually consistent

	Gateway gateway.Limits // of the account; the zero value is AWS's default

	Unlimited   bool // nothing is refused for want of capacity
	Pessimistic bool // capacity.Strict in place of capacity.Likely
	Drained     bool // provisioned resources start without burst
}

// maxColdStart is the longest init (Developer Guide, "Lambda runtime
// environment lifecycle").
const maxColdStart = 10 * time.Second

// validate refuses options that no template can make valid.
func (o *Options) validate() error {
	if o.Traffic == (Traffic{}) {
		return errors.New("--traffic is missing: want " + shapes)
	}
	if err := checkTime(o.For); err != nil {
		return fmt.Errorf("--for: %w", err)
	}
	switch {
	case o.ItemBytes <= 0 || o.ItemBytes > attribute.MaxItemSize:
		return fmt.Errorf("--item-bytes: an item has 1 to %d bytes, not %d", attribute.MaxItemSize, o.ItemBytes)
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
	if p.route == nil {
		return nil
	}
	whole := o.ColdStart + o.ServiceTime
	if whole >= p.route.Timeout {
		return fmt.Errorf("--cold-start and --service-time: %v together are all that %s waits, %v (%v)",
			whole, name(p.route), p.route.Timeout, p.route.Pos("Timeout"))
	}
	if aware && whole >= p.route.Timeout-Reserve {
		return fmt.Errorf("--cold-start and --service-time: %v together are all that %s waits, %v (%v), but for the %v of an answer",
			whole, name(p.route), p.route.Timeout, p.route.Pos("Timeout"), Reserve)
	}
	return nil
}
