package rehearse

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"lullaby/capacity"
	"lullaby/lambda"
	"lullaby/rehearse/report"
	"lullaby/retry"
	"lullaby/template"
)

// start is the instant at which every rehearsal begins: a midnight.
var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// The streams of chance that come from a seed. What is added takes a stream of
// its own, so that the arrivals of a seed stay.
const (
	chanceOfArrivals = 1
	chanceOfKeys     = 2
	chanceOfDelays   = 3
)

// A Rehearsal is traffic and the stack that it is to meet. Not safe for
// concurrent use.
type Rehearsal struct {
	template *template.Template
	options  Options
	path     path
	mode     retry.Mode
	phases   []phase
}

// New returns the rehearsal of a template. The error is about the template or
// the options, and says where.
func New(t *template.Template, o Options) (*Rehearsal, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	p, err := findPath(t, o.Route, o.Table)
	if err != nil {
		return nil, err
	}
	m, err := findMode(p.function, &o)
	if err != nil {
		return nil, err
	}
	if err := o.checkTimes(&p, m.Aware); err != nil {
		return nil, err
	}
	r := &Rehearsal{template: t, options: o, path: p, mode: m}
	w, err := r.newWorld()
	if err != nil {
		return nil, err
	}
	if r.phases, err = o.Traffic.phases(o.For, w.table.takes); err != nil {
		return nil, err
	}
	return r, checkAmount(r.phases)
}

// Arrivals returns when the requests come, anew at each call: what Run plays,
// and what can be sent to a running stack.
func (r *Rehearsal) Arrivals() *Arrivals {
	return newArrivals(r.phases, rand.New(rand.NewPCG(r.options.Seed, chanceOfArrivals)))
}

// newWorld returns the stack as it is at the start.
func (r *Rehearsal) newWorld() (*world, error) {
	o := &r.options
	w := &world{
		options: o, path: &r.path, mode: r.mode,
		chance: rand.New(rand.NewPCG(o.Seed, chanceOfDelays)),
		table:  newTable(&r.path, o, rand.New(rand.NewPCG(o.Seed, chanceOfKeys))),
	}
	if o.APIRate > 0 || o.APIBurst > 0 {
		b := capacity.NewTokenBucket(start, capacity.PerSecond(o.APIRate), capacity.Tokens(o.APIBurst)*capacity.Unit)
		w.throttle = &b
	}
	w.account = lambda.NewAccount(lambda.Limits{Off: o.Unlimited})
	for _, f := range r.template.Functions {
		admission, err := w.account.AddFunction(f.Name, f.ReservedConcurrency)
		if err != nil {
			return nil, fmt.Errorf("%v: function %s: %w", f.Pos(), f.LogicalID, err)
		}
		if f == r.path.function {
			w.function = admission
		}
	}
	return w, nil
}

// patience is how many events pass before a look at whether anyone still waits.
const patience = 1 << 16

// Run plays the rehearsal from its start, and reports. The error is that ctx
// has ended.
func (r *Rehearsal) Run(ctx context.Context) (*report.Report, error) {
	w, err := r.newWorld()
	if err != nil {
		return nil, err
	}
	w.arrivals = r.Arrivals()
	w.expect()
	for n := 1; ; n++ {
		e, more := w.events.next()
		if !more {
			break
		}
		w.happen(e)
		w.until = e.at
		if n%patience == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
	return r.report(w), nil
}

// A world is a stack and the requests that are in it.
type world struct {
	options  *Options
	path     *path
	mode     retry.Mode
	events   queue
	until    time.Duration // the instant of the last event
	arrivals *Arrivals

	throttle *capacity.TokenBucket // of API Gateway; nil: none
	account  *lambda.Account
	function *lambda.Function
	idle     lambda.Idle[*retry.Quota] // a quota is a client's, and a client a sandbox's
	requests underway
	chance   *rand.Rand // of delays
	table    *table

	tally tally
}

// expect schedules the next arrival, if there is one.
func (w *world) expect() {
	if at, ok := w.arrivals.Next(); ok {
		w.events.schedule(at, arrival, 0)
	}
}

func (w *world) happen(e event) {
	now := start.Add(e.at)
	switch e.kind {
	case arrival:
		w.tally.offered++
		w.arrive(e.at, now)
		w.expect()
	case answer:
		w.answer(e.at, now, e.slot)
	case cut:
		w.end(e.at, now, e.slot, false)
	}
}

// arrive takes a request past API Gateway into a sandbox.
func (w *world) arrive(at time.Duration, now time.Time) {
	if !w.pass(now) {
		w.tally.refuse(at, refusal{service: apiGateway})
		return
	}
	w.idle.Expire(now)
	warm := w.idle.Len() > 0
	if err := w.function.Admit(now, warm); err != nil {
		var throttle *lambda.ThrottleError
		if !errors.As(err, &throttle) {
			panic(err) // Admit has no other
		}
		w.tally.refuse(at, refusal{service: lambdaService, reason: throttle.Reason, by: throttle.Limit})
		return
	}
	w.tally.peak = max(w.tally.peak, w.account.ConcurrentExecutions())
	if warm {
		quota, _ := w.idle.Take()
		w.begin(at, at, quota)
		return
	}
	w.tally.cold++
	w.begin(at, at+w.options.ColdStart, w.mode.Policy.NewQuota())
}

// pass takes a token of the throttle as package gateway does.
func (w *world) pass(now time.Time) bool {
	if w.throttle == nil || w.options.Unlimited {
		return true
	}
	if w.throttle.Balance(now) < capacity.Unit {
		return false
	}
	w.throttle.Charge(now, capacity.Unit)
	return true
}
