package stack

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"lullaby/instant"
	"lullaby/lambda/mapping"
	"lullaby/lambda/poll"
)

// mapQueues makes the event source mappings as the template declares them, beside
// those that the API has made before. They do not poll yet.
func (s *Stack) mapQueues(context.Context) error {
	if s.template == nil {
		return nil
	}
	o := poll.Options{Scope: s.opts.Scope, Durations: mapping.Real, Metrics: s.sink, Log: s.opts.Log}
	if s.opts.Pessimistic {
		o.Durations, o.Assumptions = mapping.Slow, mapping.Strict
	}
	if s.opts.Instant {
		o.Durations = mapping.Durations{}
	}
	functions := make([]poll.Function, 0, len(s.template.Functions))
	for _, f := range s.template.Functions {
		functions = append(functions, poll.Function{Name: f.Name, Timeout: f.Timeout})
	}
	var err error
	if s.mappings, err = poll.New(s.db, s.queues, s.host, functions, o); err != nil {
		return err
	}
	for _, m := range s.template.EventSourceMappings {
		err := s.mappings.Declare(instant.Of(time.Now()), m.UUID, m.FunctionName, m.CreateEventSourceMapping())
		if refused, ok := errors.AsType[*mapping.RefusalError](err); ok {
			return fmt.Errorf("%v: event source mapping %s: %w", m.Pos(refused.Member...), m.LogicalID, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// poll has the mappings poll until the stack closes.
func (s *Stack) poll(context.Context) error { //nolint:contextcheck // the stack outlives Start's context
	if s.mappings == nil {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { s.mappings.Run(ctx) })
	s.onClose(func() error {
		cancel()
		running.Wait()
		return nil
	})
	return nil
}
