package interpreter

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// maxManifest bounds requirements.txt and package.json, in bytes.
const maxManifest = 1 << 20

// An InstallError says that pip or npm did not install what a package asks for.
type InstallError struct {
	File   string // requirements.txt or package.json, with its folder
	Output string // the last lines of what the program said
	Err    error
}

func (e *InstallError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("install what %s asks for: %v\n%s", e.File, e.Err, e.Output))
}

func (e *InstallError) Unwrap() error { return e.Err }

// install installs the dependencies that dir names and lacks into a folder of
// Scratch, and returns that; "" if there are none. What is installed already, for
// the same names and the same interpreter, stays.
func (b *Builder) install(ctx context.Context, i *Interpreter, dir, id string) (string, error) {
	ask := requirements
	if i.language == node {
		ask = manifest
	}
	w, err := ask(i, dir)
	if err != nil || w == nil {
		return "", err
	}
	sum := sha256.New()
	fmt.Fprintln(sum, i.language.name, versionIn(i.Version), w.file)
	for _, name := range w.order() {
		fmt.Fprintf(sum, "%s %d\n%s", name, len(w.files[name]), w.files[name])
	}
	out := filepath.Join(b.options.Scratch, ".dependencies", hex.EncodeToString(sum.Sum(nil)[:12]))
	if isDir(out) {
		return out, nil
	}
	b.options.Say(fmt.Sprintf("installing the dependencies of %s: %s ...", id, w.shown()))
	start := time.Now()
	err = fill(out, func(dir string) error {
		for name, text := range w.files {
			if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
				return err
			}
		}
		return b.run(ctx, w, dir)
	})
	if failed, ok := errors.AsType[*InstallError](err); ok && i.has(ctx, w.names) {
		b.options.Say(fmt.Sprintf("warning: %s runs with what %s has: %s", id, i.Path, lastLine([]byte(failed.Error()))))
		return "", nil
	}
	if err != nil {
		return "", err
	}
	b.options.Say(fmt.Sprintf("installed the dependencies of %s in %.1f s", id, time.Since(start).Seconds()))
	return out, nil
}

// A want is what a package asks for, and the program that installs it.
type want struct {
	file    string            // that asks, with its folder
	files   map[string][]byte // that the program finds in the folder into which it installs
	program []string          // with its arguments; {} stands for that folder
	dir     string            // where the program runs; {} as above
	names   []string          // of all that is asked for; nil: unknown
}

func (w *want) order() []string {
	names := make([]string, 0, len(w.files))
	for name := range w.files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// shown is the command as a person would write it.
func (w *want) shown() string {
	if w.program[1] == "-m" {
		return "pip install -r requirements.txt"
	}
	return "npm " + w.program[1]
}

// requirements returns what the requirements.txt of dir asks for.
func requirements(i *Interpreter, dir string) (*want, error) {
	file := filepath.Join(dir, "requirements.txt")
	if !isFile(file) || vendored(dir) {
		return nil, nil //nolint:nilnil // nothing is wanted
	}
	text, err := readManifest(file)
	if err != nil || len(named(text)) == 0 {
		return nil, err
	}
	return &want{
		file: file, files: map[string][]byte{"requirements.txt": text}, dir: dir, names: projects(named(text)),
		program: []string{i.Path, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--target", "{}", "-r", "requirements.txt"},
	}, nil
}

// named returns the lines of a requirements.txt that are no comments.
func named(text []byte) (lines []string) {
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// project matches the name at the beginning of a requirement.
var project = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*`)

// projects returns the names in lines of a requirements.txt, nil if one of them is
// no name: an option, a file, an address.
func projects(lines []string) (names []string) {
	for _, line := range lines {
		name := project.FindString(line)
		if name == "" || strings.Contains(line, "://") || strings.Contains(line, "/") {
			return nil
		}
		names = append(names, name)
	}
	return names
}

// has reports whether all projects of that name, of any version, are installed for
// an interpreter of Python.
func (i *Interpreter) has(ctx context.Context, names []string) bool {
	if len(names) == 0 {
		return false
	}
	const look = "import sys, importlib.metadata as m\nfor name in sys.argv[1:]: m.version(name)"
	return exec.CommandContext(ctx, i.Path, append([]string{"-c", look}, names...)...).Run() == nil //nolint:gosec // an interpreter
}

// manifest returns what the package.json of dir asks for, unless Node.js finds all
// of it.
func manifest(i *Interpreter, dir string) (*want, error) {
	file := filepath.Join(dir, "package.json")
	if !isFile(file) {
		return nil, nil //nolint:nilnil // nothing is wanted
	}
	text, err := readManifest(file)
	if err != nil {
		return nil, err
	}
	var asked struct {
		Dependencies map[string]string `json:"dependencies"`
	}
	if err := json.Unmarshal(text, &asked); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	missing, local := false, false
	for name, spec := range asked.Dependencies {
		missing = missing || !resolves(dir, name)
		if path, ok := localSpec(spec); ok {
			local = true
			if !filepath.IsAbs(path) {
				path = filepath.Join(dir, path)
			}
			asked.Dependencies[name] = "file:" + path
		}
	}
	if !missing {
		return nil, nil //nolint:nilnil // nothing is wanted
	}
	written, err := json.Marshal(asked)
	if err != nil {
		return nil, err
	}
	w := &want{file: file, files: map[string][]byte{"package.json": written}, dir: "{}"}
	npm := filepath.Join(filepath.Dir(i.Path), "npm") // beside the interpreter, else of PATH
	if !isFile(npm) {
		npm = "npm"
	}
	w.program = []string{npm, "install", "--omit=dev", "--no-audit", "--no-fund", "--install-links"}
	if lock := filepath.Join(dir, "package-lock.json"); isFile(lock) && !local {
		if w.files["package-lock.json"], err = os.ReadFile(lock); err != nil {
			return nil, err
		}
		w.files["package.json"] = text
		w.program[1] = "ci"
	}
	return w, nil
}

// localSpec returns the path in a dependency that is a folder or file of this
// machine.
func localSpec(spec string) (path string, ok bool) {
	if path, ok := strings.CutPrefix(spec, "file:"); ok {
		return path, true
	}
	return spec, strings.HasPrefix(spec, "./") || strings.HasPrefix(spec, "../")
}

func readManifest(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	if err == nil && len(text) > maxManifest {
		err = fmt.Errorf("%s has more than %d bytes", file, maxManifest)
	}
	return text, err
}

// kept is how many of the last lines of a failed program are shown.
const kept = 12

// run runs a program that installs into dir, and says what it is doing.
func (b *Builder) run(ctx context.Context, w *want, dir string) error {
	program := make([]string, len(w.program))
	for n, arg := range w.program {
		program[n] = strings.ReplaceAll(arg, "{}", dir)
	}
	cmd := exec.CommandContext(ctx, program[0], program[1:]...) //nolint:gosec // an interpreter or npm
	cmd.Dir = strings.ReplaceAll(w.dir, "{}", dir)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second
	out, in := io.Pipe()
	cmd.Stdout, cmd.Stderr = in, in
	var last []string
	read := make(chan struct{}) // closed when the output has been read
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			last = append(last, lines.Text())
			last = last[max(0, len(last)-kept):]
			if strings.HasPrefix(lines.Text(), "Collecting ") {
				b.options.Say("  " + lines.Text())
			}
		}
		_, _ = io.Copy(io.Discard, out) // a line was too long
	}()
	err := cmd.Run()
	_ = in.Close()
	<-read
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return &InstallError{File: w.file, Output: strings.Join(last, "\n"), Err: err}
	}
	return nil
}
