package plan

import (
	"fmt"
	"slices"
	"strings"

	"lullaby/dynamo/refusal"
	"lullaby/instant"
)

// Rules are what the changes of an account's tables are held to. The zero value
// has every quota, in a region without a name, and changes tables at once.
type Rules struct {
	Region    string // named in refusals
	Unlimited bool   // no quota, no budget and no cooldown; what they count is still counted
	Durations Durations
}

// A Change asks for what of a table is to change, all of it or nothing. The zero
// value asks for nothing. That the values are possible, each by itself and
// together, is for the caller to have checked.
type Change struct {
	Mode    Mode     // empty: stays; Provisioned comes with Units, OnDemand without
	Units   *Units   // nil: stay; each at least 1
	Maximum *Partial // on demand; -1 removes one
	Warm    *Partial // not nil: the warm throughput is raised, though nothing may be given
	Class   Class    // empty: stays

	DeletionProtection *bool // nil: stays

	Indexes []IndexChange // at most one of a name
}

// Request puts c under way at now, or refuses it and changes nothing. The error
// is a refusal in AWS's words: InUse of what is changing already, LimitExceeded
// where a budget is used up, Cooldown for deletion protection, NotFound and
// Validation for what the table does not have or may not be. The quotas of the
// account are those of Rules.
func (p *Plan) Request(now instant.Instant, c *Change, rules *Rules) error {
	if err := p.CheckLife(now); err != nil {
		return err
	}
	if err := p.checkProtection(now, c, rules); err != nil {
		return err
	}
	r := request{Change: c, plan: p.Clone(), now: now, durations: &rules.Durations}
	r.protect()
	if err := r.plan.warmUp(now, c.Warm, "table", r.plan.ShownMode(), r.durations); err != nil {
		return err
	}
	for _, step := range []func() error{r.changeClass, r.changeUnits, r.changeMaximum, r.changeIndexes} {
		if err := step(); err != nil {
			return err
		}
	}
	if !rules.Unlimited {
		if err := p.checkBudgets(now, &r.plan); err != nil {
			return err
		}
	}
	*p = r.plan
	return nil
}

// A request makes a Change in a copy of a plan. Its steps come in AWS's order.
type request struct {
	*Change

	plan      Plan
	now       instant.Instant
	durations *Durations
}

func (r *request) protect() {
	if wanted := r.DeletionProtection; wanted != nil && *wanted != r.plan.DeletionProtection {
		r.plan.DeletionProtection, r.plan.ProtectionSince = *wanted, r.now
	}
}

func (r *request) changeClass() error {
	p := &r.plan
	if r.Class == "" || r.Class == Standard && p.Class == "" {
		return nil
	}
	if p.Pending != nil {
		return refusal.StillInUse("Table: %s is in the process of being updated.", p.TableName)
	}
	p.Pending = &Pending{Since: r.now, Due: r.now.Add(r.durations.Class), Class: r.Class}
	return nil
}

