package plan

import (
	"cmp"
	"slices"

	"lullaby/capacity"
	"lullaby/dynamo/refusal"
	"lullaby/instant"
)

// A Mode is a billing mode, in AWS's words.
type Mode string

// The modes. The zero Mode is none of them, and stands for Provisioned in a
// Plan.
const (
	Provisioned Mode = "PROVISIONED"
	OnDemand    Mode = "PAY_PER_REQUEST"
)

// A Class is a table class, in AWS's words. The zero Class is Standard for a
// table that never set one.
type Class string

// Standard is the class of a new table.
const Standard Class = "STANDARD"

// A Status is the status of a table or an index, in AWS's words.
type Status string

// The statuses that AWS has for tables and indexes.
const (
	StatusCreating Status = "CREATING"
	StatusActive   Status = "ACTIVE"
	StatusUpdating Status = "UPDATING"
	StatusDeleting Status = "DELETING"
)

// A Plan is the control plane of one table. Copy it with Clone.
type Plan struct {
	TableName string          // named in refusals
	Mode      Mode            `json:"BillingMode"` // in force; a switch takes effect at its end
	Active    instant.Instant // when CREATING ends

	Throughput // of the table, without its indexes

	OnDemandSince      instant.Instant   `json:",omitzero"` // when it last became on demand; zero: never
	Switches           []instant.Instant `json:",omitzero"` // to on demand: its creation and requests, the last few
	Class              Class             `json:",omitzero"`
	ClassSince         instant.Instant   `json:",omitzero"` // zero: since its creation
	StreamDue          instant.Instant   `json:",omitzero"` // when the UPDATING of a change of the stream ends; zero: none
	DeletionProtection bool              `json:",omitzero"`
	ProtectionSince    instant.Instant   `json:",omitzero"` // when a request last changed that

	Indexes []Index // secondary ones, in the order in which they are described
}

// New returns the plan of a table that is created at now. c has units if the mode
// is Provisioned, and indexes to create. d.Creating is how long the table is
// CREATING. New checks nothing.
func New(now instant.Instant, name string, c *Change, d *Durations) Plan {
	p := Plan{
		TableName: name, Mode: cmp.Or(c.Mode, Provisioned), Active: now.Add(d.Creating), Throughput: newThroughput(c.Units, c.Maximum, c.Warm),
		Class: c.Class, DeletionProtection: c.DeletionProtection != nil && *c.DeletionProtection,
	}
	if p.onDemand() {
		p.OnDemandSince, p.Switches = now, []instant.Instant{now}
	}
	for i := range c.Indexes {
		p.Indexes = append(p.Indexes, c.Indexes[i].index())
	}
	return p
}

// Clone returns a copy that may be changed without changing p.
func (p *Plan) Clone() Plan {
	c := *p
	c.Indexes = slices.Clone(p.Indexes)
	return c
}

// Index returns the index of that name, or nil.
func (p *Plan) Index(name string) *Index {
	for i := range p.Indexes {
		if p.Indexes[i].IndexName == name {
			return &p.Indexes[i]
		}
	}
	return nil
}

// Status returns the status of the table at now. It is never DELETING: the owner
// of the plan tracks deletion.
func (p *Plan) Status(now instant.Instant) Status {
	switch {
	case now.Before(p.Active):
		return StatusCreating
	case p.Updating():
		return StatusUpdating
	}
	return StatusActive
}

// busy reports whether the table as a whole is changing.
func (p *Plan) busy() bool { return p.Pending != nil || !p.StreamDue.IsZero() }

// Updating reports whether the status of the table is UPDATING because of a
// change. A table is ACTIVE while an index is filled or changes its units.
func (p *Plan) Updating() bool {
	return p.busy() || p.indexesIn(Allocating, Deleting) != nil
}

// IndexStatus returns the status at now of x, a global index of the table.
func (p *Plan) IndexStatus(now instant.Instant, x *Index) Status {
	switch {
	case x.Creating():
		return StatusCreating
	case x.Phase == Deleting:
		return StatusDeleting
	case x.Pending != nil:
		return StatusUpdating
	case now.Before(p.Active):
		return StatusCreating
	}
	return StatusActive
}

func (p *Plan) onDemand() bool { return p.Mode == OnDemand }

// pendingUnits returns the change of units or mode in progress, or nil.
func (p *Plan) pendingUnits() *Pending {
	if p.Pending == nil || p.Pending.Class != "" {
		return nil
	}
	return p.Pending
}

// ShownMode returns the mode in the description of the table. A switch shows from
// its beginning (docs/aws/tables.md#units-during-a-change).
func (p *Plan) ShownMode() Mode {
	if c := p.pendingUnits(); c != nil {
		return c.Mode
	}
	return p.Mode
}

// Setting returns the capacity of the table, without its indexes.
func (p *Plan) Setting() capacity.Setting { return p.setting(p.Mode) }

// IndexSetting returns the capacity of x, a global index of the table. An index
// that was created for the mode that the table switches to has that mode at once.
func (p *Plan) IndexSetting(x *Index) capacity.Setting {
	if x.Pending == nil {
		return x.setting(p.ShownMode())
	}
	return x.setting(p.Mode)
}

// CheckLife rejects a change of a table that is being created. The error is a
// refusal.InUse.
func (p *Plan) CheckLife(now instant.Instant) error {
	if now.Before(p.Active) {
		return refusal.StillInUse("Table is being created: %s", p.TableName)
	}
	return nil
}

// CheckDelete rejects the deletion of a table that is being created, is protected
// or is changing. The error is a refusal.InUse or refusal.Validation.
func (p *Plan) CheckDelete(now instant.Instant) error {
	if err := p.CheckLife(now); err != nil {
		return err
	}
	busy := func(x Index) bool { return x.Phase != Active || x.Pending != nil }
	switch {
	case p.DeletionProtection:
		return refusal.Invalid("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	case p.busy():
		return p.beingUpdated()
	case slices.ContainsFunc(p.Indexes, busy):
		return refusal.StillInUse("Cannot delete table while indexes are being created, updated, or deleted.")
	}
	return nil
}

func (p *Plan) beingUpdated() error {
	return refusal.StillInUse("Table: %s is in the process of being updated.", p.TableName)
}
