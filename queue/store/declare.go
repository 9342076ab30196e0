package store

import (
	"fmt"
	"maps"
	"reflect"

	"lullaby/instant"
	"lullaby/queue/request"
)

// A Declaration is a queue of a template: its whole state, of which a request to
// CreateQueue would give a part.
type Declaration struct {
	Name       string
	Attributes map[string]string // as of CreateQueue; others have their defaults
	Tags       map[string]string
}

// A DeclarationError says which queue could not be declared, and why: a refusal, or
// an error of storage.
type DeclarationError struct {
	Name string
	Err  error
}

func (e *DeclarationError) Error() string { return fmt.Sprintf("queue %s: %v", e.Name, e.Err) }

// Unwrap returns why.
func (e *DeclarationError) Unwrap() error { return e.Err }

// Declare makes the queues of a template, or changes those that exist as a stack
// update would; their messages stay. The queues may name each other as dead-letter
// queues, in any order. Declare changes nothing of a queue that is as declared. The
// error is a *DeclarationError: queues before it are declared then.
func (e *Engine) Declare(now instant.Instant, ds ...Declaration) error {
	e.ddl.Lock()
	defer e.ddl.Unlock()
	wanted := make([]request.Settings, len(ds))
	for i := range ds {
		if err := e.declareNew(now, &ds[i], &wanted[i]); err != nil {
			return &DeclarationError{ds[i].Name, err}
		}
	}
	for i := range ds {
		if err := e.declareSettings(now, &ds[i], &wanted[i]); err != nil {
			return &DeclarationError{ds[i].Name, err}
		}
	}
	return nil
}

// declareNew reads the settings of a declaration, and makes the queue unless it
// exists: without a dead-letter queue, which may follow. The caller holds ddl.
func (e *Engine) declareNew(now instant.Instant, d *Declaration, wanted *request.Settings) (err error) {
	in := &request.CreateQueueInput{QueueName: d.Name, Attributes: d.Attributes, Tags: d.Tags}
	if *wanted, err = in.Settings(); err != nil {
		return err
	}
	if _, err := e.named(d.Name); err == nil {
		return nil // and of this type: the name says it
	}
	made := *wanted
	made.Redrive = nil
	return e.create(now, &description{Name: d.Name, Created: now, Modified: now, Tags: d.Tags}, made)
}

// declareSettings gives the queue of a declaration its settings and tags. The caller
// holds ddl.
func (e *Engine) declareSettings(now instant.Instant, d *Declaration, wanted *request.Settings) error {
	q, err := e.named(d.Name)
	if err != nil {
		return err
	}
	old := q.desc.Load()
	if reflect.DeepEqual(old.settings, *wanted) && maps.Equal(old.Tags, d.Tags) {
		return nil
	}
	if err := e.checkRedrive(d.Name, wanted); err != nil {
		return err
	}
	changed := old.with(*wanted)
	changed.Tags, changed.Modified = d.Tags, now
	return e.replace(now, e.db.NewBatch(), q, changed)
}
