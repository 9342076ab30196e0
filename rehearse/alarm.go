package rehearse

import (
	"slices"
	"strings"

	"lullaby/pager"
	"lullaby/rehearse/report"
	"lullaby/template"
	"lullaby/watch"
)

// An alarm is an alarm of the template, with what became of it.
type alarm struct {
	of      *template.Alarm
	wake    pager.Topics
	actions watch.Actions
	played  bool // it is judged
	changes []report.Change
}

func newAlarm(of *template.Alarm, wake pager.Topics) *alarm {
	if of.Composite != nil {
		return &alarm{of: of, wake: wake, actions: of.Composite.Alarm().Actions}
	}
	return &alarm{of: of, wake: wake, actions: of.Metric.Alarm().Actions}
}

// topics returns the topics that wake somebody to which the alarm publishes that it
// fires.
func (a *alarm) topics() []string {
	all := []string{}
	for _, action := range a.actions.Of(watch.StateAlarm) {
		if a.wake.Wake(action) {
			all = append(all, action)
		}
	}
	return all
}

// serviceOf returns the service that an alarm's action names, empty if it is no ARN.
func serviceOf(action string) string {
	if parts := strings.SplitN(action, ":", 4); len(parts) == 4 && parts[0] == "arn" {
		return parts[2]
	}
	return ""
}

// wakes reports whether the alarm has woken somebody and was not OK since. Of one that
// always fires nobody waits for the end.
func (a *alarm) wakes() bool {
	for _, change := range slices.Backward(a.changes) {
		switch watch.StateValue(change.State) {
		case watch.StateAlarm:
			return len(a.topics()) > 0 && a.of.Certain.Why == ""
		case watch.StateOK:
			return false
		case watch.StateInsufficientData:
		}
	}
	return false
}

// assumeActions notes the actions of alarms that are not played.
func (r *Rehearsal) assumeActions() {
	for _, of := range r.template.Alarms {
		a := newAlarm(of, nil).actions
		if slices.ContainsFunc(slices.Concat(a.AlarmActions, a.OKActions, a.InsufficientDataActions), func(action string) bool { return serviceOf(action) == "lambda" }) {
			r.assume("the function that %s invokes changes nothing", of.LogicalID)
		}
	}
}
