package dynamo

import (
	"encoding/json"
	"maps"
	"slices"

	"lullaby/attribute"
	"lullaby/dynamo/plan"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// A description is the stored state of a table, as JSON. A published description
// is immutable: a change publishes a clone.
type description struct {
	ID                   uint64
	TableID              string
	AttributeDefinitions []AttributeDefinition
	KeySchema            []KeySchemaElement
	Created              instant.Instant
	Deleting             bool // the items are deleted; the name is still taken

	StreamLabel string `json:",omitzero"` // of the latest stream, enabled or not; empty: there was none

	Tags map[string]string `json:",omitzero"`
	TTL  timeToLive        `json:",omitzero"`
	SSE  *encryption       `json:",omitzero"` // nil: the default key of AWS

	plan    plan.Plan                   // JSON has its members beside these
	indexes map[string]indexDescription // of plan.Indexes, by name
}

// An indexDescription is the stored state of a secondary index, apart from its
// plan.
type indexDescription struct {
	ID uint64

	indexShape
}

// An indexShape is the part of an index that cannot change.
type indexShape struct {
	KeySchema  []KeySchemaElement
	Projection Projection
}

// A storedIndex is the JSON of a secondary index.
type storedIndex struct {
	indexDescription
	plan.Index
}

// MarshalJSON writes the members of the table and of its plan in one object.
func (d description) MarshalJSON() ([]byte, error) {
	type members description
	s := struct {
		members
		plan.Plan
		Indexes []storedIndex
	}{members: members(d), Plan: d.plan}
	for _, x := range d.plan.Indexes {
		s.Indexes = append(s.Indexes, storedIndex{d.indexes[x.IndexName], x})
	}
	return json.Marshal(s)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (d *description) UnmarshalJSON(text []byte) error {
	type members description
	var s struct {
		members
		plan.Plan
		Indexes []storedIndex
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	*d = description(s.members)
	d.plan = s.Plan
	d.indexes = make(map[string]indexDescription, len(s.Indexes))
	for _, x := range s.Indexes {
		d.plan.Indexes = append(d.plan.Indexes, x.Index)
		d.indexes[x.IndexName] = x.indexDescription
	}
	return nil
}

// clone returns a copy that may be changed without changing d.
func (d *description) clone() description {
	c := *d
	c.plan = d.plan.Clone()
	c.indexes = maps.Clone(d.indexes)
	return c
}

// settle applies the changes that are due at now and returns the next instant at
// which one is due, as plan.Plan.Settle does.
func (d *description) settle(now instant.Instant) (changed bool, next instant.Instant) {
	for _, settle := range []func(instant.Instant) (bool, instant.Instant){d.plan.Settle, d.TTL.settle, d.settleKey} {
		did, at := settle(now)
		changed = changed || did
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	if len(d.plan.Indexes) < len(d.indexes) {
		maps.DeleteFunc(d.indexes, func(name string, _ indexDescription) bool { return d.plan.Index(name) == nil })
		d.prune()
	}
	return changed, next
}

// kinds returns the types of the key attributes by name.
func (d *description) kinds() map[string]attribute.Kind {
	kinds := make(map[string]attribute.Kind, len(d.AttributeDefinitions))
	for _, a := range d.AttributeDefinitions {
		kinds[a.AttributeName] = attribute.ParseKind(a.AttributeType)
	}
	return kinds
}

// define adds the definitions of new key attributes and drops unused ones.
// Assumed: an attribute that is already in a key keeps its type, whatever the
// request says.
func (d *description) define(given []request.AttributeDefinition) {
	d.AttributeDefinitions = slices.Clone(d.AttributeDefinitions)
	for _, a := range given {
		defined := func(b AttributeDefinition) bool { return b.AttributeName == *a.AttributeName }
		if !slices.ContainsFunc(d.AttributeDefinitions, defined) {
			d.AttributeDefinitions = append(d.AttributeDefinitions, AttributeDefinition{*a.AttributeName, *a.AttributeType})
		}
	}
	d.prune()
}

// prune drops the definitions of attributes that no key uses.
func (d *description) prune() {
	used := map[string]bool{}
	add := func(schema []KeySchemaElement) {
		for _, k := range schema {
			used[k.AttributeName] = true
		}
	}
	add(d.KeySchema)
	for _, x := range d.indexes {
		add(x.KeySchema)
	}
	d.AttributeDefinitions = slices.DeleteFunc(slices.Clone(d.AttributeDefinitions), func(a AttributeDefinition) bool { return !used[a.AttributeName] })
}
