//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"lullaby/internal/bench"
)

// A build is a built program and the source tree that it comes from.
type build struct {
	revision string
	tree     string
	binary   string
}

// buildBoth builds the program of a git revision and that of the working tree, in
// folders of their own in dir. It removes nothing.
func buildBoth(ctx context.Context, dir, revision string) (builds [2]build, err error) {
	before, after := filepath.Join(dir, "before"), filepath.Join(dir, "after")
	if builds[0], err = buildRevision(ctx, before, revision); err != nil {
		return builds, err
	}
	builds[1], err = buildWorkingTree(ctx, after)
	return builds, err
}

// buildRevision builds the program from a copy of the revision's tree, in dir too.
func buildRevision(ctx context.Context, dir, revision string) (b build, err error) {
	if b.revision, err = git(ctx, "rev-parse", "--verify", "--short", revision+"^{commit}"); err != nil {
		return build{}, err
	}
	b.tree = filepath.Join(dir, "tree")
	if err := os.MkdirAll(b.tree, 0o750); err != nil {
		return build{}, err
	}
	archive := filepath.Join(dir, "tree.tar")
	if _, err := git(ctx, "archive", "--output", archive, b.revision); err != nil {
		return build{}, err
	}
	if out, err := exec.CommandContext(ctx, "tar", "-xf", archive, "-C", b.tree).CombinedOutput(); err != nil {
		return build{}, fmt.Errorf("tar: %w\n%s", err, out)
	}
	b.binary, err = bench.Build(ctx, b.tree, dir)
	return b, err
}

func buildWorkingTree(ctx context.Context, dir string) (b build, err error) {
	if b.revision, err = git(ctx, "describe", "--always", "--dirty", "--exclude=*"); err != nil {
		return build{}, err
	}
	b.tree = "."
	b.binary, err = bench.Build(ctx, b.tree, dir)
	return b, err
}

// git runs a command of git in the working tree and returns its output.
func git(ctx context.Context, args ...string) (string, error) {
	c := exec.CommandContext(ctx, "git", args...)
	var errs strings.Builder
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w\n%s", strings.Join(args, " "), err, errs.String())
	}
	return strings.TrimSpace(string(out)), nil
}
