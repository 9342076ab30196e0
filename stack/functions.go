package stack

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"time"

	"lullaby/lambda"
	"lullaby/lambda/host"
	"lullaby/lambda/interpreter"
	"lullaby/template"
)

// startFunctions makes all functions ready to be invoked.
func (s *Stack) startFunctions(ctx context.Context) (err error) {
	if s.template == nil {
		return nil
	}
	if s.opts.kept != nil {
		s.functions = s.opts.kept.functions
	} else if s.functions, err = s.build(ctx, s.template); err != nil {
		return err
	}
	if err := s.makeScratch(); err != nil { // for Watch
		return err
	}
	s.host, err = host.New(host.Options{
		Scope:        s.opts.Scope,
		Endpoint:     s.AWSURL(),
		Credentials:  s.functionCredentials,
		Limits:       lambda.Limits{Unlimited: s.opts.Unlimited},
		MaxSandboxes: s.opts.MaxSandboxes,
		Metrics:      s.sink,
		Log:          s.opts.Logs,
		Embedded:     s.metrics.PutEmbedded,
		Warden:       s.opts.Warden,
		AdoptOrphans: s.opts.AdoptOrphans,

		IgnoreMemorySize: s.opts.IgnoreMemorySize,
		NoFreeze:         s.opts.NoFreeze,
	}, s.functions)
	if err != nil {
		return err
	}
	s.onClose(s.host.Close)
	if len(s.functions) > 0 && s.opts.kept == nil {
		s.say("%s (--max-sandboxes)", s.host.Room())
	}
	return nil
}

// build builds the functions of t that are source code, and finds out how each runs.
func (s *Stack) build(ctx context.Context, t *template.Template) ([]host.Function, error) {
	if err := s.makeScratch(); err != nil {
		return nil, err
	}
	functions := make([]host.Function, 0, len(t.Functions))
	for _, f := range t.Functions {
		built, err := s.buildOne(ctx, f)
		if err != nil {
			return nil, fmt.Errorf("%v: function %s: %w", f.Pos(), f.LogicalID, err)
		}
		functions = append(functions, built)
	}
	return functions, nil
}

// makeScratch makes the folder of built functions, and what builds those of Python
// and Node.js.
func (s *Stack) makeScratch() (err error) {
	if s.interpreters != nil {
		return nil
	}
	if s.built, err = s.scratch(); err != nil {
		return err
	}
	scratch, err := filepath.Abs(s.built) // functions run elsewhere
	if err != nil {
		return err
	}
	s.interpreters = interpreter.New(interpreter.Options{
		Python: s.opts.Python, Node: s.opts.Node, Scratch: scratch,
		Say: func(message string) { s.say("%s", message) },
	})
	return nil
}

// buildOne returns a function as the host runs it.
func (s *Stack) buildOne(ctx context.Context, f *template.Function) (host.Function, error) {
	made := host.Function{
		Name:                f.Name,
		Handler:             f.Handler,
		Dir:                 ".",
		Defaults:            map[string]string{},
		Fault:               f.Fault,
		MemorySize:          f.MemorySize,
		Timeout:             f.Timeout,
		Environment:         f.Environment,
		ReservedConcurrency: f.ReservedConcurrency,
	}
	if f.LogFormat != "" {
		made.Defaults["AWS_LAMBDA_LOG_FORMAT"], made.Defaults["AWS_LAMBDA_LOG_LEVEL"] = f.LogFormat, f.LogLevel
		made.Logging = lambda.Logging{JSON: true, Application: lambda.LogLevel(f.LogLevel), System: lambda.LogLevel(f.SystemLogLevel)}
	}
	var err error
	switch {
	case f.Fault != "":
	case f.Interpreted():
		var built interpreter.Built
		built, err = s.interpreters.Build(ctx, interpretedFunction(f))
		made.Dir, made.Command = built.Dir, built.Command
		maps.Copy(made.Defaults, built.Environment)
	default:
		made.Dir, err = s.compile(ctx, f)
		if errors.Is(err, host.ErrNotBuilt) && f.BuildMethod != "" {
			// The tool that the template names has not built it: as with a runtime that is not here, the rest runs.
			s.say("not run here: %v: %s: it is to be built by %s first: %v", f.Pos(), f.LogicalID, f.BuildMethod, err)
			made.Fault, made.Dir, err = err.Error(), ".", nil
		}
	}
	return made, err
}

func interpretedFunction(f *template.Function) interpreter.Function {
	made := interpreter.Function{ID: f.LogicalID, Runtime: f.Runtime, Code: f.CodeURI, Inline: f.Inline, MemorySize: f.MemorySize}
	if f.Bundle != nil {
		bundle := interpreter.Bundle(*f.Bundle)
		made.Bundle = &bundle
	}
	for _, l := range f.Layers {
		made.Layers = append(made.Layers, interpreter.Layer{ID: l.LogicalID, Path: l.ContentURI, BuildMethod: l.BuildMethod})
	}
	return made
}

// compile builds a function if it is source code. It returns the folder with
// the bootstrap.
func (s *Stack) compile(ctx context.Context, f *template.Function) (string, error) {
	start := time.Now()
	out := filepath.Join(s.built, f.LogicalID)
	dir, built, err := host.Build(ctx, f.CodeURI, out, func() { s.say("building %s ...", f.LogicalID) })
	if err == nil && built {
		s.say("built %s in %.1f s", f.LogicalID, time.Since(start).Seconds())
	}
	return dir, err
}
