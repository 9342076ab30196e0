package dynamo

import "time"

// A timeToLive says which attribute, if any, makes items of a table expire.
type timeToLive struct {
	Attribute string    // that was last enabled, until it is DISABLED
	Enabled   bool      // or ENABLING
	Due       time.Time `json:",omitzero"` // when ENABLING or DISABLING ends; zero: it has
	Fixed     time.Time `json:",omitzero"` // until when it may not be changed again
}

// How long changes of time to live take, and how soon one may follow another.
const (
	// Assumed: AWS documents up to an hour and was never seen not to be done when
	// it was asked a second later (aws-controllers-k8s/dynamodb-controller,
	// docs/api-quirks, DDB-TABLE-145).
	ttlSettlingTime = time.Second
	// Between 1,812 and 1,872 s (the same, DDB-TABLE-143).
	ttlCooldown = 31 * time.Minute
)

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

// settle ends ENABLING and DISABLING.
func (l *timeToLive) settle(due func(time.Time) bool) {
	if l.Due.IsZero() || !due(l.Due) {
		return
	}
	l.Due = time.Time{}
	if !l.Enabled {
		l.Attribute = ""
	}
}

// set changes what makes items expire, or says in AWS's words why not.
func (l *timeToLive) set(want *TimeToLiveSpecification, now time.Time, due func(time.Duration) time.Time) error {
	switch {
	case !*want.Enabled && !l.Enabled:
		return &ValidationError{"TimeToLive is already disabled"}
	case l.Enabled && l.Attribute != *want.AttributeName:
		return &ValidationError{"TimeToLive is active on a different AttributeName: current AttributeName is " + l.Attribute}
	case *want.Enabled && l.Enabled:
		return &ValidationError{"TimeToLive is already enabled"}
	case now.Before(l.Fixed):
		return &ValidationError{"Time to live has been modified multiple times within a fixed interval"}
	}
	*l = timeToLive{Attribute: *want.AttributeName, Enabled: *want.Enabled, Due: due(ttlSettlingTime), Fixed: due(ttlCooldown)}
	return nil
}
