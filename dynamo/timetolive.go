package dynamo

import (
	"lullaby/dynamo/plan"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// A timeToLive is the stored state of the time to live of a table.
type timeToLive struct {
	Attribute string          // set until DISABLED
	Enabled   bool            // ENABLED or ENABLING
	Due       instant.Instant `json:",omitzero"` // when ENABLING or DISABLING ends; zero: neither
	Fixed     instant.Instant `json:",omitzero"` // no change before this
}

func (l *timeToLive) status() string {
	switch {
	case l.Enabled && l.Due.IsZero():
		return "ENABLED"
	case l.Enabled:
		return "ENABLING"
	case !l.Due.IsZero():
		return "DISABLING"
	}
	return "DISABLED"
}

// settle completes ENABLING or DISABLING if it is due at now; next is when it is
// due otherwise, zero if there is none.
func (l *timeToLive) settle(now instant.Instant) (changed bool, next instant.Instant) {
	if l.Due.IsZero() || now.Before(l.Due) {
		return false, l.Due
	}
	l.Due = 0
	if !l.Enabled {
		l.Attribute = ""
	}
	return true, 0
}

// set starts a change of the time to live. The error is a refusal.Validation.
func (l *timeToLive) set(want *request.TimeToLiveSpecification, now instant.Instant, durations *plan.Durations) error {
	switch {
	case !*want.Enabled && !l.Enabled:
		return refusal.Invalid("TimeToLive is already disabled")
	case l.Enabled && l.Attribute != *want.AttributeName:
		return refusal.Invalid("TimeToLive is active on a different AttributeName: current AttributeName is " + l.Attribute)
	case *want.Enabled && l.Enabled:
		return refusal.Invalid("TimeToLive is already enabled")
	case now.Before(l.Fixed):
		return refusal.Invalid("Time to live has been modified multiple times within a fixed interval")
	}
	*l = timeToLive{Attribute: *want.AttributeName, Enabled: *want.Enabled, Due: now.Add(durations.TimeToLive), Fixed: now.Add(durations.TimeToLiveCooldown)}
	return nil
}
