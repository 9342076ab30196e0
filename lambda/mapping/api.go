package mapping

import (
	"context"

	"lullaby/instant"
)

// An API serves the operations of event source mappings. It is safe for concurrent
// use. Errors are *RefusalErrors, or of storage.
type API interface {
	CreateEventSourceMapping(ctx context.Context, now instant.Instant, in *CreateEventSourceMappingInput) (*EventSourceMappingConfiguration, error)
	GetEventSourceMapping(ctx context.Context, now instant.Instant, in *GetEventSourceMappingInput) (*EventSourceMappingConfiguration, error)
	ListEventSourceMappings(ctx context.Context, now instant.Instant, in *ListEventSourceMappingsInput) (*ListEventSourceMappingsOutput, error)
	UpdateEventSourceMapping(ctx context.Context, now instant.Instant, in *UpdateEventSourceMappingInput) (*EventSourceMappingConfiguration, error)
	DeleteEventSourceMapping(ctx context.Context, now instant.Instant, in *DeleteEventSourceMappingInput) (*EventSourceMappingConfiguration, error)
}
