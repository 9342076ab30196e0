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

// A description is what is kept of a table; it is JSON in storage. What is at
// work is never changed: a change makes another one.
type description struct {
	ID                   uint64
	TableID              string
	AttributeDefinitions []AttributeDefinition
	KeySchema            []KeySchemaElement
	Created              instant.Instant
	Deleting             bool // its items are gone, its name soon

	Tags map[string]string `json:",omitzero"`
	TTL  timeToLive        `json:",omitzero"`
	SSE  *encryption       `json:",omitzero"` // nil: AWS has the key

	plan    plan.Plan                   // its members are among those in storage
	indexes map[string]indexDescription // of plan.Indexes, by name
}

// An indexDescription is what is kept of a secondary index beside its plan.
type indexDescription struct {
	ID uint64

	indexShape
}

// An indexShape is what of an index cannot be changed.
type indexShape struct {
	KeySchema  []KeySchemaElement
	Projection Projection
}

// A storedIndex is a secondary index in storage.
type storedIndex struct {
	indexDescription
	plan.Index
}

// MarshalJSON writes the members of the table and of its plan side by side.
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

// clone returns a description that may be changed.
func (d *description) clone() description {
	c := *d
	c.plan = d.plan.Clone()
	c.indexes = maps.Clone(d.indexes)
	return c
}

// settle carries out what is due in d at now, and returns when it is to be
// called again, as plan.Plan.Settle does.
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

// kinds returns the types of the key attributes.
func (d *description) kinds() map[string]attribute.Kind {
	kinds := make(map[string]attribute.Kind, len(d.AttributeDefinitions))
	for _, a := range d.AttributeDefinitions {
		kinds[a.AttributeName] = attribute.ParseKind(a.AttributeType)
	}
	return kinds
}

// define adds the definitions of new key attributes. Assumed: an attribute that
// is a key already keeps its type, whatever the request says.
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

// prune drops the definitions of attributes that are no longer in a key.
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
