package rehearse

import (
	"errors"
	"fmt"
	"time"

	"lullaby/attribute"
)

// What a template does not say of a request.
//
// Assumed: an item of a KB, so that a write is one unit; a function that does
// little but call its table; the init of a small program, which has to start
// and to read its configuration.
const (
	ItemBytes   = 1024
	ServiceTime = 20 * time.Millisecond
	ColdStart   = 250 * time.Millisecond
)

// AttemptTime is what a further attempt takes. Assumed: a round trip within a
// region and an answer that costs the table little.
const AttemptTime = 5 * time.Millisecond

// Reserve is how long before its Timeout a function ends what it does, and so
// has time for an answer. Assumed: a function hands its context on, which ends
// then, as those of items do; an attempt under way is broken off before the
// table has charged it.
const Reserve = 500 * time.Millisecond

// Options say what is played. What has no default in its comment is taken as it
// is.
type Options struct {
	Route string // METHOD PATH; empty: the first POST, or the only route
	Table string // name or logical id; empty: the one that the function refers to

	RetryMode   string // a name that package retry knows; empty: as the function's environment says
	MaxAttempts int    // of a call, the first included; 0: likewise

	Traffic Traffic
	For     time.Duration
	Seed    uint64

	ItemBytes   int64         // of each item as AWS bills it
	ServiceTime time.Duration // of the function until its table has answered the first attempt
	ColdStart   time.Duration // what the first request of a sandbox waits besides
	Eventual    bool          // reads are eventually consistent

	APIRate, APIBurst int64 // of the account's throttle at API Gateway, a second; no throttle if both are 0

	Unlimited   bool // nothing is refused for want of capacity
	Pessimistic bool // the strict end of what AWS leaves open
	Drained     bool // what is provisioned has no burst saved up at the start
}

// maxColdStart is how long an init may take (Developer Guide, "Lambda runtime
// environment lifecycle").
const maxColdStart = 10 * time.Second

// validate refuses what makes no sense whatever the template is.
func (o *Options) validate() error {
	if o.Traffic == (Traffic{}) {
		return errors.New("no traffic to rehearse")
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

// checkTimes refuses times at which every request would fail.
func (o *Options) checkTimes(p *path, aware bool) error {
	if o.ServiceTime >= p.function.Timeout-Reserve {
		return fmt.Errorf("--service-time: %v is all of the Timeout of %s, %v (%v), but for the %v of its answer: every request would fail",
			o.ServiceTime, p.function.LogicalID, p.function.Timeout, p.function.Pos("Timeout"), Reserve)
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
