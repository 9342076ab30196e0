package interpreter

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"lullaby/internal/unzip"
	"lullaby/lambda"
)

//go:embed client/bootstrap.py client/bootstrap.cjs
var clients embed.FS

// Options are those of a Builder.
type Options struct {
	Python, Node string               // the interpreter to use, as a path or a name in PATH; empty: the best that is found
	Scratch      string               // folder of what is built
	Say          func(message string) // tells a person; must be safe for concurrent use
}

// A Builder makes functions runnable. Safe for concurrent use.
type Builder struct {
	options Options

	mu struct {
		sync.Mutex
		found map[string]*Interpreter // by runtime
		said  map[string]bool         // messages that were given
	}
}

// New returns a Builder.
func New(o Options) *Builder {
	b := &Builder{options: o}
	b.mu.found, b.mu.said = map[string]*Interpreter{}, map[string]bool{}
	return b
}

// A Function is what a template says of a function.
type Function struct {
	ID         string  // logical id, which names its folder in Scratch
	Runtime    string  // one that Runs
	Code       string  // path of a folder or a zip file; empty: Inline
	Inline     string  // the source of the file index
	Bundle     *Bundle // nil: the package is as it is
	Layers     []Layer
	MemorySize int // MB; bounds the heap of Node.js
}

// Built says how a function runs.
type Built struct {
	Dir         string            // its package
	Command     []string          // program and arguments
	Environment map[string]string // that AWS's runtime gives it
}

// Build unpacks a function and its layers, and installs the dependencies that its
// package names and lacks. ctx ends the programs that it starts.
func (b *Builder) Build(ctx context.Context, f Function) (Built, error) {
	l, v := languageOf(f.Runtime)
	i, err := b.interpreter(ctx, l, f.Runtime, v)
	if err != nil {
		return Built{}, err
	}
	p := pack{language: l, interpreter: i, runtime: v}
	if p.dir, p.owned, err = b.unpack(f, l); err != nil {
		return Built{}, err
	}
	if !p.owned {
		if p.dependencies, err = b.install(ctx, i, p.dir, f.ID); err != nil {
			return Built{}, err
		}
	}
	if f.Bundle.unbuilt(p.dir) {
		modules := ""
		if p.dependencies != "" {
			modules = filepath.Join(p.dependencies, l.modules())
		}
		out := filepath.Join(b.options.Scratch, f.ID)
		if err := f.Bundle.bundle(p.dir, out, modules); err != nil {
			return Built{}, err
		}
		p.dir, p.owned = out, true
	}
	for n, layer := range f.Layers {
		opened, err := b.open(ctx, i, layer, fmt.Sprintf("%s.layer%d", f.ID, n))
		if err != nil {
			return Built{}, fmt.Errorf("layer %s: %w", layer.ID, err)
		}
		p.layers = append(p.layers, opened)
	}
	b.judge(ctx, f.Runtime, p)
	client, err := b.client(l)
	if err != nil {
		return Built{}, err
	}
	return Built{Dir: p.dir, Command: p.command(client, f.MemorySize), Environment: p.environment(f.Runtime)}, nil
}

// interpreter returns the interpreter of a runtime, and says so when it chooses.
func (b *Builder) interpreter(ctx context.Context, l *language, runtime string, v version) (*Interpreter, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := b.mu.found[runtime]; i != nil {
		return i, nil
	}
	chosen := b.options.Python
	if l == node {
		chosen = b.options.Node
	}
	i, err := l.find(ctx, runtime, chosen, v)
	if err != nil {
		return nil, err
	}
	b.mu.found[runtime] = i
	return i, nil
}

// judge says once for each runtime which interpreter was taken and what it lacks.
func (b *Builder) judge(ctx context.Context, runtime string, p pack) {
	l, i := p.language, p.interpreter
	text := fmt.Sprintf("%s runs on %s %s, %s", runtime, l.name, i.Version, i.Path)
	if !l.matches(versionIn(i.Version), p.runtime) {
		text = "warning: " + text + ", not on the version that AWS has"
	}
	if !p.hasSDK() {
		text += "; it has no " + l.sdk
		if l == python {
			if other := l.withSDK(ctx, p.runtime); other != "" {
				text += fmt.Sprintf(", %s has it (%s)", other, l.flag)
			}
		}
	}
	b.once(text)
	if old := p.oldSDK(); old != "" {
		b.once(old)
	}
}

// once says something, the first time.
func (b *Builder) once(text string) {
	b.mu.Lock()
	said := b.mu.said[text]
	b.mu.said[text] = true
	b.mu.Unlock()
	if !said {
		b.options.Say(text)
	}
}

// client writes the client of a language into Scratch, and returns its path.
func (b *Builder) client(l *language) (string, error) {
	text, err := clients.ReadFile("client/" + l.client)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(b.options.Scratch, ".client")
	path := filepath.Join(dir, l.client)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	return path, replace(path, text)
}

// replace writes a file under a temporary name and renames it: whoever reads it sees
// all of it.
func replace(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// unpack returns the folder of a function's package: its own, if that is a folder;
// else one in Scratch, which the Builder owns.
func (b *Builder) unpack(f Function, l *language) (dir string, owned bool, err error) {
	out := filepath.Join(b.options.Scratch, f.ID)
	if f.Code == "" {
		name := "index.py"
		if l == node {
			name = "index.js"
		}
		return out, true, fill(out, func(dir string) error {
			return os.WriteFile(filepath.Join(dir, name), []byte(f.Inline), 0o666)
		})
	}
	info, err := os.Stat(f.Code)
	if err != nil {
		return "", false, fmt.Errorf("function code: %w", err)
	}
	if info.IsDir() {
		return f.Code, false, nil
	}
	if !info.Mode().IsRegular() {
		return "", false, fmt.Errorf("function code: %s is neither a folder nor a zip file", f.Code)
	}
	if zipped, err := isZip(f.Code); err != nil || !zipped {
		// The file is the package: "aws cloudformation package" makes a zip of it.
		return out, true, errors.Join(err, fill(out, func(dir string) error { return copyFile(f.Code, dir) }))
	}
	err = fill(out, func(dir string) error { return unzip.Unpack(f.Code, dir, lambda.MaxUnpacked) })
	if err != nil {
		return "", false, fmt.Errorf("function code in %s: %w", f.Code, err)
	}
	return out, true, nil
}

// isZip reports whether a file is a zip file by its name, or begins as one does.
func isZip(path string) (bool, error) {
	if strings.EqualFold(filepath.Ext(path), ".zip") {
		return true, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }()
	magic := make([]byte, 2)
	n, err := io.ReadFull(f, magic)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return string(magic[:n]) == "PK", err
}

// copyFile copies a file into dir. One that is larger than a package may be is an error.
func copyFile(path, dir string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() > lambda.MaxUnpacked {
		return fmt.Errorf("%s has %d bytes, a package at most %d", path, info.Size(), lambda.MaxUnpacked)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, filepath.Base(path)), text, 0o666)
}

// fill makes out a folder with what write puts into it. It replaces out when write
// is done; a killed fill leaves no half of one.
func fill(out string, write func(dir string) error) error {
	parent := filepath.Dir(out)
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return err
	}
	work, err := os.MkdirTemp(parent, ".new-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := os.Chmod(work, 0o755); err != nil { //nolint:gosec // as every other folder of the user's
		return err
	}
	if err := write(work); err != nil {
		return err
	}
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	return os.Rename(work, out)
}

// isFile reports whether path is a regular file, which can be read to its end.
func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().Type() == fs.ModeDir
}
