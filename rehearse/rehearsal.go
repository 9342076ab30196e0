package rehearse

import (
	"context"
	"fmt"

	"lullaby/capacity"
	"lullaby/dynamo/plan"
	"lullaby/lambda"
	"lullaby/rehearse/report"
	"lullaby/retry"
	"lullaby/template"
)

// A Rehearsal is a stack and the traffic to play. Make one with New. Not safe
// for concurrent use.
type Rehearsal struct {
	template *template.Template
	options  Options
	path     path
	mode     retry.Mode
	phases   []phase
	costs    []capacity.Tokens // of a request: to the table, then to its global indexes
}

// New returns the rehearsal of a template. The error is about the template,
// with file and line, or about the options, with the flag.
func New(t *template.Template, o Options) (*Rehearsal, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	p, err := findPath(t, &o)
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
	w, err := r.newWorld(planOf(p.table))
	if err != nil {
		return nil, err
	}
	for _, d := range w.functions[0].operation.demands {
		r.costs = append(r.costs, d.Cost)
	}
	if r.phases, err = o.Traffic.phases(o.For, w.functions[0].operation.base()); err != nil {
		return nil, err
	}
	return r, checkAmount(r.phases)
}

// Arrivals returns the instants of the requests, from the first one at each
// call. They are the ones that Run plays, and can be sent to a running stack.
func (r *Rehearsal) Arrivals() *Arrivals {
	return newArrivals(r.phases, r.options.chance(chanceOfArrivals, ""))
}

// Run plays the rehearsal from its start and returns the report. The error is
// ctx's.
func (r *Rehearsal) Run(ctx context.Context) (*report.Report, error) {
	w, err := r.newTraffic(planOf(r.path.table))
	if err != nil {
		return nil, err
	}
	if err := w.run(ctx); err != nil {
		return nil, err
	}
	return r.report(w), nil
}

// newTraffic returns the stack at the start with the traffic to come, and with
// the throughput of a plan for its table.
func (r *Rehearsal) newTraffic(p plan.Plan) (*world, error) {
	w, err := r.newWorld(p)
	if err != nil {
		return nil, err
	}
	for _, s := range w.stages {
		w.newSource(r.Arrivals(), s)
	}
	return w, nil
}

// newWorld returns the stack at the start, without traffic. It includes
// functions that no request reaches, since their reserved concurrency is
// missing to the others.
func (r *Rehearsal) newWorld(throughput plan.Plan) (*world, error) {
	o, p := &r.options, &r.path
	w := &world{options: o, horizon: start.Add(o.For)}
	t := newTable(p.table, &throughput, o)
	w.tables = append(w.tables, t)
	throttle := newThrottle(o)
	account := lambda.NewAccount(lambda.Limits{Unlimited: o.Unlimited})
	for _, d := range r.template.Functions {
		admits, err := account.AddFunction(d.Name, d.ReservedConcurrency)
		if err != nil {
			return nil, fmt.Errorf("%v: function %s: %w", d.Pos(), d.LogicalID, err)
		}
		if d != p.function {
			continue
		}
		f := &function{
			of: d, admits: admits, mode: r.mode, rng: o.chance(chanceOfDelays, d.LogicalID),
			operation: newOperation(t, p.direction, o, o.chance(chanceOfKeys, d.LogicalID)),
		}
		f.number = w.add(f)
		w.functions = append(w.functions, f)
		w.stages = append(w.stages, p.newStage(f, o, throttle))
	}
	return w, nil
}
