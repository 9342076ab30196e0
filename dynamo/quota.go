package dynamo

import (
	"lullaby/dynamo/plan"
	"lullaby/instant"
)

// checkQuotas refuses what old becomes in next if a quota of the account or the
// table does not allow it. The caller holds ddl.
func (e *Engine) checkQuotas(old, next *plan.Plan, now instant.Instant) error {
	if err := e.rules.CheckUnits(old, next, e.reserved(now)); err != nil {
		return err
	}
	if old.Updating() || !next.Updating() {
		return nil
	}
	return e.checkChanging(now)
}

// checkChanging refuses to have one more table change. The caller holds ddl.
func (e *Engine) checkChanging(now instant.Instant) error {
	changing := 0
	for _, t := range e.all(now) {
		if t.status(now) != plan.StatusActive {
			changing++
		}
	}
	return e.rules.CheckChanging(changing)
}

// reserved returns what the tables of the account reserve, until they are gone.
func (e *Engine) reserved(now instant.Instant) plan.Units {
	var sum plan.Units
	for _, t := range e.all(now) {
		sum = sum.Plus(t.desc.Load().plan.Reserved())
	}
	return sum
}
