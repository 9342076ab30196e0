package poll

import (
	"context"

	"lullaby/instant"
	"lullaby/internal/uuid"
	"lullaby/lambda/mapping"
)

var _ mapping.API = (*Engine)(nil)

// CreateEventSourceMapping begins a mapping. The error is a *mapping.RefusalError,
// or of storage.
func (e *Engine) CreateEventSourceMapping(_ context.Context, now instant.Instant, in *mapping.CreateEventSourceMappingInput) (*mapping.EventSourceMappingConfiguration, error) {
	var f mapping.Function
	if in.FunctionName != nil {
		f = e.function(*in.FunctionName)
	}
	var q mapping.Queue
	if in.EventSourceArn != nil {
		q = e.queue(*in.EventSourceArn)
	}
	return e.change(func(all *mapping.Mappings) (mapping.EventSourceMappingConfiguration, error) {
		return all.Create(now, uuid.New(), in, f, q)
	})
}

// UpdateEventSourceMapping begins a change of a mapping. Of one that a template
// declares, the change lasts until the next start. The error is a
// *mapping.RefusalError, or of storage.
func (e *Engine) UpdateEventSourceMapping(_ context.Context, now instant.Instant, in *mapping.UpdateEventSourceMappingInput) (*mapping.EventSourceMappingConfiguration, error) {
	return e.change(func(all *mapping.Mappings) (mapping.EventSourceMappingConfiguration, error) {
		var f mapping.Function
		var q mapping.Queue
		for _, m := range all.All() {
			if m.UUID == in.UUID {
				f, q = e.functionOf(m), e.queue(m.EventSourceARN)
			}
		}
		if in.FunctionName != nil {
			f = e.function(*in.FunctionName)
		}
		return all.Update(now, in, f, q)
	})
}

// functionOf returns the function that a mapping has, by the ARN that it had: a
// template may name an alias, which no request can.
func (e *Engine) functionOf(m *mapping.Mapping) mapping.Function {
	f := e.functions[m.Next.Function]
	if f == nil {
		return mapping.Function{Missing: true}
	}
	return mapping.Function{Name: f.Name, ARN: m.Next.FunctionARN, Timeout: f.Timeout}
}

// DeleteEventSourceMapping begins the deletion of a mapping. One that a template
// declares is there again at the next start. The error is a *mapping.RefusalError,
// or of storage.
func (e *Engine) DeleteEventSourceMapping(_ context.Context, now instant.Instant, in *mapping.DeleteEventSourceMappingInput) (*mapping.EventSourceMappingConfiguration, error) {
	return e.change(func(all *mapping.Mappings) (mapping.EventSourceMappingConfiguration, error) {
		return all.Delete(now, in)
	})
}

// GetEventSourceMapping describes a mapping. The error is a *mapping.RefusalError.
func (e *Engine) GetEventSourceMapping(_ context.Context, now instant.Instant, in *mapping.GetEventSourceMappingInput) (*mapping.EventSourceMappingConfiguration, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	out, err := e.mappings.Get(now, in)
	return &out, err
}

// ListEventSourceMappings returns a page of mappings. The error is a
// *mapping.RefusalError.
func (e *Engine) ListEventSourceMappings(_ context.Context, now instant.Instant, in *mapping.ListEventSourceMappingsInput) (*mapping.ListEventSourceMappingsOutput, error) {
	var named mapping.Function
	if in.FunctionName != nil {
		named = e.function(*in.FunctionName)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	out, err := e.mappings.List(now, in, named.ARN)
	return &out, err
}
