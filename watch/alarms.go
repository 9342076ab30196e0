package watch

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lullaby/instant"
	"lullaby/watch/internal/rule"
)

// Alarms are the alarms of an account in a region. Their zero value has none, and
// assumes nothing of AWS: every sample is judged at the end of its minute. Not safe
// for concurrent use: the caller locks.
type Alarms struct {
	Assumed Assumptions
	ARN     func(name string) string // the ARN of an alarm; nil: its name

	// Pause is called between twenty alarms and the next, so that whoever has the lock
	// of the Store for Evaluate can let others have it. It may be nil.
	Pause func()

	byName map[string]*alarm
	sorted []*alarm // by name; nil: to be sorted again
	judged instant.Instant
	points []datapoint
}

// An alarm is a metric alarm or a composite one.
type alarm struct {
	name      string
	metric    *MetricAlarm // or
	composite *CompositeAlarm
	configured,
	created instant.Instant
	state AlarmState

	program program
	rule    *rule.Rule
}

func (a *alarm) actions() *Actions {
	if a.metric != nil {
		return &a.metric.Actions
	}
	return &a.composite.Actions
}

// An Event is a change of an alarm's state, or an evaluation that left it in a state
// whose scaling policies act again: then New has the reason data of the evaluation.
type Event struct {
	At      instant.Instant
	Alarm   string
	Changed bool // else the scaling policies act again
	Old     AlarmState
	New     AlarmState
	Actions []string // ARNs of what is to be done
}

// ErrNoAlarm is returned for an alarm that does not exist.
var ErrNoAlarm = errors.New("there is no such alarm")

// Put makes a metric alarm, or replaces the settings of one and keeps its state. The
// caller has checked the settings; the error says what of the metric math is wrong.
func (s *Alarms) Put(now instant.Instant, m MetricAlarm) error {
	p, err := compile(&m)
	if err != nil {
		return err
	}
	a := s.make(now, m.AlarmName)
	a.metric, a.program, a.composite, a.rule = &m, p, nil, nil
	return nil
}

// make returns the alarm of a name, which is now configured.
func (s *Alarms) make(now instant.Instant, name string) *alarm {
	a := s.byName[name]
	if a == nil {
		a = &alarm{name: name, created: now, state: AlarmState{
			Value: StateInsufficientData, Reason: "Unchecked: Initial alarm creation", Updated: now, Transitioned: now,
		}}
		if s.byName == nil {
			s.byName = map[string]*alarm{}
		}
		s.byName[name], s.sorted = a, nil
	}
	a.configured = now
	return a
}

// all returns the alarms by their names.
func (s *Alarms) all() []*alarm {
	if s.sorted == nil {
		s.sorted = make([]*alarm, 0, len(s.byName))
		for _, a := range s.byName {
			s.sorted = append(s.sorted, a)
		}
		slices.SortFunc(s.sorted, func(a, b *alarm) int { return strings.Compare(a.name, b.name) })
	}
	return s.sorted
}

// Delete deletes alarms. Those that do not exist are none.
func (s *Alarms) Delete(names ...string) {
	for _, name := range names {
		delete(s.byName, name)
	}
	s.sorted = nil
}

// Restore gives an alarm that was made again the state that it had.
func (s *Alarms) Restore(name string, state AlarmState, configured instant.Instant) {
	if a := s.byName[name]; a != nil {
		a.state, a.configured = state, configured
	}
}

// Set sets the state of an alarm until its next evaluation. Its actions are done if
// the value changes; composite alarms above it follow. The error is ErrNoAlarm.
func (s *Alarms) Set(now instant.Instant, name string, value StateValue, reason, data string) ([]Event, error) {
	a := s.byName[name]
	if a == nil {
		return nil, fmt.Errorf("alarm %s: %w", name, ErrNoAlarm)
	}
	events := s.enter(nil, now, a, value, reason, data)
	return s.compose(events, now), nil
}

// Enable enables or disables the actions of an alarm.
func (s *Alarms) Enable(now instant.Instant, name string, enabled bool) {
	if a := s.byName[name]; a != nil {
		a.actions().ActionsEnabled, a.configured = enabled, now
	}
}

// Next returns when alarms are to be evaluated next: once for each minute that has
// arrived.
func (s *Alarms) Next(now instant.Instant) instant.Instant {
	return now.Add(-s.Assumed.Lag).Truncate(time.Minute).Add(time.Minute + s.Assumed.Lag)
}

// Evaluate judges all alarms, by the minutes that have arrived at now, and returns
// what happened in the order of AWS's history, metric alarms before composite ones. It
// judges each minute once: after a time in which nobody called it, the alarms are
// evaluated once, not for each minute that passed.
func (s *Alarms) Evaluate(now instant.Instant, store *Store) []Event {
	end := now.Add(-s.Assumed.Lag).Truncate(time.Minute)
	if end == s.judged {
		return nil
	}
	s.judged = end
	var events []Event
	for i, a := range s.all() {
		if a.metric != nil {
			events = s.evaluate(events, now, end, a, store)
		}
		if i%20 == 19 && s.Pause != nil {
			s.Pause()
		}
	}
	return s.compose(events, now)
}

func (s *Alarms) evaluate(events []Event, now, end instant.Instant, a *alarm, store *Store) []Event {
	m := a.metric
	n := m.EvaluationPeriods
	s.points = slices.Grow(s.points[:0], n+wider)[:n+wider]
	if a.program.read(store, end, s.points) != nil {
		return events // Put has tried it
	}
	holds := comparisons[m.ComparisonOperator].holds
	for i := range s.points {
		p := &s.points[i]
		p.breaches = p.present && holds(p.value, m.Threshold)
	}
	treat := m.treatment(s.Assumed.IgnoreDynamoDB)
	found, deciding := judge(s.points, n, m.needed(), treat)
	if len(deciding) > 0 && deciding[0].few && m.EvaluateLowSampleCountPercentile == treatIgnore {
		found = keep
	}
	to := found.state(a.state.Value)
	if to == a.state.Value {
		return s.repeat(events, now, a, deciding)
	}
	return s.enter(events, now, a, to, m.reason(a.state.Value, to, deciding, treat), m.reasonData(now, deciding))
}

// repeat lets the scaling policies of the state act again. The data of the event's
// reason is that of this evaluation: the state keeps its own
// (docs/aws/cloudwatch.md#actions).
func (s *Alarms) repeat(events []Event, now instant.Instant, a *alarm, deciding []datapoint) []Event {
	var policies []string
	for _, action := range a.actions().Of(a.state.Value) {
		if scaling(action) {
			policies = append(policies, action)
		}
	}
	if policies == nil {
		return events
	}
	again := Event{At: now, Alarm: a.name, Old: a.state, New: a.state, Actions: policies}
	if len(deciding) > 0 {
		again.New.ReasonData = a.metric.reasonData(now, deciding)
	}
	return append(events, again)
}

// enter sets the state of an alarm.
func (s *Alarms) enter(events []Event, now instant.Instant, a *alarm, to StateValue, reason, data string) []Event {
	old := a.state
	a.state.Value, a.state.Reason, a.state.ReasonData, a.state.Updated = to, reason, data, now
	if to == old.Value {
		return events
	}
	a.state.Transitioned = now
	return append(events, Event{At: now, Alarm: a.name, Changed: true, Old: old, New: a.state, Actions: a.actions().Of(to)})
}
