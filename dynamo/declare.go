package dynamo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"

	"lullaby/dynamo/plan"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// A KeySchemaError rejects a declaration whose primary key differs from that of
// the existing table. On AWS such a change replaces the table; here nothing is
// lost.
type KeySchemaError struct {
	TableName  string
	Have, Want string // "_id (S)", "pk (S), sk (N)"
}

func (e *KeySchemaError) Error() string {
	return fmt.Sprintf("table %s has the key %s and is declared with %s", e.TableName, e.Have, e.Want)
}

// A LocalIndexError rejects a declaration whose local indexes differ from those
// of the existing table. On AWS such a change replaces the table; here nothing is
// lost.
type LocalIndexError struct{ TableName string }

func (e *LocalIndexError) Error() string {
	return fmt.Sprintf("table %s is declared with other local indexes than it was made with", e.TableName)
}

// A Declaration is a table of a template.
type Declaration struct {
	Table       *request.CreateTableInput
	TimeToLive  *request.TimeToLiveSpecification // nil: items do not expire
	StreamLabel string                           // last part of the stream's ARN; empty: the instant of its creation
}

// Declare creates a table, or changes the existing one, to match a template. It
// takes effect at once and counts against no budget or cooldown. New global
// indexes are filled when it returns. No request may run meanwhile. The error is
// a *KeySchemaError, a *LocalIndexError, a refusal.Validation, a
// refusal.LimitExceeded, of ctx or of storage; with the first four nothing has
// changed.
func (e *Engine) Declare(ctx context.Context, now instant.Instant, d Declaration) error {
	in, ttl := d.Table, d.TimeToLive
	if err := in.Check(); err != nil {
		return err
	}
	if ttl != nil {
		if err := ttl.Check(); err != nil {
			return err
		}
	}
	e.ddl.Lock()
	defer e.ddl.Unlock()
	want := newDescription(in, now, e.opts.Scope, &plan.Durations{})
	if ttl != nil && *ttl.Enabled {
		want.TTL = timeToLive{Attribute: *ttl.AttributeName, Enabled: true}
	}
	t := e.liveTable(want.plan.TableName)
	if t != nil {
		return e.redeclare(ctx, t, want, d.stream(), now)
	}
	if err := e.rules.CheckUnits(&plan.Plan{}, &want.plan, e.reserved(now)); err != nil {
		return err
	}
	e.number(&want)
	t = e.newTable(want, now)
	t.tallies(func(_ string, n *tally) { n.counted.Store(true) })
	if err := e.addTable(t, d.stream(), now); err != nil {
		return err
	}
	e.carryOn(t)
	return nil
}

// redeclare changes an existing table to match want, and ends any change in
// progress. The caller holds ddl.
func (e *Engine) redeclare(ctx context.Context, t *table, want description, spec *wantedStream, now instant.Instant) error {
	old := t.desc.Load()
	if have, want := old.keyText(), want.keyText(); have != want {
		return &KeySchemaError{TableName: t.name, Have: have, Want: want}
	}
	if !reflect.DeepEqual(old.localShapes(), want.localShapes()) {
		return &LocalIndexError{TableName: t.name}
	}
	d := old.clone()
	d.AttributeDefinitions = want.AttributeDefinitions
	d.Tags = want.Tags
	if d.TTL.Attribute != want.TTL.Attribute || d.TTL.Enabled != want.TTL.Enabled {
		d.TTL = want.TTL
	}
	d.declarePlan(now, &want)
	if reflect.DeepEqual(*old, d) && t.streamAs(spec) {
		return nil
	}
	if err := e.rules.CheckUnits(&old.plan, &d.plan, e.reserved(now)); err != nil {
		return err
	}
	e.number(&d)
	if err := e.replace(t, d, spec, now); err != nil {
		return err
	}
	e.carryOn(t) // its task waits for ddl
	return e.fillDeclared(ctx, t, now)
}

// stream returns the stream of a template. A template without a
// StreamSpecification wants none.
func (d *Declaration) stream() *wantedStream {
	spec := d.Table.StreamSpecification
	if spec == nil {
		spec = &request.StreamSpecification{StreamEnabled: new(bool)}
	}
	return &wantedStream{spec, d.StreamLabel}
}

// streamAs reports whether the table already has the stream of spec, or none if
// spec wants none.
func (t *table) streamAs(spec *wantedStream) bool {
	s := t.stream.Load()
	if s == nil || !spec.Enabled() {
		return s == nil && !spec.Enabled()
	}
	return string(s.log.ViewType) == *spec.StreamViewType && (spec.label == "" || spec.label == s.Label)
}

// declarePlan sets the plan of d to that of want. An index with an unchanged name
// and shape stays; others are new.
func (d *description) declarePlan(now instant.Instant, want *description) {
	kept := d.plan.Declare(now, &want.plan, func(name string) bool {
		return reflect.DeepEqual(d.indexes[name].indexShape, want.indexes[name].indexShape)
	})
	indexes := maps.Clone(want.indexes)
	for _, name := range kept {
		indexes[name] = d.indexes[name]
	}
	d.indexes = indexes
}

// fillDeclared fills the new indexes of t. If ctx ends first, it returns the
// error of ctx and the next start fills them again. The caller holds ddl.
func (e *Engine) fillDeclared(ctx context.Context, t *table, now instant.Instant) error {
	d := t.desc.Load().clone()
	var errs []error
	for i := range d.plan.Indexes {
		x := &d.plan.Indexes[i]
		if !x.Creating() || x.Filled {
			continue
		}
		ix := t.indexByID(d.indexes[x.IndexName].ID)
		if ix.beingFilled {
			continue // by a task since the start
		}
		ix.beingFilled = true
		ix.counted.Store(true)
		if err := e.fill(ctx, t, ix); err != nil {
			ix.beingFilled = false // the follower of t fills it again
			errs = append(errs, err)
			continue
		}
		ix.filling.Store(false)
		x.Phase = plan.Active
	}
	if err := errors.Join(append(errs, ctx.Err())...); err != nil {
		return err
	}
	return e.replace(t, d, nil, now)
}

// localShapes returns the shapes of the local indexes by name.
func (d *description) localShapes() map[string]indexShape {
	shapes := map[string]indexShape{}
	for i := range d.plan.Indexes {
		if x := &d.plan.Indexes[i]; !x.Global {
			shapes[x.IndexName] = d.indexes[x.IndexName].indexShape
		}
	}
	return shapes
}

// liveTable returns the table of that name, or nil if it does not exist or is
// being deleted.
func (e *Engine) liveTable(name string) *table {
	v, _ := e.tables.Load(name)
	t, _ := v.(*table)
	if t == nil || t.gone.Load() != 0 {
		return nil
	}
	return t
}

// keyText formats the primary key, as in KeySchemaError.
func (d *description) keyText() string {
	kinds := map[string]string{}
	for _, a := range d.AttributeDefinitions {
		kinds[a.AttributeName] = a.AttributeType
	}
	parts := make([]string, len(d.KeySchema))
	for i, k := range d.KeySchema {
		parts[i] = k.AttributeName + " (" + kinds[k.AttributeName] + ")"
	}
	return strings.Join(parts, ", ")
}
