package plan

import (
	"fmt"
	"slices"
	"strings"

	"lullaby/dynamo/refusal"
	"lullaby/instant"
)

// Rules are the quotas and durations for the tables of an account. The zero value
// has every quota, a region without a name, and no durations.
type Rules struct {
	Region    string // named in refusals
	Unlimited bool   // no quota, no budget and no cooldown; what they count is still counted
	Durations Durations
}

// A Change asks for changes of a table, all or none. The zero value asks for
// none. The caller must have checked that the values are valid, alone and
// together.
type Change struct {
	Mode    Mode     // empty: stays; Provisioned comes with Units, OnDemand without
	Units   *Units   // nil: stay; each at least 1
	Maximum *Partial // on demand; -1 removes one
	Warm    *Partial // nil: stays; raises the warm throughput
	Class   Class    // empty: stays

	Stream bool // the stream is enabled or disabled

	DeletionProtection *bool // nil: stays

	Indexes []IndexChange // at most one of a name
}

// Request starts the change c at now, or returns an error and changes nothing.
// The error is a refusal in AWS's words: InUse if something is already changing,
// LimitExceeded for a budget that is used up, Cooldown for deletion protection,
// NotFound and Validation for what the table does not have or may not be. Request
// does not check the account's quotas; Rules.CheckUnits and Rules.CheckChanging
// do.
func (p *Plan) Request(now instant.Instant, c *Change, rules *Rules) error {
	if err := p.CheckLife(now); err != nil {
		return err
	}
	if err := p.checkProtection(now, c, rules); err != nil {
		return err
	}
	r := request{Change: c, plan: p.Clone(), now: now, busy: p.busy(), durations: &rules.Durations}
	r.protect()
	if err := r.plan.warmUp(now, c.Warm, "table", r.plan.ShownMode(), r.durations); err != nil {
		return err
	}
	for _, step := range []func() error{r.changeClass, r.changeUnits, r.changeStream, r.changeMaximum, r.changeIndexes} {
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

// A request applies a Change to a copy of a plan. Its steps are in AWS's order.
type request struct {
	*Change

	plan      Plan
	now       instant.Instant
	busy      bool // something of the table was changing before
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
	if r.busy {
		return p.beingUpdated()
	}
	p.Pending = &Pending{Since: r.now, Due: r.now.Add(r.durations.Class), Class: r.Class}
	return nil
}

// changeStream has the table UPDATING for a change of its stream, which takes
// effect at once (docs/aws/streams.md#disabled-streams).
func (r *request) changeStream() error {
	if !r.Stream {
		return nil
	}
	if r.busy {
		return r.plan.beingUpdated()
	}
	r.plan.StreamDue = r.now.Add(r.durations.Stream)
	return nil
}

// changeUnits starts a change of units or of the mode.
func (r *request) changeUnits() error {
	p, mode := &r.plan, r.plan.ShownMode()
	switch {
	case r.Units == nil && r.Mode == "":
		return nil
	case r.Units == nil && (mode == OnDemand || p.onDemand()):
		return nil // no change, or too late to stop the switch
	case r.Units != nil && r.Mode == "" && mode == OnDemand:
		return refusal.InvalidValues("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
	case p.pendingUnits() != nil:
		return refusal.StillInUse("Table IOPS are currently being updated. Table: %s", p.TableName)
	case r.busy:
		return p.beingUpdated()
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

// checkIndexesStand rejects a change of units while an index is being allocated
// or deleted. The error is a refusal.InUse.
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

// withoutUnits returns the global indexes for which the request has no units.
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

// toOnDemand starts the switch of the table and its global indexes to on demand.
// Assumed: a change of an index in progress takes effect first.
func (r *request) toOnDemand() {
	p, took := &r.plan, r.durations.ToOnDemand
	if !p.OnDemandSince.IsZero() {
		took = r.durations.BackToOnDemand
	}
	p.Pending = &Pending{Since: r.now, Due: r.now.Add(took), Mode: OnDemand}
	p.Switches = append(p.switchesBy(r.now), r.now)
	for i := range p.Indexes {
		x := &p.Indexes[i]
		if !x.Global || x.Phase == Deleting {
			continue
		}
		if x.Pending != nil {
			x.complete(r.now, true)
		}
		x.Pending = p.Pending
	}
}

// unchanged returns the refusal of units equal to the present ones. of and in
// name the table or index.
func unchanged(of, in string, u Units) error {
	return refusal.Invalid(fmt.Sprintf("The provisioned throughput for %s will not change. The requested value equals the current value. "+
		"Current ReadCapacityUnits provisioned for %s: %d. Requested ReadCapacityUnits: %d. "+
		"Current WriteCapacityUnits provisioned for %s: %d. Requested WriteCapacityUnits: %d. "+msgHigherLimits,
		of, in, u.Read, u.Read, in, u.Write, u.Write))
}

// changeMaximum sets the maxima of a table on demand, at once.
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

// checkMode rejects a maximum for a provisioned table, or for an index of one,
// which index names as " for index : NAME". The error is a refusal.Validation.
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
