package interpreter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An Interpreter is a program of this machine that runs functions.
type Interpreter struct {
	language *language
	Path     string   // of the program itself, not of what starts it
	Version  string   // such as 3.11.7
	SDK      string   // version of AWS's SDK that is installed for it; empty: none is
	Flags    []string // optional ones that the client knows and it has
}

// probeTime bounds how long an interpreter may take to say what it is.
const probeTime = 20 * time.Second

// What an interpreter prints of itself: its path, its version, that of the SDK, and
// which flags it knows.
const (
	pythonProbe = `import sys, json, importlib.metadata as m
try: sdk = m.version("boto3")
except m.PackageNotFoundError: sdk = ""
print(json.dumps([sys.executable, "%d.%d.%d" % sys.version_info[:3], sdk, []]))`
	nodeProbe = `console.log(JSON.stringify([process.execPath, process.versions.node, "", [...process.allowedNodeEnvironmentFlags]]))`
)

// probe asks the program at path what it is.
func (l *language) probe(ctx context.Context, path string) (*Interpreter, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	args := []string{"-c", pythonProbe}
	if l == node {
		args = []string{"-e", nodeProbe}
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.WaitDelay = time.Second
	cmd.Dir = filepath.Dir(path)
	out, err := cmd.Output()
	if err != nil {
		if failed, ok := errors.AsType[*exec.ExitError](err); ok {
			err = fmt.Errorf("%w: %s", err, lastLine(failed.Stderr))
		}
		return nil, err
	}
	i := &Interpreter{language: l}
	if err := json.Unmarshal(out, &[]any{&i.Path, &i.Version, &i.SDK, &i.Flags}); err != nil {
		return nil, fmt.Errorf("it says %q of itself: %w", lastLine(out), err)
	}
	if v := versionIn(i.Version); v.less(l.least) {
		return nil, fmt.Errorf("it is %s %s, and functions need %s or later", l.name, i.Version, l.leastText())
	}
	return i, nil
}

func (l *language) leastText() string {
	if l == node {
		return strconv.Itoa(l.least[0])
	}
	return l.least.String()
}

// lastLine returns the last line of what a program has printed.
func lastLine(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}

// usual are folders of interpreters that may not be in PATH.
var usual = []string{"/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"}

// candidates returns the programs with one of names, in the order of PATH.
func candidates(names []string) []string {
	var found []string
	for _, name := range names {
		for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), usual...) {
			path := filepath.Join(dir, name)
			info, err := os.Stat(path)
			if err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0 && !slices.Contains(found, path) {
				found = append(found, path)
			}
		}
	}
	return found
}

// find returns an interpreter for a runtime: the one that was chosen, if that is not
// "", else the first of the runtime's version, else the first of any version that
// the client supports.
func (l *language) find(ctx context.Context, runtime, chosen string, v version) (*Interpreter, error) {
	if chosen != "" {
		path, err := exec.LookPath(chosen)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.flag, err)
		}
		i, err := l.probe(ctx, path)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", l.flag, chosen, err)
		}
		return i, nil
	}
	names := append(l.exact(v), l.commands...)
	var reasons []string
	for _, path := range candidates(names) {
		i, err := l.probe(ctx, path)
		if err == nil {
			return i, nil
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		reasons = append(reasons, fmt.Sprintf("%s: %v", path, err))
	}
	places := strings.Join(append(filepath.SplitList(os.Getenv("PATH")), usual...), ":")
	if len(reasons) > 0 {
		return nil, fmt.Errorf("runtime %s needs %s %s or later: %s (%s chooses one)", runtime, l.name, l.leastText(), strings.Join(reasons, "; "), l.flag)
	}
	return nil, fmt.Errorf("runtime %s needs %s %s or later: no %s in %s (%s chooses one)",
		runtime, l.name, l.leastText(), strings.Join(names, ", "), places, l.flag)
}

// withSDK returns the path of another interpreter that has AWS's SDK, "" if there is
// none.
func (l *language) withSDK(ctx context.Context, v version) string {
	for _, path := range candidates(append(l.exact(v), l.commands...)) {
		if i, err := l.probe(ctx, path); err == nil && i.SDK != "" {
			return path
		}
	}
	return ""
}
