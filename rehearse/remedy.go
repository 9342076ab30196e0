package rehearse

import (
	"context"
	"math/bits"
	"slices"
	"time"

	"lullaby/autoscale"
	"lullaby/capacity"
	"lullaby/dynamo/plan"
	"lullaby/rehearse/report"
	"lullaby/template"
)

// effort is how many events a search plays at most, in all its attempts: less
// than a second.
const effort = 1_000_000

// headroom is the multiple of the highest rate that a search tries at most.
const headroom = 4

// Remedy seeks the least throughput of the table with which the same traffic
// loses nothing. It raises the table and its indexes in the proportion of what
// a request demands of them, each only above what it has; of what is scaled, the minimum. It plays the traffic
// again and again, each time up to the first loss, until effort is spent. If there
// is a queue, it seeks first the largest MaximumConcurrency of its consumers with
// which nothing is lost. The error is ctx's.
func (r *Rehearsal) Remedy(ctx context.Context) (*report.Remedy, error) {
	s := search{r: r, left: effort}
	if m, err := s.slower(ctx); m != nil || err != nil {
		return m, err
	}
	for i := range r.targets {
		s.of = &r.targets[i]
		units, err := s.least(ctx)
		switch {
		case err != nil:
			return nil, err
		case s.left < 0:
			return &report.Remedy{Outcome: report.TooLong, Raise: []report.Raise{}}, nil
		case units > 0:
			_, raises := s.r.raise(s.of, units)
			return &report.Remedy{Outcome: report.Found, Raise: raises}, nil
		}
	}
	return &report.Remedy{Outcome: report.NoHelp, Raise: []report.Raise{}}, nil
}

// least returns the least units that hold, 0 if none do. It begins with an
// estimate and goes away from it in growing steps until it has one that holds
// and one that does not; then it halves what is between.
func (s *search) least(ctx context.Context) (int64, error) {
	limit := headroom * s.demand(0)
	low, high := int64(0), limit+1 // low does not hold; high does, or is above the limit
	step := int64(1)
	for next := min(s.demand(capacity.BurstSeconds*time.Second), limit); high-low > 1; {
		held, err := s.holds(ctx, next)
		if err != nil || s.left < 0 {
			return 0, err
		}
		if held {
			high = next
		} else {
			low = next
		}
		switch {
		case low > 0 && high <= limit:
			next = low + (high-low)/2
		case low > 0:
			next = min(low+step, limit)
		default:
			next = max(high-step, 1)
		}
		step *= 4
	}
	if high > limit {
		return 0, nil
	}
	return high, nil
}

// demand returns how many units a second of the table the traffic needs in its
// most demanding phase, rounded up, if burst is as long as the units are saved
// up, and no more than a backlog at once. It ignores chance.
func (s *search) demand(burst time.Duration) int64 {
	r := s.r
	most, since := max(1, r.options.Backlog), time.Duration(0)
	for _, p := range r.paths[s.of.path].phases {
		lasts := p.until - since
		since = p.until
		requests := ceil(int64(p.rate), int64(lasts), int64(lasts+burst)) // in the unit of Rate
		most = max(most, ceil(requests, int64(s.of.costs[0]), int64(PerSecond)*int64(capacity.Unit)))
	}
	return most
}

// ceil returns n times by divided by of, rounded up. All are positive; the
// result must fit.
func ceil(n, by, of int64) int64 {
	hi, lo := bits.Mul64(uint64(n), uint64(by))
	quotient, rest := bits.Div64(hi, lo, uint64(of))
	if rest > 0 {
		quotient++
	}
	return int64(quotient)
}

// A search plays the traffic with other throughputs.
type search struct {
	r    *Rehearsal
	of   *target
	left int // events; negative: it is given up
}

// holds reports whether nothing is lost with units of the table.
func (s *search) holds(ctx context.Context, units int64) (bool, error) {
	with, _ := s.r.raise(s.of, units)
	return s.play(ctx, with)
}

// play reports whether nothing is lost with a setup.
func (s *search) play(ctx context.Context, with *setup) (bool, error) {
	w, err := s.r.newTraffic(with)
	if err != nil {
		return false, err
	}
	for w.step() {
		if s.left--; s.left < 0 || w.lost() {
			return false, nil
		}
		if s.left%patience == 0 && ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
	}
	for _, q := range w.queues {
		if len(q.consumers) > 0 && q.count(w.now) > 0 {
			return false, nil
		}
	}
	return true, nil
}

// lost reports whether any request was refused or timed out so far, or any message
// was given up.
func (w *world) lost() bool {
	for _, s := range w.stages {
		if s.lost() {
			return true
		}
	}
	for _, q := range w.queues {
		if q.died > 0 || q.expired > 0 {
			return true
		}
	}
	return false
}

// raise returns the setup in which the table has at least so many units a second, and
// each index as many as its share of a request demands, and says what it raised.
func (r *Rehearsal) raise(t *target, units int64) (*setup, []report.Raise) {
	s := &setup{search: true, table: t.table, plan: planOf(t.table), minima: map[autoscale.Resource]int64{}}
	raises := r.raiseOne(s, &s.plan.Throughput, t, "", units)
	for i := range raises {
		raises[i].Resource, raises[i].Table = t.table.Name, true
	}
	for i := range s.plan.Indexes {
		if i+1 >= len(t.costs) {
			break // reads demand nothing of an index
		}
		x := &s.plan.Indexes[i]
		more := r.raiseOne(s, &x.Throughput, t, x.IndexName, ceil(units, int64(t.costs[i+1]), int64(t.costs[0])))
		for j := range more {
			more[j].Resource = t.table.Name + "/index/" + x.IndexName
		}
		raises = append(raises, more...)
	}
	return s, raises
}

// raiseOne raises the throughput of a table or of its index in the setup. Of one that
// is scaled the minimum is what has to be raised, and it has that from the start.
func (r *Rehearsal) raiseOne(s *setup, of *plan.Throughput, t *target, index string, units int64) []report.Raise {
	raises := raise(of, s.plan.Mode, t.direction, units)
	resource := autoscale.ResourceOf(t.table.Name, index, t.direction == capacity.Read)
	i := slices.IndexFunc(r.scaled, func(s *template.ScalableTarget) bool { return resourceOf(s) == resource })
	if i < 0 || s.plan.Mode == plan.OnDemand {
		return raises
	}
	if units <= int64(*r.scaled[i].Register.MinCapacity) {
		return nil
	}
	s.minima[resource] = units
	return []report.Raise{{Direction: directions[t.direction], Setting: report.Minimum, Units: units}}
}

// raise raises a throughput in one direction and says what it raised, without
// the resource.
func raise(t *plan.Throughput, m plan.Mode, d capacity.Direction, units int64) []report.Raise {
	raises := []report.Raise{}
	set := func(what report.Setting, now int64, field *int64) {
		if now < units {
			*field = units
			raises = append(raises, report.Raise{Direction: directions[d], Setting: what, Units: units})
		}
	}
	side := func(read, write *int64) *int64 {
		if d == capacity.Read {
			return read
		}
		return write
	}
	if m != plan.OnDemand {
		field := side(&t.Units.Read, &t.Units.Write)
		set(report.Provisioned, *field, field)
		return raises
	}
	if field := side(&t.Maximum.Read, &t.Maximum.Write); *field > 0 {
		set(report.Maximum, *field, field)
	}
	warm := t.WarmUnits(m)
	set(report.Warm, *side(&warm.Read, &warm.Write), side(&t.Warm.Read, &t.Warm.Write))
	return raises
}
