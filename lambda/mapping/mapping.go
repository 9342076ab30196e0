package mapping

import (
	"slices"
	"time"

	"lullaby/instant"
	"lullaby/internal/arn"
)

// A State is the state of a mapping (docs/aws/mapping.md#states).
type State string

// The states of mappings. A mapping polls when it is Enabled, and with its old
// settings when it is Updating.
const (
	Creating  State = "Creating"
	Enabling  State = "Enabling"
	Enabled   State = "Enabled"
	Disabling State = "Disabling"
	Disabled  State = "Disabled"
	Updating  State = "Updating"
	Deleting  State = "Deleting"
)

// Durations say how long the states last that end by themselves. The zero value
// has none: every change is immediate.
type Durations struct{ Creating, Enabling, Disabling, Updating, Deleting time.Duration }

// Real are AWS's durations, and Slow the longest. Assumed: AWS documents "several
// seconds" for Deleting, and creation and deletion together were seen to take less
// than half a minute (docs/aws/mapping.md#states).
var (
	Real = Durations{10 * time.Second, 10 * time.Second, 10 * time.Second, 10 * time.Second, 10 * time.Second}
	Slow = Durations{time.Minute, time.Minute, time.Minute, time.Minute, time.Minute}
)

// A Mapping is an event source mapping of an SQS queue. Its Mappings own its
// fields, which are exported to be stored.
type Mapping struct {
	UUID           string
	EventSourceARN string
	State          State
	Changed        instant.Instant // by the last request
	Due            instant.Instant // when State ends; zero: not by itself
	Now, Next      Target          // in effect; in effect from Due on
}

// A Target is what a mapping does with messages.
type Target struct {
	Function    string // its name
	FunctionARN string // with the qualifier that the request had
	Settings    Settings
}

// Polls says whether messages are received.
func (m *Mapping) Polls() bool {
	return m.State == Enabled || m.State == Updating && m.Now.Settings.IsEnabled()
}

// Mappings are the mappings of an account and region. The zero value has none,
// and changes immediately. Not safe for concurrent use: the owner locks.
type Mappings struct {
	Scope     arn.Scope
	Durations Durations

	all []*Mapping // in the order of creation
}

// Settle brings the states up to now. It reports whether one has changed, and the
// instant at which the next one ends; zero: none does.
func (s *Mappings) Settle(now instant.Instant) (changed bool, next instant.Instant) {
	for i := 0; i < len(s.all); i++ {
		m := s.all[i]
		switch {
		case m.Due.IsZero():
			continue
		case m.Due.After(now):
			if next.IsZero() || m.Due.Before(next) {
				next = m.Due
			}
			continue
		}
		changed = true
		if m.State == Deleting {
			s.all = slices.Delete(s.all, i, i+1)
			i--
			continue
		}
		m.Now, m.State, m.Due = m.Next, Disabled, 0
		if m.Now.Settings.IsEnabled() {
			m.State = Enabled
		}
	}
	return changed, next
}

// All returns the mappings in the order of creation, to be read or stored.
func (s *Mappings) All() []*Mapping { return s.all }

// Restore sets the mappings to those that were stored.
func (s *Mappings) Restore(all []*Mapping) { s.all = all }

// become gives a mapping a state that lasts for a while.
func (s *Mappings) become(now instant.Instant, m *Mapping, state State, d time.Duration) {
	m.State, m.Changed, m.Due = state, now, now.Add(d)
	if d == 0 {
		s.Settle(now)
	}
}
