package pager

import (
	"slices"
	"strings"

	"lullaby/instant"
	"lullaby/watch"
)

// An Incident is what is known of an alarm that went off.
type Incident struct {
	Since instant.Instant // when it went off; zero: it is over
	Last  instant.Instant // its last change that was a page
}

// Incidents know which alarms went off and are not over, by their keys. The zero value
// knows of none. Not safe for concurrent use.
type Incidents struct{ byKey map[string]Incident }

// Restore puts back what Take returned.
func (s *Incidents) Restore(key string, i Incident) {
	if s.byKey == nil {
		s.byKey = map[string]Incident{}
	}
	s.byKey[key] = i
}

// Take decides whether a change of an alarm is a page, and of which kind. An event that
// was taken before is none, nor is one before it. The incident is what is known of the
// alarm from then on.
func (s *Incidents) Take(key string, e *watch.Event) (kind Kind, was, is Incident, ok bool) {
	was = s.byKey[key]
	is = was
	if !Pages(e) || e.At <= was.Last {
		return "", was, is, false
	}
	switch {
	case e.New.Value == watch.StateAlarm:
		kind, is = Trigger, Incident{Since: e.At, Last: e.At}
	case !was.Since.IsZero():
		kind, is = Recovery, Incident{Last: e.At}
	default:
		return "", was, is, false
	}
	s.Restore(key, is)
	return kind, was, is, true
}

// Pages reports whether an event may be a page: a change into ALARM or OK whose actions
// name a topic.
func Pages(e *watch.Event) bool {
	return e.Changed && e.New.Value != watch.StateInsufficientData && slices.ContainsFunc(e.Actions, IsTopic)
}

// IsTopic reports whether an action of an alarm is a topic's ARN.
func IsTopic(action string) bool {
	parts := strings.SplitN(action, ":", 4)
	return len(parts) == 4 && parts[0] == "arn" && parts[2] == "sns"
}
