package dynamo

import (
	"slices"
	"time"

	"lullaby/attribute"
)

// A description is what is kept of a table; it is JSON in storage. What is at
// work is never changed: a change makes another one.
type description struct {
	ID                   uint64
	TableID              string
	TableName            string
	AttributeDefinitions []AttributeDefinition
	KeySchema            []KeySchemaElement
	BillingMode          string
	Indexes              []indexDescription
	Created              time.Time
	Active               time.Time // when CREATING ends
	Deleting             bool      // its items are gone, its name soon

	provision

	OnDemandSince      time.Time         `json:",omitzero"` // when it last became on demand; zero: never
	Switches           []time.Time       `json:",omitzero"` // to on demand: its creation and requests, the last few
	Change             *change           `json:",omitzero"` // under way
	Class              string            `json:",omitzero"` // a table class; empty: never set
	ClassSince         time.Time         `json:",omitzero"`
	DeletionProtection bool              `json:",omitzero"`
	ProtectionSince    time.Time         `json:",omitzero"` // when a request last changed that
	Tags               map[string]string `json:",omitzero"`
	TTL                timeToLive        `json:",omitzero"`
	SSE                *encryption       `json:",omitzero"` // nil: AWS has the key
}

// An indexDescription is what is kept of a secondary index. Only global ones
// have a provision, a change and phases.
type indexDescription struct {
	ID         uint64
	IndexName  string
	Global     bool
	KeySchema  []KeySchemaElement
	Projection Projection

	provision

	Change    *change    `json:",omitzero"` // under way
	Phase     indexPhase `json:",omitzero"`
	Allocated time.Time  `json:",omitzero"` // when backfilling begins
	Due       time.Time  `json:",omitzero"` // when CREATING ends if it is filled by then, or DELETING
	Filled    bool       `json:",omitzero"` // whether backfilling has come to its end
}

// An indexPhase is where an index stands between CREATING and gone.
type indexPhase string

const (
	phaseActive      indexPhase = ""
	phaseAllocating  indexPhase = "allocating"  // CREATING, not yet Backfilling
	phaseBackfilling indexPhase = "backfilling" // CREATING
	phaseDeleting    indexPhase = "deleting"
)

// creating reports whether the index is not to be read yet.
func (x *indexDescription) creating() bool {
	return x.Phase == phaseAllocating || x.Phase == phaseBackfilling
}

// A change is what a table or index becomes when it is due.
type change struct {
	Since              time.Time
	Due                time.Time
	BillingMode        string
	ReadCapacityUnits  int64 // 0 on demand
	WriteCapacityUnits int64
	Class              string `json:",omitzero"` // not empty: the table class changes and nothing else
}

// clone returns a description that may be changed.
func (d *description) clone() description {
	c := *d
	c.Indexes = slices.Clone(d.Indexes)
	return c
}

// provisioned reports whether the table has capacity of its own.
func (d *description) provisioned() bool { return d.BillingMode != payPerRequest }

// throughputChange is the change of throughput or billing mode under way, or
// nil.
func (d *description) throughputChange() *change {
	if d.Change == nil || d.Change.Class != "" {
		return nil
	}
	return d.Change
}

// shownMode is the billing mode that the table is said to have: that of a
// switch from its beginning.
func (d *description) shownMode() string {
	if c := d.throughputChange(); c != nil {
		return c.BillingMode
	}
	return d.BillingMode
}

// indexNamed returns the index of that name, or nil.
func (d *description) indexNamed(name string) *indexDescription {
	for i := range d.Indexes {
		if d.Indexes[i].IndexName == name {
			return &d.Indexes[i]
		}
	}
	return nil
}

// indexesIn returns the names of the indexes in one of those phases.
func (d *description) indexesIn(phases ...indexPhase) []string {
	var names []string
	for _, x := range d.Indexes {
		if slices.Contains(phases, x.Phase) {
			names = append(names, x.IndexName)
		}
	}
	return names
}

// updating reports whether the table is UPDATING.
func (d *description) updating() bool {
	return d.Change != nil || d.indexesIn(phaseAllocating, phaseDeleting) != nil
}

// kinds returns the types of the key attributes.
func (d *description) kinds() map[string]attribute.Kind {
	kinds := make(map[string]attribute.Kind, len(d.AttributeDefinitions))
	for _, a := range d.AttributeDefinitions {
		kinds[a.AttributeName] = attribute.ParseKind(a.AttributeType)
	}
	return kinds
}

// prune drops the definitions of attributes that are no longer in a key.
func (d *description) prune() {
	used := func(a AttributeDefinition) bool {
		has := func(k KeySchemaElement) bool { return k.AttributeName == a.AttributeName }
		return slices.ContainsFunc(d.KeySchema, has) ||
			slices.ContainsFunc(d.Indexes, func(x indexDescription) bool { return slices.ContainsFunc(x.KeySchema, has) })
	}
	d.AttributeDefinitions = slices.DeleteFunc(slices.Clone(d.AttributeDefinitions), func(a AttributeDefinition) bool { return !used(a) })
}
