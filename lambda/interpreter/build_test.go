package interpreter_test

import (
	"archive/zip"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lullaby/lambda"
	"lullaby/lambda/host"
	"lullaby/lambda/interpreter"
)

// program writes a program that says of itself what an interpreter says, and
// returns its path.
func program(t *testing.T, dir, name, says string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+says+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// words collects what a Builder says.
type words struct {
	mu  sync.Mutex
	all []string
}

func (w *words) say(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, text)
}

func (w *words) have(text string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.ContainsFunc(w.all, func(said string) bool { return strings.Contains(said, text) })
}

func TestInterpreterIsFound(t *testing.T) {
	const is312 = `echo '["/it/python3.12","3.12.4","1.40.0",[]]'`
	const is311 = `echo '["/it/python3.11","3.11.2","",[]]'`
	tests := []struct {
		name     string
		programs map[string]string
		chosen   string
		command  string // its program
		want     string // in the error, or in what is said
	}{
		{"of the runtime's version", map[string]string{"python3": is311, "python3.12": is312}, "", "/it/python3.12", "python3.12 runs on Python 3.12.4, /it/python3.12"},
		{"of another version", map[string]string{"python3": is311}, "", "/it/python3.11", "warning: python3.12 runs on Python 3.11.2, /it/python3.11, not on the version that AWS has; it has no boto3"},
		{"one that does not start is passed over", map[string]string{"python3.12": "echo no version set >&2; exit 127", "python3": is311}, "", "/it/python3.11", ""},
		{"too old", map[string]string{"python3": `echo '["/it/python3.8","3.8.1","",[]]'`}, "", "", "it is Python 3.8.1, and functions need 3.9 or later (--python chooses one)"},
		{"the chosen one", map[string]string{"python3.12": is312, "mine": is311}, "mine", "/it/python3.11", ""},
		{"the chosen one is not there", map[string]string{"python3.12": is312}, "mine", "", "--python: "},
		{"the chosen one is no interpreter", map[string]string{"mine": "echo hello"}, "mine", "", "--python mine: it says \"hello\" of itself"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, says := range tt.programs {
				program(t, dir, name, says)
			}
			t.Setenv("PATH", dir)
			interpreter.OnlyIn(t)
			var said words
			b := interpreter.New(interpreter.Options{Python: tt.chosen, Scratch: t.TempDir(), Say: said.say})
			built, err := b.Build(t.Context(), interpreter.Function{ID: "F", Runtime: "python3.12", Inline: "x"})
			if tt.command == "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("Build: %v, want %s", err, tt.want)
				}
				return
			}
			if err != nil || built.Command[0] != tt.command {
				t.Fatalf("Build = %v, %v, want %s", built.Command, err, tt.command)
			}
			if !said.have(tt.want) {
				t.Errorf("said %q, want %q", said.all, tt.want)
			}
		})
	}
}

func TestMissingInterpreter(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	interpreter.OnlyIn(t)
	for runtime, want := range map[string]string{
		"python3.13": "runtime python3.13 needs Python 3.9 or later: no python3.13, python3, python in " + dir + " (--python chooses one)",
		"nodejs22.x": "runtime nodejs22.x needs Node.js 18 or later: no node22, node, nodejs in " + dir + " (--node chooses one)",
	} {
		_, err := interpreter.New(interpreter.Options{Scratch: t.TempDir()}).Build(t.Context(), interpreter.Function{ID: "F", Runtime: runtime, Inline: "x"})
		if err == nil || err.Error() != want {
			t.Errorf("Build = %v, want %s", err, want)
		}
	}
}

// invoke runs a function once and returns its answer.
func invoke(t *testing.T, built interpreter.Built, handler string) string {
	t.Helper()
	h, err := host.New(host.Options{MaxSandboxes: 1}, []host.Function{{
		Name: "f", Handler: handler, Dir: built.Dir, Command: built.Command, Defaults: built.Environment, Timeout: 20 * time.Second, MemorySize: 512,
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	}()
	out, err := h.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "f", Payload: []byte("{}")})
	if err != nil {
		t.Fatal(err)
	}
	return string(out.Payload)
}

