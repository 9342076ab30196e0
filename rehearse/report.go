package rehearse

import (
	"slices"

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
		Traffic:  o.Traffic.describe(r.phases), For: report.Span(o.For), Seed: o.Seed,
		LeftOut: r.leftOut(),
		Routes:  make([]report.Route, 0, len(w.stages)), Functions: make([]report.Function, 0, len(w.functions)), Tables: make([]report.Table, 0, len(w.tables)),
		Assumed: append([]string{}, r.path.assumed...), ItemBytes: o.ItemBytes, ServiceTime: report.Span(o.ServiceTime), ColdStart: report.Span(o.ColdStart),
		AttemptTime: report.Span(AttemptTime), Reserve: report.Span(Reserve),
		Unlimited: o.Unlimited, Pessimistic: o.Pessimistic, Drained: o.Drained,
	}
	for _, s := range w.stages {
		rep.Routes = append(rep.Routes, s.report())
	}
	for _, f := range w.functions {
		rep.Functions = append(rep.Functions, f.report())
	}
	end := max(start.Add(o.For), w.now)
	for _, t := range w.tables {
		rep.Tables = append(rep.Tables, t.report(end, o.Unlimited))
	}
	return rep
}

// leftOut returns what the template has and the rehearsal has not, that of the path
// first.
func (r *Rehearsal) leftOut() []report.Omission {
	p, t := &r.path, r.template
	played := []string{p.function.LogicalID, p.table.LogicalID}
	for _, a := range t.APIs {
		if slices.Contains(a.Routes, p.route) {
			played = append(played, a.LogicalID)
		}
	}
	all := slices.Concat(t.Omissions, t.Queued())
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

func (s *stage) report() report.Route {
	function := s.function.of.LogicalID
	return report.Route{
		Route: s.route, Function: function,
		Offered: s.offered, Served: s.served, TimedOut: s.late, Refused: s.offered - s.served - s.late,
		Refusals: s.refused.report(function), FirstTimeout: report.Span(s.firstLate), Answers: s.answers(),
		P50: s.took.percentile(50), P95: s.took.percentile(95), P99: s.took.percentile(99),
	}
}

func (f *function) report() report.Function {
	retries := f.mode.Policy.Options()
	return report.Function{
		Function: f.of.LogicalID, PeakConcurrency: f.peak, ColdStarts: f.cold,
		RetryMode: f.mode.Name, MaxAttempts: retries.MaxAttempts, RetryStop: report.Span(retries.StopAfter),
		Calls: []report.Call{{
			Table: f.operation.table.of.LogicalID, Direction: directions[f.operation.direction],
			Asked: f.asked, Attempts: f.attempts, AttemptsRefused: f.throttled,
			MeanWait: report.Span(f.meanWait()), LongestWait: report.Span(f.longest),
			WastedRequests: f.wasted, WastedUnits: f.operation.units(f.wasted),
		}},
	}
}

// report returns the counts of a table, and what its bursts are at the end.
// Without limits the table was never asked.
func (t *table) report(end instant.Instant, unlimited bool) report.Table {
	rep := report.Table{Table: t.of.LogicalID, Attempts: t.attempts, Refused: t.refused, Bursts: []report.Burst{}}
	if unlimited {
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
				Lowest: whole(r.lowest[d]), LowestAt: report.Span(since(r.lowestAt[d])),
			})
		}
	}
	return rep
}

var directions = [...]string{capacity.Read: "read", capacity.Write: "write"}

// whole returns t in whole units, rounded towards zero.
func whole(t capacity.Tokens) int64 { return int64(t / capacity.Unit) }
