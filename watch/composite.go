package watch

import (
	"fmt"
	"slices"
	"strings"

	"lullaby/instant"
	"lullaby/watch/internal/rule"
)

// A NoChildError refuses the rule of a composite alarm that names alarms that do not
// exist.
type NoChildError struct{ Names []string }

func (e *NoChildError) Error() string {
	return "Could not save the composite alarm as alarms [" + strings.Join(e.Names, ", ") + "] in the alarm rule do not exist"
}

// PutComposite makes a composite alarm, or replaces the settings of one and keeps its
// state. The error is a *NoChildError, or says what of the rule cannot be read.
func (s *Alarms) PutComposite(now instant.Instant, c CompositeAlarm) ([]Event, error) {
	r, err := rule.Parse(c.AlarmRule)
	if err != nil {
		return nil, err
	}
	var absent []string
	for _, child := range r.Children() {
		if s.find(child) == nil {
			absent = append(absent, child)
		}
	}
	if absent != nil {
		return nil, &NoChildError{absent}
	}
	born := s.byName[c.AlarmName] == nil
	a := s.make(now, c.AlarmName)
	a.composite, a.rule, a.metric, a.program = &c, r, nil, program{}
	var events []Event
	if born {
		to := s.holds(a)
		reason := fmt.Sprintf("%s was created and its alarm rule evaluates to %s", s.arn(a.name), to)
		events = s.enter(nil, now, a, to, reason, s.triggering(a))
	}
	return s.compose(events, now), nil
}

// arn returns the ARN of an alarm.
func (s *Alarms) arn(name string) string {
	if s.ARN == nil {
		return name
	}
	return s.ARN(name)
}

// find returns the alarm of a name or an ARN, nil if there is none.
func (s *Alarms) find(child string) *alarm {
	if a := s.byName[child]; a != nil {
		return a
	}
	if _, name, ok := strings.Cut(child, ":alarm:"); ok && s.arn(name) == child {
		return s.byName[name]
	}
	return nil
}

// holds returns the state that the rule of a composite alarm asks for. An alarm that
// was deleted is in no state.
func (s *Alarms) holds(a *alarm) StateValue {
	ring := a.rule.Holds(func(child string) rule.State {
		if c := s.find(child); c != nil {
			return rule.State(c.state.Value)
		}
		return ""
	})
	if ring {
		return StateAlarm
	}
	return StateOK
}

// compose lets composite alarms follow what happened, from the lowest up. One that is
// in a circle is not evaluated.
func (s *Alarms) compose(events []Event, now instant.Instant) []Event {
	done := map[string]int{} // 1: under way
	var visit func(a *alarm) (circle bool)
	visit = func(a *alarm) (circle bool) {
		if a.rule == nil || done[a.name] == 2 {
			return false
		}
		if done[a.name] == 1 {
			return true
		}
		done[a.name] = 1
		for _, child := range a.rule.Children() {
			if c := s.find(child); c != nil && visit(c) {
				circle = true
			}
		}
		done[a.name] = 2
		if !circle {
			events = s.follow(events, now, a)
		}
		return circle
	}
	for _, a := range s.all() {
		visit(a)
	}
	return events
}

// follow evaluates a composite alarm. Its reason is the last child that changed.
func (s *Alarms) follow(events []Event, now instant.Instant, a *alarm) []Event {
	to := s.holds(a)
	if to == a.state.Value {
		return events
	}
	reason := fmt.Sprintf("%s was updated and its alarm rule evaluates to %s", s.arn(a.name), to)
	for _, e := range slices.Backward(events) {
		if slices.ContainsFunc(a.rule.Children(), func(child string) bool { return child == e.Alarm || child == s.arn(e.Alarm) }) && e.Changed {
			reason = fmt.Sprintf("%s transitioned to %s at %s UTC", s.arn(e.Alarm), e.New.Value, now.Time().Format("Monday 02 January, 2006 15:04:05"))
			break
		}
	}
	return s.enter(events, now, a, to, reason, s.triggering(a))
}

// triggering returns the states of a composite alarm's children as JSON.
func (s *Alarms) triggering(a *alarm) string {
	var parts []string
	for _, child := range a.rule.Children() {
		if c := s.find(child); c != nil {
			parts = append(parts, fmt.Sprintf(`{"arn":%q,"state":{"value":"%s","timestamp":"%s"}}`, s.arn(c.name), c.state.Value, stamp(c.state.Transitioned)))
		}
	}
	return `{"triggeringAlarms":[` + strings.Join(parts, ",") + `]}`
}

// Parents returns the composite alarms whose rules name an alarm, in the order of
// their names.
func (s *Alarms) Parents(name string) []string {
	var all []string
	for _, a := range s.all() {
		if a.rule != nil && slices.ContainsFunc(a.rule.Children(), func(child string) bool { return child == name || child == s.arn(name) }) {
			all = append(all, a.name)
		}
	}
	return all
}