// zipped returns a zip file of files.
func zipped(t *testing.T, name string, files map[string]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := zip.NewWriter(f)
	for name, text := range files {
		body, err := w.Create(name)
		if err == nil {
			_, err = body.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// folder returns a folder of files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestArchivesRun(t *testing.T) {
	need(t, "python")
	layer := zipped(t, "layer.zip", map[string]string{"python/shared.py": "of = 'layer'\n"})
	built := build(t, interpreter.Function{
		ID: "F", Runtime: "python3.12",
		Code:   zipped(t, "code.zip", map[string]string{"app.py": "import shared\ndef handler(e, c): return shared.of\n"}),
		Layers: []interpreter.Layer{{ID: "L", Path: layer}},
	}, interpreter.Options{})
	if got := invoke(t, built, "app.handler"); got != `"layer"` {
		t.Errorf("got %s", got)
	}
}

func TestCodeIsRefused(t *testing.T) {
	need(t, "python")
	fifo := filepath.Join(t.TempDir(), "fifo")
	makeFIFO(t, fifo)
	for name, tt := range map[string]struct{ code, want string }{
		"nothing":      {filepath.Join(t.TempDir(), "none"), "no such file"},
		"a pipe":       {fifo, "is neither a folder nor a zip file"},
		"no zip file":  {filepath.Join(folder(t, map[string]string{"a.zip": "text"}), "a.zip"), "not a valid zip file"},
		"a slip":       {zipped(t, "slip.zip", map[string]string{"../app.py": ""}), "../app.py: "},
		"an own slash": {zipped(t, "root.zip", map[string]string{"/app.py": ""}), "/app.py: "},
	} {
		_, err := interpreter.New(interpreter.Options{Scratch: t.TempDir(), Say: func(string) {}}).Build(t.Context(),
			interpreter.Function{ID: "F", Runtime: "python3.12", Code: tt.code})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
}

// A file that is no zip file is a package of one file.
func TestCodeIsOneFile(t *testing.T) {
	need(t, "python")
	code := filepath.Join(folder(t, map[string]string{"app.py": "def handler(e, c): return 1\n", "other.py": ""}), "app.py")
	if got := invoke(t, build(t, interpreter.Function{ID: "F", Runtime: "python3.12", Code: code}, interpreter.Options{}), "app.handler"); got != "1" {
		t.Errorf("got %s", got)
	}
}

// A requirements.txt that is a pipe is not read, which would wait for ever.
func TestPipesAreNotRead(t *testing.T) {
	need(t, "python")
	dir := folder(t, map[string]string{"app.py": "def handler(e, c): return 1\n"})
	makeFIFO(t, filepath.Join(dir, "requirements.txt"))
	if got := invoke(t, build(t, interpreter.Function{ID: "F", Runtime: "python3.12", Code: dir}, interpreter.Options{}), "app.handler"); got != "1" {
		t.Errorf("got %s", got)
	}
}

// wheel returns a package of Python.
func wheel(t *testing.T, dir, text string) {
	t.Helper()
	path := zipped(t, "greeting-1.0-py3-none-any.whl", map[string]string{
		"greeting.py":                     text,
		"greeting-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n",
		"greeting-1.0.dist-info/WHEEL":    "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
		"greeting-1.0.dist-info/RECORD":   "greeting.py,,\ngreeting-1.0.dist-info/METADATA,,\ngreeting-1.0.dist-info/WHEEL,,\ngreeting-1.0.dist-info/RECORD,,\n",
	})
	if err := os.Rename(path, filepath.Join(dir, filepath.Base(path))); err != nil {
		t.Fatal(err)
	}
}

func TestRequirementsAreInstalledOnce(t *testing.T) {
	need(t, "python")
	dir := folder(t, map[string]string{
		"app.py":           "import greeting\ndef handler(e, c): return greeting.text\n",
		"requirements.txt": "# what it needs\ngreeting==1.0\n",
	})
	wheels := t.TempDir()
	wheel(t, wheels, "text = 'hello'\n")
	t.Setenv("PIP_NO_INDEX", "1")
	t.Setenv("PIP_FIND_LINKS", wheels)
	var said words
	b := interpreter.New(interpreter.Options{Scratch: t.TempDir(), Say: said.say})
	f := interpreter.Function{ID: "F", Runtime: "python3.12", Code: dir}
	for range 2 {
		built, err := b.Build(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		if got := invoke(t, built, "app.handler"); got != `"hello"` {
			t.Errorf("got %s", got)
		}
	}
	installs := 0
	for _, text := range said.all {
		if strings.HasPrefix(text, "installing the dependencies of F: ") {
			installs++
		}
	}
	if installs != 1 {
		t.Errorf("said %q, want one install", said.all)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("the package has %d entries (%v), want its own 2", len(entries), err)
	}

	// What cannot be installed, and is there already, is taken from the interpreter.
	if err := os.WriteFile(filepath.Join(dir, "requirements.txt"), []byte("pip==99999\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Build(t.Context(), f); err != nil || !said.have("warning: F runs with what ") {
		t.Errorf("Build = %v, said %q", err, said.all)
	}
	if err := os.WriteFile(filepath.Join(dir, "requirements.txt"), []byte("no-such-package-here\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := b.Build(t.Context(), f)
	if refused, ok := errors.AsType[*interpreter.InstallError](err); !ok || !strings.Contains(refused.Error(), "no-such-package-here") {
		t.Errorf("Build = %v, want pip's words", err)
	}
}

func TestBundleIsRefused(t *testing.T) {
	need(t, "node")
	dir := folder(t, map[string]string{"app.ts": "import './none';\n"})
	f := interpreter.Function{ID: "F", Runtime: "nodejs22.x", Code: dir, Bundle: &interpreter.Bundle{EntryPoints: []string{"app.ts"}}}
	_, err := interpreter.New(interpreter.Options{Scratch: t.TempDir(), Say: func(string) {}}).Build(t.Context(), f)
	if want := filepath.Join(dir, "app.ts") + `:1: Could not resolve "./none"`; err == nil || err.Error() != want {
		t.Errorf("Build = %v, want %s", err, want)
	}
	f.Bundle.Target = "es1999"
	if _, err := interpreter.New(interpreter.Options{Scratch: t.TempDir(), Say: func(string) {}}).Build(t.Context(), f); err == nil {
		t.Error("an unknown target is taken")
	}
}

// What sam build or pip has put into the folder is not installed again.
func TestVendoredRequirementsStay(t *testing.T) {
	need(t, "python")
	dir := folder(t, map[string]string{
		"app.py": "def handler(e, c): return 1\n", "requirements.txt": "no-such-package-here\n", "x-1.0.dist-info/METADATA": "",
	})
	if got := invoke(t, build(t, interpreter.Function{ID: "F", Runtime: "python3.12", Code: dir}, interpreter.Options{}), "app.handler"); got != "1" {
		t.Errorf("got %s", got)
	}
}

func TestPackageJSONIsInstalledOnce(t *testing.T) {
	need(t, "node", "npm")
	root := folder(t, map[string]string{
		"greeting/package.json": `{"name": "greeting", "version": "1.0.0", "main": "index.js"}`,
		"greeting/index.js":     "exports.text = 'hello';\n",
		"f/index.mjs":           "import { createRequire } from 'node:module';\nimport greeting from 'greeting';\nexport const handler = async () => [greeting.text, createRequire(import.meta.url)('greeting').text];\n",
		"f/package.json":        `{"dependencies": {"greeting": "file:../greeting"}}`,
	})
	t.Setenv("npm_config_offline", "true")
	t.Setenv("npm_config_cache", t.TempDir())
	var said words
	b := interpreter.New(interpreter.Options{Scratch: t.TempDir(), Say: said.say})
	f := interpreter.Function{ID: "F", Runtime: "nodejs22.x", Code: filepath.Join(root, "f")}
	for range 2 {
		built, err := b.Build(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		if got := invoke(t, built, "index.handler"); got != `["hello","hello"]` {
			t.Errorf("got %s", got)
		}
	}
	if _, err := os.Stat(filepath.Join(root, "f", "node_modules")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the package was changed: %v", err)
	}
	if !said.have("installing the dependencies of F: npm install") {
		t.Errorf("said %q", said.all)
	}
}

func makeFIFO(t *testing.T, path string) {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOldSDKsAreNamed(t *testing.T) {
	need(t, "python", "node")
	for _, tt := range []struct {
		runtime, file, text, want string
	}{
		{"python3.12", "boto3-1.26.27.dist-info/METADATA", "", "boto3 1.26.27 of the package does not know AWS_ENDPOINT_URL, 1.28.0 and later do"},
		{"python3.12", "boto3-1.28.0.dist-info/METADATA", "", ""},
		{"nodejs22.x", "node_modules/aws-sdk/package.json", `{"version": "2.1450.0"}`, "aws-sdk 2.1450.0 does not know AWS_ENDPOINT_URL, @aws-sdk 3.428.0 and later do"},
		{"nodejs22.x", "node_modules/@aws-sdk/client-sqs/package.json", `{"version": "3.300.0"}`, "@aws-sdk/client-sqs 3.300.0 does not know"},
		{"nodejs22.x", "node_modules/@aws-sdk/client-sqs/package.json", `{"version": "3.1000.0"}`, ""},
	} {
		var said words
		build(t, interpreter.Function{ID: "F", Runtime: tt.runtime, Code: folder(t, map[string]string{tt.file: tt.text})}, interpreter.Options{Say: said.say})
		if said.have("does not know AWS_ENDPOINT_URL") != (tt.want != "") || !said.have(tt.want) {
			t.Errorf("%s: said %q, want %q", tt.file, said.all, tt.want)
		}
	}
}
