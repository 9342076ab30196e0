package dynamo

import (
	"fmt"
	"strings"
	"time"
)

// A KeySchemaError says that a table is declared with another key than the one
// that its items have. On AWS that replaces the table; here nothing is lost.
type KeySchemaError struct {
	TableName  string
	Have, Want string // "_id (S)", "pk (S), sk (N)"
}

func (e *KeySchemaError) Error() string {
	return fmt.Sprintf("table %s has the key %s and is declared with %s", e.TableName, e.Have, e.Want)
}

// Declare makes a table be as a template has it, at once: made if it is not
// there, its billing mode and capacity changed if they differ. A table that was
// there takes requests with its burst full. The error is a *KeySchemaError or a
// *ValidationError; then nothing has changed.
func (e *Engine) Declare(in *CreateTableInput) error {
	if err := in.validate(); err != nil {
		return err
	}
	e.ddl.Lock()
	defer e.ddl.Unlock()
	now := time.Now()
	want := in.description(now, e.place())
	old := e.declared(want.TableName)
	if old == nil {
		e.number(&want)
		t := e.newTable(want, now)
		t.tallies(func(_ string, n *tally) { n.counted.Store(true) })
		return e.put(t)
	}
	d := *old.desc.Load()
	if have, want := d.keyText(), want.keyText(); have != want {
		return &KeySchemaError{TableName: old.name, Have: have, Want: want}
	}
	if d.throughput() == want.throughput() {
		return nil
	}
	d.BillingMode = want.BillingMode
	d.ReadCapacityUnits, d.WriteCapacityUnits = want.ReadCapacityUnits, want.WriteCapacityUnits
	return e.replace(old, d, now)
}

// declared returns the table of that name unless it is being deleted, or nil.
func (e *Engine) declared(name string) *table {
	v, _ := e.tables.Load(name)
	t, _ := v.(*table)
	if t == nil || t.gone.Load() != 0 {
		return nil
	}
	return t
}

// throughput is what an update may change.
func (d *description) throughput() [3]any {
	return [3]any{d.BillingMode, d.ReadCapacityUnits, d.WriteCapacityUnits}
}

// keyText tells of the primary key.
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
