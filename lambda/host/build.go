package host

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"lullaby/internal/unzip"
	"lullaby/lambda"
)

// bootstrapName is the file that a package for an OS-only runtime must contain.
const bootstrapName = "bootstrap"

// Build makes the package of a function executable on this machine, whatever its
// Architectures say, and returns the directory of its bootstrap.
//
// src is a directory, or a zip file, which Build unpacks to out. A bootstrap for
// this system is used as it is. Otherwise Build calls compiling and compiles the Go
// source, with the user's own go command, environment and cache, to out/bootstrap;
// built is then true.
//
// Build owns out and creates it if it does not exist. It renames each result to
// its final name when it is complete, so that a killed Build leaves no incomplete
// one. Two Builds may run at the same time unless they share out.
func Build(ctx context.Context, src, out string, compiling func()) (dir string, built bool, err error) {
	info, err := os.Stat(src)
	if err != nil {
		return "", false, fmt.Errorf("function code: %w", err)
	}
	if info.IsDir() {
		return build(ctx, src, out, compiling)
	}
	return buildArchive(ctx, src, out, compiling)
}

// ErrNotBuilt says that a package is neither built nor source that Build builds.
var ErrNotBuilt = errors.New("neither an executable named bootstrap nor Go source (*.go) is there")

// build is Build for a directory.
func build(ctx context.Context, src, out string, compiling func()) (dir string, built bool, err error) {
	found, err := platformOf(filepath.Join(src, bootstrapName))
	if err == nil && (found == thisPlatform || found == anyPlatform) {
		return src, false, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", false, fmt.Errorf("function code in %s: %w", src, err)
	}
	source, err := filepath.Glob(filepath.Join(src, "*.go"))
	switch {
	case err != nil:
		return "", false, fmt.Errorf("function code in %s: %w", src, err)
	case len(source) > 0:
		compiling()
		return out, true, compile(ctx, src, out)
	case found != "":
		return "", false, fmt.Errorf("function code in %s: its bootstrap is for %s, this machine is %s, "+
			"and there is no Go source beside it to build it from", src, found, thisPlatform)
	default:
		return "", false, fmt.Errorf("function code in %s: %w", src, ErrNotBuilt)
	}
}

// buildArchive is Build for a zip file. It works in a folder beside out, which
// then replaces out.
func buildArchive(ctx context.Context, src, out string, compiling func()) (dir string, built bool, err error) {
	if err := os.MkdirAll(filepath.Dir(out), 0o777); err != nil {
		return "", false, err
	}
	work, err := os.MkdirTemp(filepath.Dir(out), ".unpack-*")
	if err != nil {
		return "", false, err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := unzip.Unpack(src, work, lambda.MaxUnpacked); err != nil {
		return "", false, fmt.Errorf("function code in %s: %w", src, err)
	}
	if _, built, err = build(ctx, work, work, compiling); err != nil {
		return "", false, fmt.Errorf("unpacked from %s: %w", src, err)
	}
	if err := os.RemoveAll(out); err != nil {
		return "", false, err
	}
	return out, built, os.Rename(work, out)
}

// A BuildError says that the go command failed to build a function.
type BuildError struct {
	Dir    string // of the source
	Output string // what the compiler said
	Err    error
}

func (e *BuildError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("go build in %s: %v\n%s", e.Dir, e.Err, e.Output))
}

func (e *BuildError) Unwrap() error { return e.Err }

// interruptGrace is the time in which the go command must end its compilers.
const interruptGrace = 5 * time.Second

// compile builds the main package in src as out/bootstrap.
func compile(ctx context.Context, src, out string) error {
	out, err := filepath.Abs(out) // go runs in src
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o777); err != nil {
		return err
	}
	work, err := os.MkdirTemp(out, ".build-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	binary := filepath.Join(work, bootstrapName)
	// Without lambda.norpc aws-lambda-go contains the RPC of a runtime that no
	// longer exists. The version of a checkout is of no use here, and reading it
	// can fail.
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-o", binary, ".")
	cmd.Dir = src
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = interruptGrace
	if output, err := cmd.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return &BuildError{Dir: src, Output: string(output), Err: err}
	}
	if _, err := platformOf(binary); err != nil {
		return &BuildError{Dir: src, Err: errors.New("the package is not main")}
	}
	return os.Rename(binary, filepath.Join(out, bootstrapName))
}
