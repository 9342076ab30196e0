package poll

import (
	"encoding/json"
	"fmt"

	"lullaby/lambda/mapping"
	"lullaby/storage"
)

// key is the one key of the mappings: they are few, and are stored together.
var key = []byte{storage.Mappings}

// load reads the mappings that are stored.
func (e *Engine) load() error {
	var all []*mapping.Mapping
	_, err := e.db.Get(key, func(value []byte) error { return json.Unmarshal(value, &all) })
	if err != nil {
		return fmt.Errorf("load event source mappings: %w", err)
	}
	e.mappings.Restore(all)
	return nil
}

// change performs a request that changes a mapping. If the change cannot be stored,
// it is undone. The error is that of do, or of storage.
func (e *Engine) change(do func(all *mapping.Mappings) (mapping.EventSourceMappingConfiguration, error)) (*mapping.EventSourceMappingConfiguration, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	before := make([]*mapping.Mapping, len(e.mappings.All()))
	for i, m := range e.mappings.All() {
		before[i] = new(*m)
	}
	out, err := do(&e.mappings)
	if err != nil {
		return nil, err
	}
	if err := e.save(); err != nil {
		e.mappings.Restore(before)
		return nil, err
	}
	e.stir()
	return &out, nil
}

// save stores the mappings that no template declares. The caller holds mu.
func (e *Engine) save() error {
	stored := []*mapping.Mapping{}
	for _, m := range e.mappings.All() {
		if !e.declared[m.UUID] {
			stored = append(stored, m)
		}
	}
	value, err := json.Marshal(stored)
	if err != nil {
		return err
	}
	b := e.db.NewBatch()
	b.Set(key, value)
	return b.Commit()
}
