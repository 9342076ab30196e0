package dynamo

import (
	"time"

	"lullaby/dynamo/plan"
)

// checkQuotas refuses what old becomes in next if a quota of the account or the
// table does not allow it. The caller holds ddl.
func (e *Engine) checkQuotas(old, next *plan.Plan, now time.Time) error {
	if err := e.rules.CheckUnits(old, next, e.reserved()); err != nil {
		return err
	}
	if old.Updating() || !next.Updating() {
		return nil
	}
	return e.checkChanging(now)
}

// checkChanging refuses to have one more table change. The caller holds ddl.
func (e *Engine) checkChanging(now time.Time) error {
	changing := 0
	for _, t := range e.all() {
		if t.status(now) != plan.StatusActive {
			changing++
		}
	}
	return e.rules.CheckChanging(changing)
}

// reserved returns what the tables of the account reserve, until they are gone.
func (e *Engine) reserved() plan.Units {
	var sum plan.Units
	for _, t := range e.all() {
		sum = sum.Plus(t.desc.Load().plan.Reserved())
	}
	return sum
}
