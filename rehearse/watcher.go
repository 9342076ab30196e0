package rehearse

import (
	"fmt"
	"slices"
	"time"

	"lullaby/instant"
	sqs "lullaby/queue"
	"lullaby/rehearse/report"
	"lullaby/template"
	"lullaby/watch"
)

// A watcher is CloudWatch: it has the metrics of the world's services measured at
// the end of each minute, and judges the alarms as often as a running stack does.
type watcher struct {
	number uint16
	sink   metering
	alarms watch.Alarms
	told   []*alarm        // in the order of the template
	active instant.Instant // when anything but the watcher had something to do at last
	sight  time.Duration   // how long after something happened an alarm may change by it
}

// The kinds of a watcher's events.
const (
	minuteEnds uint8 = iota
	alarmsDue
)

// newWatcher adds a watcher without alarms to the world.
func (w *world) newWatcher(t *template.Template) *watcher {
	c := &watcher{}
	c.alarms.Assumed = watch.Likely
	if w.options.Pessimistic {
		c.alarms.Assumed = watch.Strict
	}
	c.alarms.ARN = func(name string) string { return t.Scope.ARN("cloudwatch", "alarm:"+name) }
	c.number = w.add(c)
	return c
}

// watch adds what watches over a world, and what scales its tables, behind all other
// parts. What is played again to find a remedy has no alarms of the template: they
// change nothing of what becomes of the traffic. The error is about the template.
func (r *Rehearsal) watch(w *world, s *setup) error {
	t := r.template
	alarms := t.Alarms
	if s.search {
		alarms = nil
	}
	if len(alarms) == 0 && len(r.scaled) == 0 {
		return nil
	}
	w.watching = uint16(len(w.parts)) //nolint:gosec // as in add
	w.watcher = w.newWatcher(t)
	if len(r.scaled) > 0 {
		w.scaling = w.newScaling(t)
	}
	for _, of := range r.scaled {
		if err := w.scaling.declare(w, of, s.minima[resourceOf(of)]); err != nil {
			return fmt.Errorf("%v: %s: %w", of.Pos(), of.LogicalID, err)
		}
	}
	w.watcher.declare(w, alarms)
	w.watcher.begin(w)
	return nil
}

// declare adds the alarms of the template, as far as a metric that they look at is
// measured in the world, or it is plain what they do without. It gives the world its
// meters.
func (c *watcher) declare(w *world, all []*template.Alarm) {
	for d := range c.alarms.All() {
		c.sink.want(d.Metric)
	}
	for _, a := range all {
		if a.Metric != nil {
			m := a.Metric.Alarm()
			c.sink.want(&m)
			c.sight = max(c.sight, m.Window()+c.alarms.Assumed.Lag+lateness(w.options))
		}
	}
	c.sink.meter(w)
	for _, of := range all {
		a := newAlarm(of, w.options.PageTopics)
		c.told = append(c.told, a)
		a.played = c.put(w, of)
	}
}

// lateness returns how much later than something happened it is measured: of a queue
// that was idle for long.
func lateness(o *Options) time.Duration {
	if o.Pessimistic {
		return sqs.WakeTime
	}
	return time.Minute
}

// put makes an alarm. It reports false for one of which nothing is known here.
func (c *watcher) put(w *world, of *template.Alarm) bool {
	if of.Composite != nil {
		events, err := c.alarms.PutComposite(w.start, of.Composite.Alarm())
		if err != nil {
			return false // an alarm that it names was not made
		}
		for i := range events {
			c.tell(w, &events[i])
		}
		return true
	}
	m := of.Metric.Alarm()
	if of.Certain.Why == "" && !c.sink.measures(&m) {
		return false
	}
	if err := c.alarms.Put(w.start, m); err != nil {
		panic(err) // the template has tried it
	}
	return true
}

// begin schedules the first minute and the first evaluation.
func (c *watcher) begin(w *world) {
	w.schedule(w.start.Truncate(time.Minute).Add(time.Minute), c.number, minuteEnds, 0)
	w.schedule(c.alarms.Next(w.start), c.number, alarmsDue, 0)
}

func (c *watcher) wake(w *world, now instant.Instant, kind uint8, _ uint32) {
	next := now.Add(time.Minute)
	if kind == minuteEnds {
		c.measure(w, now.Add(-time.Minute))
	} else {
		c.alarms.Demands(&c.sink.Store)
		events := c.alarms.Evaluate(now, &c.sink.Store)
		for i := range events {
			c.tell(w, &events[i])
		}
		next = c.alarms.Next(now)
	}
	if c.lasts(w, now) {
		w.schedule(next, c.number, kind, 0)
	}
}

// lasts reports whether there is more to be judged: until no alarm of the template
// looks back any more to when traffic came or functions and queues had something to
// do, and while somebody who was woken waits for the end of it, but not for longer
// than queues are played.
func (c *watcher) lasts(w *world, now instant.Instant) bool {
	if now < w.horizon || now < w.limit && w.busy(now) {
		c.active = now
	}
	return now < c.active.Add(time.Minute+c.alarms.Assumed.Lag) || now < w.limit && (now < c.active.Add(c.sight) || slices.ContainsFunc(c.told, (*alarm).wakes))
}

// measure has all parts measured when the minute is over that began at an instant.
func (c *watcher) measure(w *world, began instant.Instant) {
	for _, t := range w.tables {
		if t.measured != nil {
			t.measured.minute(began, t)
		}
	}
	for _, q := range w.queues {
		if q.meter != nil {
			q.expire(began.Add(time.Minute))
			q.meter.Minute(began, q.messages)
		}
	}
}

// tell notes a change of an alarm's state and carries its actions out.
func (c *watcher) tell(w *world, e *watch.Event) {
	for _, a := range c.told {
		if e.Changed && a.of.Name == e.Alarm {
			a.changes = append(a.changes, report.Change{At: w.since(e.At), State: string(e.New.Value), Reason: e.New.Reason})
		}
	}
	for _, action := range e.Actions {
		if w.scaling != nil && serviceOf(action) == "autoscaling" {
			w.scaling.act(w, e, action)
		}
	}
}

// report adds to a report what became of the alarms, and the pages.
func (c *watcher) report(to *report.Report) {
	for _, a := range c.told {
		told := report.Alarm{
			Alarm: a.of.LogicalID, Name: a.of.Name, Played: a.played, Topics: a.topics(),
			Changes: append([]report.Change{}, a.changes...), State: string(watch.StateInsufficientData),
		}
		if d, ok := c.alarms.Describe(a.of.Name); ok {
			told.State = string(d.State.Value)
		}
		if why := a.of.Certain; why.Why != "" {
			told.Certain, told.Why = report.Never, why.Why
			if why.Always {
				told.Certain = report.Always
			}
		}
		to.Alarms = append(to.Alarms, told)
	}
	to.AddPages()
}
