package dynamo

import (
	"lullaby/dynamo/plan"
	"lullaby/instant"
)

// checkQuotas rejects a change from old to next that exceeds a quota of the
// account or the table. The caller holds ddl. The error is a
// refusal.LimitExceeded.
func (e *Engine) checkQuotas(old, next *plan.Plan, now instant.Instant) error {
	if err := e.rules.CheckUnits(old, next, e.reserved(now)); err != nil {
		return err
	}
	if old.Updating() || !next.Updating() {
		return nil
	}
	return e.checkChanging(now)
}

// checkChanging rejects one more table that is CREATING, UPDATING or DELETING.
// The caller holds ddl. The error is a refusal.LimitExceeded.
func (e *Engine) checkChanging(now instant.Instant) error {
	changing := 0
	for _, t := range e.all(now) {
		if t.status(now) != plan.StatusActive {
			changing++
		}
	}
	return e.rules.CheckChanging(changing)
}

// reserved returns the units that the tables of the account reserve. A table
// reserves its units until its deletion ends.
func (e *Engine) reserved(now instant.Instant) plan.Units {
	var sum plan.Units
	for _, t := range e.all(now) {
		sum = sum.Plus(t.desc.Load().plan.Reserved())
	}
	return sum
}
