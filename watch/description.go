package watch

import (
	"iter"
	"time"

	"lullaby/instant"
)

// A Description is an alarm and its state.
type Description struct {
	Name       string
	ARN        string
	Metric     *MetricAlarm    // or
	Composite  *CompositeAlarm // not to be changed
	State      AlarmState
	Configured instant.Instant // when its settings were last changed
}

// All returns the alarms in the order of their names.
func (s *Alarms) All() iter.Seq[Description] {
	return func(yield func(Description) bool) {
		for _, a := range s.all() {
			if !yield(s.describe(a)) {
				return
			}
		}
	}
}

// Describe returns an alarm.
func (s *Alarms) Describe(name string) (d Description, ok bool) {
	a := s.byName[name]
	if a == nil {
		return d, false
	}
	return s.describe(a), true
}

func (s *Alarms) describe(a *alarm) Description {
	return Description{a.name, s.arn(a.name), a.metric, a.composite, a.state, a.configured}
}

// Children returns the names of the alarms in the rule of a composite alarm.
func (s *Alarms) Children(name string) []string {
	a := s.byName[name]
	if a == nil || a.rule == nil {
		return nil
	}
	var all []string
	for _, child := range a.rule.Children() {
		if c := s.find(child); c != nil {
			all = append(all, c.name)
		}
	}
	return all
}

// A Demand is what an alarm has to have in memory of a series.
type Demand struct {
	Series Series
	Window time.Duration // before now
}

// Demands returns what the alarms look at in a Store, which keeps it from then on.
func (s *Alarms) Demands(store *Store) []Demand {
	var all []Demand
	for _, a := range s.all() {
		if a.metric == nil {
			continue
		}
		window := a.metric.Window() + s.Assumed.Lag + time.Minute
		for i := range a.program.sources {
			q := &a.program.sources[i]
			q.find(store)
			for _, number := range q.series {
				store.Keep(number, window)
				all = append(all, Demand{number, window})
			}
		}
	}
	return all
}
