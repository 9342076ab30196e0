package rehearse

import (
	"context"
	"fmt"
	"time"

	"lullaby/autoscale"
	"lullaby/capacity"
	"lullaby/dynamo/plan"
	"lullaby/rehearse/report"
	"lullaby/template"
)

// A Rehearsal is a stack and the traffic to play. Make one with New. Not safe
// for concurrent use.
type Rehearsal struct {
	template *template.Template
	options  Options
	doors    []*door
	paths    []path                     // at least one
	links    []*link                    // the queues behind the paths, and those behind them
	scaled   []*template.ScalableTarget // of the tables that are played
	assumed  []string                   // about links
	targets  []target                   // whose throughput may be too small, the likeliest first; none if no table is called
}

// A target is a table that is called, and what one call costs it and its global
// indexes.
type target struct {
	path      int // whose requests or messages it takes
	table     *template.Table
	direction capacity.Direction
	costs     []capacity.Tokens // of the table, then of its global indexes
}

// New returns the rehearsal of a template. The error is about the template,
// with file and line, or about the options, with the flag.
func New(t *template.Template, o Options) (*Rehearsal, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	var err error
	if o.PageTopics, err = t.TopicNames(o.PageTopics); err != nil {
		return nil, fmt.Errorf("--page-topic: %w", err)
	}
	r := &Rehearsal{template: t, options: o, doors: doorsOf(t)}
	if err := r.findPaths(); err != nil {
		return nil, err
	}
	for i := range r.paths {
		if err := r.link(r.paths[i].queue); err != nil {
			return nil, err
		}
	}
	if err := r.checkQueues(); err != nil {
		return nil, err
	}
	w, err := r.newWorld(&setup{})
	if err != nil {
		return nil, err
	}
	r.findTargets(w)
	r.findScaled(w)
	r.assumeActions()
	if err := r.watch(w, &setup{}); err != nil {
		return nil, err
	}
	for i := range r.paths {
		p := &r.paths[i]
		if p.phases, err = p.traffic.phases(o.For, r.base(w, i)); err != nil {
			return nil, err
		}
		if err := checkAmount(p.phases); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// findPaths finds the path of the options and those of their further routes.
func (r *Rehearsal) findPaths() error {
	asked := append(make([]Options, 0, 1+len(r.options.Also)), r.options)
	for _, a := range r.options.Also {
		o := r.options
		o.Route, o.Function, o.Traffic = a.Route, "", a.Traffic
		asked = append(asked, o)
	}
	for i := range asked {
		p, err := findPath(r.template, r.doors, &asked[i])
		if err != nil {
			return err
		}
		m, err := findMode(p.function, &asked[i])
		if err != nil {
			return err
		}
		if err := asked[i].checkTimes(&p, m.Aware); err != nil {
			return err
		}
		for j := range r.paths {
			if r.paths[j].door == p.door {
				return fmt.Errorf("--also: %s is played already", asked[i].Route)
			}
		}
		r.paths = append(r.paths, p)
	}
	return nil
}

// checkQueues refuses options about queues of a path without one.
func (r *Rehearsal) checkQueues() error {
	p := &r.paths[0]
	switch {
	case p.queue != nil:
		return nil
	case r.options.Backlog > 0:
		return fmt.Errorf("--backlog: %s sends to no queue of the template that has a consumer", p.function.LogicalID)
	case r.options.GiveBack != nil && len(r.links) == 0:
		return fmt.Errorf("--give-back: %s sends to no queue of the template that has a consumer", p.function.LogicalID)
	}
	return nil
}

// findTargets finds the tables whose throughput decides what is lost: of each path
// those of the consumers of its queue, then that of its function.
func (r *Rehearsal) findTargets(w *world) {
	for i, s := range w.stages {
		if q := s.call.queue; q != nil {
			for _, m := range q.consumers {
				r.addTarget(i, m.call)
			}
		}
		r.addTarget(i, s.call)
	}
}

func (r *Rehearsal) addTarget(path int, c *call) {
	if c.operation == nil {
		return
	}
	t := target{path: path, table: c.operation.table.of, direction: c.operation.direction}
	for i := range c.operation.demands {
		t.costs = append(t.costs, c.operation.demands[i].Cost)
	}
	r.targets = append(r.targets, t)
}

// base returns the base of a spike on a path that names none, by the table that
// its function calls, or else by the first table behind its queue.
func (r *Rehearsal) base(w *world, path int) Rate {
	c := w.stages[path].call
	if c.queue != nil && c.operation == nil {
		for _, m := range c.queue.consumers {
			if m.call.operation != nil {
				return m.call.operation.base()
			}
		}
	}
	if c.operation == nil {
		return onDemandBase
	}
	return c.operation.base()
}

// lasts returns how long the traffic lasts, 0 if there is none but a backlog.
func (r *Rehearsal) lasts() time.Duration {
	for i := range r.paths {
		if !r.paths[i].traffic.none() {
			return r.options.For
		}
	}
	return 0
}

// Arrivals returns the instants of the requests of the first path, from the first
// one at each call. They are the ones that Run plays, and can be sent to a running
// stack.
func (r *Rehearsal) Arrivals() *Arrivals { return r.arrivals(0) }

func (r *Rehearsal) arrivals(path int) *Arrivals {
	of := ""
	if path > 0 {
		of = r.options.Also[path-1].Route
	}
	if r.options.Even {
		return newArrivals(r.paths[path].phases, nil)
	}
	return newArrivals(r.paths[path].phases, r.options.chance(chanceOfArrivals, of))
}

// Run plays the rehearsal from its start and returns the report. The error is
// ctx's.
func (r *Rehearsal) Run(ctx context.Context) (*report.Report, error) {
	w, err := r.newTraffic(&setup{})
	if err != nil {
		return nil, err
	}
	if err := w.run(ctx); err != nil {
		return nil, err
	}
	return r.report(w), nil
}

// A setup is what is changed of a template.
type setup struct {
	table       *template.Table // with another plan; nil: none
	plan        plan.Plan
	search      bool                         // for a remedy
	minima      map[autoscale.Resource]int64 // of what is scaled, at least
	concurrency int                          // MaximumConcurrency of the mappings of the first path's queue; 0: as the template says
}

func (s *setup) planOf(t *template.Table) plan.Plan {
	if t == s.table {
		return s.plan
	}
	return planOf(t)
}

// newTraffic returns the changed stack at the start with the traffic to come.
func (r *Rehearsal) newTraffic(s *setup) (*world, error) {
	w, err := r.newWorld(s)
	if err != nil {
		return nil, err
	}
	for i, stage := range w.stages {
		w.newSource(r.arrivals(i), stage)
	}
	if len(w.queues) > 0 {
		w.newRecorder()
	}
	return w, r.watch(w, s)
}