// changeUnits puts a change of units or of the mode under way.
func (r *request) changeUnits() error {
	p, mode := &r.plan, r.plan.ShownMode()
	switch {
	case r.Units == nil && r.Mode == "":
		return nil
	case r.Units == nil && (mode == OnDemand || p.onDemand()):
		return nil // said again, or said too late to stop the switch
	case r.Units != nil && r.Mode == "" && mode == OnDemand:
		return refusal.InvalidValues("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
	case p.pendingUnits() != nil:
		return refusal.StillInUse("Table IOPS are currently being updated. Table: %s", p.TableName)
	case p.Pending != nil:
		return refusal.StillInUse("Table: %s is in the process of being updated.", p.TableName)
	}
	if err := r.checkIndexesStand(); err != nil {
		return err
	}
	if r.Units == nil {
		r.toOnDemand()
		return nil
	}
	c := &Pending{Since: r.now, Due: r.now.Add(r.durations.Units), Mode: Provisioned, Units: *r.Units}
	if c.Units == p.Units {
		return unchanged("the table", "the table", c.Units)
	}
	if mode == OnDemand {
		c.Due = r.now.Add(r.durations.ToProvisioned)
		if missing := r.withoutUnits(); missing != nil {
			return refusal.InvalidValues("ProvisionedThroughput must be specified for index: %s", strings.Join(missing, ","))
		}
	}
	p.Pending = c
	return nil
}

// checkIndexesStand refuses to change the table's units while an index comes or
// goes.
func (r *request) checkIndexesStand() error {
	for _, at := range []struct {
		doing string
		phase Phase
	}{{"deleted", Deleting}, {"created", Allocating}} {
		busy := r.plan.indexesIn(at.phase)
		if busy == nil {
			continue
		}
		updated := func(x IndexChange) bool { return x.Action == UpdateIndex && slices.Contains(busy, x.Name) }
		if i := slices.IndexFunc(r.Indexes, updated); i >= 0 {
			return refusal.StillInUse("Index is being %s. Table: %s Index: %s", at.doing, r.plan.TableName, r.Indexes[i].Name)
		}
		return refusal.StillInUse("Can't change table IOPS when an index is being %s. Table: %s Indexes: [%s]",
			at.doing, r.plan.TableName, strings.Join(busy, ", "))
	}
	return nil
}

// withoutUnits returns the global indexes that are given no units.
func (r *request) withoutUnits() []string {
	var missing []string
	for i := range r.plan.Indexes {
		x := &r.plan.Indexes[i]
		given := func(c IndexChange) bool { return c.Action == UpdateIndex && c.Name == x.IndexName && c.Units != nil }
		if x.Global && !slices.ContainsFunc(r.Indexes, given) {
			missing = append(missing, x.IndexName)
		}
	}
	return missing
}

// toOnDemand puts the switch of the table and its indexes under way.
func (r *request) toOnDemand() {
	p, took := &r.plan, r.durations.ToOnDemand
	if !p.OnDemandSince.IsZero() {
		took = r.durations.BackToOnDemand
	}
	p.Pending = &Pending{Since: r.now, Due: r.now.Add(took), Mode: OnDemand}
	p.Switches = append(p.switchesBy(r.now), r.now)
	for i := range p.Indexes {
		if x := &p.Indexes[i]; x.Global && x.Phase != Deleting {
			x.Pending = p.Pending
		}
	}
}

// unchanged refuses units that are what they were; of and in name whose.
func unchanged(of, in string, u Units) error {
	return refusal.Invalid(fmt.Sprintf("The provisioned throughput for %s will not change. The requested value equals the current value. "+
		"Current ReadCapacityUnits provisioned for %s: %d. Requested ReadCapacityUnits: %d. "+
		"Current WriteCapacityUnits provisioned for %s: %d. Requested WriteCapacityUnits: %d. "+msgHigherLimits,
		of, in, u.Read, u.Read, in, u.Write, u.Write))
}

// changeMaximum sets the maxima of a table on demand.
func (r *request) changeMaximum() error {
	if r.Maximum == nil {
		return nil
	}
	if err := r.Maximum.checkMode(r.plan.ShownMode(), ""); err != nil {
		return err
	}
	if busy := r.plan.indexesIn(Deleting); busy != nil {
		return refusal.StillInUse("OnDemandThroughput cannot be updated while index deletion is in progress for indexes: [%s]", strings.Join(busy, ", "))
	}
	if busy := r.plan.indexesIn(Allocating); busy != nil {
		return refusal.StillInUse("OnDemandThroughput cannot be updated while index creation is in progress for indexes: [%s]", strings.Join(busy, ", "))
	}
	r.plan.bound(r.Maximum)
	return nil
}

// checkMode refuses a maximum for a table that is not on demand, or for its
// index: index is " for index : NAME" then.
func (g *Partial) checkMode(m Mode, index string) error {
	if g == nil || m == OnDemand {
		return nil
	}
	way := "Read"
	if g.Read == nil {
		way = "Write"
	}
	return refusal.InvalidValues("Max%sRequestUnits for OnDemandThroughput%s cannot be specified when the table BillingMode is PROVISIONED", way, index)
}
