package rehearse

import (
	"slices"
	"time"

	"lullaby/capacity"
	"lullaby/instant"
	"lullaby/rehearse/report"
	"lullaby/template"
)

// report returns the report of a world that has ended.
func (r *Rehearsal) report(w *world) *report.Report {
	o := &r.options
	rep := &report.Report{
		Version:  report.Version,
		Template: r.template.Path,
		Traffic:  r.paths[0].traffic.describe(r.paths[0].phases), For: report.Span(o.For), Seed: o.Seed,
		StartsAt: w.start.Time().Format(time.TimeOnly), Even: o.Even,
		LeftOut: r.leftOut(),
		Routes:  make([]report.Route, 0, len(w.stages)), Functions: make([]report.Function, 0, len(w.functions)), Tables: make([]report.Table, 0, len(w.tables)),
		Queues: make([]report.Queue, 0, len(w.queues)),
		Alarms: []report.Alarm{}, Pages: []report.Page{}, Scaling: []report.Activity{},
		Assumed: []string{}, ItemBytes: o.ItemBytes, ServiceTime: report.Span(o.ServiceTime), ColdStart: report.Span(o.ColdStart),
		AttemptTime: report.Span(AttemptTime), Reserve: report.Span(Reserve),
		Unlimited: o.Unlimited, Pessimistic: o.Pessimistic, Drained: o.Drained,
	}
	for i, s := range w.stages {
		rep.Routes = append(rep.Routes, s.report(w))
		rep.Routes[i].Traffic = r.paths[i].traffic.describe(r.paths[i].phases)
		rep.Assumed = append(rep.Assumed, r.paths[i].assumed...)
	}
	rep.Assumed = append(rep.Assumed, r.assumed...)
	for _, f := range w.functions {
		rep.Functions = append(rep.Functions, f.report())
	}
	end := max(w.horizon, w.worked)
	for _, q := range w.queues {
		q.lookAgain(w, w.worked)
		rep.Queues = append(rep.Queues, q.report(w))
	}
	if len(w.queues) > 0 {
		rep.ConsumerReserve = report.Span(ConsumerReserve)
	}
	for _, t := range w.tables {
		rep.Tables = append(rep.Tables, t.report(w, end))
	}
	if w.watcher != nil {
		w.watcher.report(rep)
	}
	if w.scaling != nil {
		w.scaling.report(w, rep)
	}
	return rep
}

// leftOut returns what the template has and the rehearsal has not, that of the
// paths first.
func (r *Rehearsal) leftOut() []report.Omission {
	t := r.template
	played := r.played()
	all := slices.Concat(t.Omissions, r.unplayed())
	slices.SortStableFunc(all, func(a, b template.Omission) int { return a.Pos.Line - b.Pos.Line })
	told := make([]report.Omission, 0, len(all))
	for _, ofPath := range []bool{true, false} {
		for _, o := range all {
			if slices.Contains(played, o.Of) == ofPath {
				told = append(told, report.Omission{Resource: o.Of, What: o.What, Place: o.Pos.String()})
			}
		}
	}
	return told
}

// played returns the logical ids of what is played.
func (r *Rehearsal) played() (ids []string) {
	for i := range r.paths {
		p := &r.paths[i]
		ids = append(ids, p.function.LogicalID)
		if p.table != nil {
			ids = append(ids, p.table.LogicalID)
		}
		if p.door != nil {
			ids = append(ids, p.door.of())
		}
	}
	for _, l := range r.links {
		ids = append(ids, l.of.LogicalID)
		for _, c := range l.consumers {
			ids = append(ids, c.function.LogicalID)
			if c.table != nil {
				ids = append(ids, c.table.LogicalID)
			}
		}
	}
	return ids
}

// unplayed returns the queues that are not played, and the functions that receive
// from them; and what is subscribed to topics, which deliver nothing here.
func (r *Rehearsal) unplayed() (all []template.Omission) {
	queues := map[template.Pos]bool{}
	for _, l := range r.links {
		queues[l.of.Pos()] = true
		for _, m := range mappingsOf(r.template, l.of) {
			queues[m.Pos()] = true
		}
	}
	for _, o := range r.template.Queued() {
		if !queues[o.Pos] {
			all = append(all, o)
		}
	}
	return append(all, r.template.Published()...)
}

func (s *stage) report(w *world) report.Route {
	function := s.function.of.LogicalID
	queue := ""
	if q := s.call.queue; q != nil {
		queue = q.of.LogicalID
	}
	return report.Route{
		Queue: queue,
		Route: s.name(), Function: function,
		Offered: s.offered, Served: s.served, TimedOut: s.late, Refused: s.offered - s.served - s.late,
		Refusals: s.refused.report(w, function), FirstTimeout: w.since(s.firstLate), Answers: s.answers(),
		P50: s.took.percentile(50), P95: s.took.percentile(95), P99: s.took.percentile(99),
	}
}

// report returns the counts of a table, and what its bursts are at the end.
// Without limits the table was never asked.
func (t *table) report(w *world, end instant.Instant) report.Table {
	rep := report.Table{
		Table: t.of.LogicalID, Attempts: t.attempts, Refused: t.refused, Bursts: []report.Burst{}, Capacity: t.capacities(),
	}
	if w.options.Unlimited {
		return rep
	}
	for i := range t.resources {
		r := &t.resources[i]
		s := r.throughput.Setting()
		if s.OnDemand {
			continue // it has no burst
		}
		for _, d := range []capacity.Direction{capacity.Read, capacity.Write} {
			if !r.used[d] {
				continue
			}
			rep.Bursts = append(rep.Bursts, report.Burst{
				Resource: r.name, Direction: directions[d],
				Of:     s.Units[d] * capacity.BurstSeconds,
				Left:   whole(r.throughput.Balance(end, d)),
				Lowest: whole(r.lowest[d]), LowestAt: w.since(r.lowestAt[d]), LowestOf: r.lowestOf[d] * capacity.BurstSeconds,
			})
		}
	}
	return rep
}

// capacities returns the units over time of what is scaled of the table.
func (t *table) capacities() []report.Capacity {
	all := []report.Capacity{}
	for i := range t.resources {
		r := &t.resources[i]
		for d, steps := range r.steps {
			if steps != nil {
				all = append(all, report.Capacity{Resource: r.name, Direction: directions[d], Steps: steps})
			}
		}
	}
	return all
}

var directions = [...]string{capacity.Read: "read", capacity.Write: "write"}

// whole returns t in whole units, rounded towards zero.
func whole(t capacity.Tokens) int64 { return int64(t / capacity.Unit) }
