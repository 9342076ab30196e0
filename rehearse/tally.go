package rehearse

import (
	"cmp"
	"slices"
	"time"

	"lullaby/capacity"
	"lullaby/lambda"
	"lullaby/rehearse/report"
)

// A tally is what became of the requests.
type tally struct {
	offered, served int64
	refused         []counted // a handful
	late            int64     // API Gateway gave up
	firstLate       time.Duration

	asked     int64 // requests whose function asked the table
	attempts  int64
	throttled int64         // attempts that were refused
	waited    int64         // by all, in microseconds: nanoseconds of a year of waiting would overflow
	longest   time.Duration // of one request
	wasted    int64         // requests that the table let in, but whose client was gone

	cold int64 // sandboxes started
	peak int   // invocations at one time
}

// wait counts what a request has waited between its attempts.
func (t *tally) wait(d time.Duration) {
	t.waited += d.Microseconds()
	t.longest = max(t.longest, d)
}

// timeOut counts a request that API Gateway gave up. They come as their
// functions end, which may be another order.
func (t *tally) timeOut(at time.Duration) {
	if t.late == 0 || at < t.firstLate {
		t.firstLate = at
	}
	t.late++
}

// A service is one that refuses.
type service uint8

const (
	apiGateway service = iota
	lambdaService
	dynamoDB
)

// A refusal is why a request was refused.
type refusal struct {
	service service
	reason  lambda.ThrottleReason // of Lambda, and
	by      lambda.Limit          // the limit, which is finer
	verdict capacity.Verdict      // of DynamoDB; without RetryAfter
}

// tell returns the refusal in AWS's words.
func (r *refusal) tell(p *path) report.Refusal {
	switch r.service {
	case lambdaService:
		return report.Refusal{Service: "Lambda", Reason: string(r.reason), Resource: p.function.LogicalID, Limit: string(r.by)}
	case dynamoDB:
		return report.Refusal{Service: "DynamoDB", Reason: r.verdict.Reason(), Resource: r.verdict.Resource.Name}
	default:
		return report.Refusal{Service: "API Gateway", Reason: "THROTTLED"} // the gateway response type
	}
}

type counted struct {
	refusal

	first time.Duration // since the start
	times int64
}

// refuse counts a refusal.
func (t *tally) refuse(at time.Duration, r refusal) {
	for i := range t.refused {
		if t.refused[i].refusal == r {
			t.refused[i].times++
			return
		}
	}
	t.refused = append(t.refused, counted{r, at, 1})
}

// report puts together what became of the requests.
func (r *Rehearsal) report(w *world) *report.Report {
	o := &r.options
	rep := &report.Report{
		Template: r.template.Path, Route: name(r.path.route), Function: r.path.function.LogicalID, Table: r.path.table.LogicalID,
		Traffic: o.Traffic.describe(r.phases), For: report.Span(o.For), Seed: o.Seed,
		Offered: w.tally.offered, Served: w.tally.served, TimedOut: w.tally.late, Refused: w.tally.offered - w.tally.served - w.tally.late,
		FirstTimeout: report.Span(w.tally.firstLate),
		RetryMode:    r.mode.Name, MaxAttempts: r.mode.Policy.Options().MaxAttempts, RetryStop: report.Span(r.mode.Policy.Options().StopAfter),
		Asked: w.tally.asked, Attempts: w.tally.attempts, AttemptsRefused: w.tally.throttled,
		LongestWait:    report.Span(w.tally.longest),
		WastedRequests: w.tally.wasted, WastedUnits: w.table.units(w.tally.wasted),
		Direction: directions[r.path.direction], PeakConcurrency: w.tally.peak, ColdStarts: w.tally.cold,
		ItemBytes: o.ItemBytes, ServiceTime: report.Span(o.ServiceTime), ColdStart: report.Span(o.ColdStart),
		AttemptTime: report.Span(AttemptTime), Reserve: report.Span(Reserve),
		Unlimited: o.Unlimited, Pessimistic: o.Pessimistic, Drained: o.Drained,
		Refusals: []report.Refusal{}, Bursts: []report.Burst{},
	}
	if w.tally.asked > 0 {
		rep.MeanWait = report.Span(time.Duration(w.tally.waited/w.tally.asked) * time.Microsecond)
	}
	for _, c := range w.tally.refused {
		told := c.tell(&r.path)
		told.Count, told.First = c.times, report.Span(c.first)
		rep.Refusals = append(rep.Refusals, told)
	}
	slices.SortStableFunc(rep.Refusals, func(a, b report.Refusal) int { return cmp.Compare(b.Count, a.Count) })
	if o.Unlimited {
		return rep
	}
	end := start.Add(max(o.For, w.until))
	for i := range w.table.parts {
		p := &w.table.parts[i]
		s := p.throughput.Setting()
		if s.OnDemand {
			continue // it saves nothing up
		}
		rep.Bursts = append(rep.Bursts, report.Burst{
			Resource: p.name,
			Of:       s.Units[w.table.direction] * capacity.BurstSeconds,
			Left:     whole(p.throughput.Balance(end, w.table.direction)),
			Lowest:   whole(p.lowest), LowestAt: report.Span(p.lowestAt),
		})
	}
	return rep
}

var directions = [...]string{capacity.Read: "read", capacity.Write: "write"}

// whole returns the whole units in t.
func whole(t capacity.Tokens) int64 { return int64(t / capacity.Unit) }
