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
)

// bootstrapName is the file that a package has to hold for an OS-only runtime.
const bootstrapName = "bootstrap"

// Build makes the package of a function executable on this machine, whatever
// its Architectures say, and returns the directory that holds its bootstrap.
//
// src is a directory, or a zip file, which is unpacked to out. If it holds a
// bootstrap for this system it is used as it is. Otherwise the Go source in it
// is built, with the user's own go command, environment and cache; the result
// is out/bootstrap, and built is true.
//
// out is Build's own and is made if need be. What is put there comes under its
// name when it is whole, so that a Build that is killed leaves no half. Two
// Builds may run at the same time unless they share an out.
func Build(ctx context.Context, src, out string) (dir string, built bool, err error) {
	info, err := os.Stat(src)
	if err != nil {
		return "", false, fmt.Errorf("function code: %w", err)
	}
	if info.IsDir() {
		return build(ctx, src, out)
	}
	return buildArchive(ctx, src, out)
}

// build is Build for a directory.
func build(ctx context.Context, src, out string) (dir string, built bool, err error) {
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
		return out, true, compile(ctx, src, out)
	case found != "":
		return "", false, fmt.Errorf("function code in %s: its bootstrap is for %s, this machine is %s, "+
			"and there is no Go source beside it to build it from", src, found, thisPlatform)
	default:
		return "", false, fmt.Errorf("function code in %s: neither an executable named bootstrap nor Go source (*.go) is there", src)
	}
}

// buildArchive is Build for a zip file. Everything happens in a folder beside
// out that then takes its place.
func buildArchive(ctx context.Context, src, out string) (dir string, built bool, err error) {
	if err := os.MkdirAll(filepath.Dir(out), 0o777); err != nil {
		return "", false, err
	}
	work, err := os.MkdirTemp(filepath.Dir(out), ".unpack-*")
	if err != nil {
		return "", false, err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := unpack(src, work, maxUnpacked); err != nil {
		return "", false, fmt.Errorf("function code in %s: %w", src, err)
	}
	if _, built, err = build(ctx, work, work); err != nil {
		return "", false, fmt.Errorf("unpacked from %s: %w", src, err)
	}
	if err := os.RemoveAll(out); err != nil {
		return "", false, err
	}
	return out, built, os.Rename(work, out)
}

// A BuildError is the go command's refusal to build a function.
type BuildError struct {
	Dir    string // of the source
	Output string // what the compiler said
	Err    error
}

func (e *BuildError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("go build in %s: %v\n%s", e.Dir, e.Err, e.Output))
}

func (e *BuildError) Unwrap() error { return e.Err }

// interruptGrace is what the go command has to end its compilers.
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
	// Without lambda.norpc aws-lambda-go carries the RPC of a runtime that is
	// no more. The state of a checkout is of no use here, and can be an error.
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
