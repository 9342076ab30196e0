package stack

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"lullaby/lambda"
	"lullaby/lambda/host"
	"lullaby/template"
)

// startFunctions builds the functions that are source code and makes all
// functions ready to be invoked.
func (s *Stack) startFunctions(ctx context.Context) error {
	if s.template == nil {
		return nil
	}
	functions, err := s.build(ctx)
	if err != nil {
		return err
	}
	s.host, err = host.New(host.Options{
		Scope:        s.opts.Scope,
		Endpoint:     s.AWSURL(),
		Credentials:  s.functionCredentials,
		Limits:       lambda.Limits{Unlimited: s.opts.Unlimited},
		MaxSandboxes: s.opts.MaxSandboxes,
		Metrics:      s.opts.Metrics,
		Log:          s.opts.Logs,
		Embedded:     s.metrics.PutEmbedded,
		Warden:       s.opts.Warden,
		AdoptOrphans: s.opts.AdoptOrphans,

		IgnoreMemorySize: s.opts.IgnoreMemorySize,
	}, functions)
	if err != nil {
		return err
	}
	s.onClose(s.host.Close)
	if len(functions) > 0 {
		s.say("%s (--max-sandboxes)", s.host.Room())
	}
	return nil
}

func (s *Stack) build(ctx context.Context) ([]host.Function, error) {
	scratch, err := s.scratch()
	if err != nil {
		return nil, err
	}
	functions := make([]host.Function, 0, len(s.template.Functions))
	for _, f := range s.template.Functions {
		dir, err := s.buildOne(ctx, f, filepath.Join(scratch, f.LogicalID))
		if err != nil {
			return nil, fmt.Errorf("%v: function %s: %w", f.Pos(), f.LogicalID, err)
		}
		functions = append(functions, host.Function{
			Name:                f.Name,
			Handler:             f.Handler,
			Dir:                 dir,
			MemorySize:          f.MemorySize,
			Timeout:             f.Timeout,
			Environment:         f.Environment,
			ReservedConcurrency: f.ReservedConcurrency,
		})
	}
	return functions, nil
}

// buildOne builds a function if it is source code. It returns the folder with
// the bootstrap.
func (s *Stack) buildOne(ctx context.Context, f *template.Function, out string) (string, error) {
	start := time.Now()
	dir, built, err := host.Build(ctx, f.CodeURI, out, func() { s.say("building %s ...", f.LogicalID) })
	if err == nil && built {
		s.say("built %s in %.1f s", f.LogicalID, time.Since(start).Seconds())
	}
	return dir, err
}
