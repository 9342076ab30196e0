package conformance

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// systemPython is the interpreter for which the gate installs boto3.
const systemPython = "/usr/bin/python3"

// The same service in Go, Python and TypeScript gives the same answers.
func TestItemsInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		args func(t *testing.T) []string
	}{
		{"Go", func(*testing.T) []string { return []string{filepath.Join(itemsDir, "template.yaml")} }},
		{"Python", func(t *testing.T) []string {
			t.Helper()
			need(t, "boto3", exec.Command(systemPython, "-c", "import boto3").Run())
			return []string{"--python", systemPython, example(t, "items-python")}
		}},
		{"TypeScript", func(t *testing.T) []string {
			t.Helper()
			node(t) // it is there
			dir := example(t, "items-typescript")
			modules, err := filepath.Abs(filepath.Join("js", "node_modules"))
			if err == nil {
				err = os.Symlink(modules, filepath.Join(dir, "node_modules"))
			}
			if err != nil {
				t.Fatal(err)
			}
			return []string{dir}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			up := start(t, append([]string{"--limits", "off"}, tt.args(t)...)...)
			checkItems(t, up.HTTP, sdk(up.AWS))
		})
	}
}

// example returns a copy of an example in a folder named items, which names the
// stack.
func example(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "items")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "examples", name))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// place is where an error is in a body, which not every language's reader knows.
var place = regexp.MustCompile(`, before offset \d+`)

// The tests of the interpreters' package skip where there is no Python or Node.js.
// The gate has both.
func TestInterpretersAreThere(t *testing.T) {
	for _, name := range []string{"python3", "node", "npm"} {
		_, err := exec.LookPath(name)
		need(t, name, err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-v", "./lambda/interpreter")
	cmd.Dir = filepath.Join("..", "..")
	takesLong(t)
	out, err := cmd.CombinedOutput()
	if skipped := regexp.MustCompile(`(?m)^ *--- SKIP.*`).Find(out); skipped != nil {
		err = errors.Join(err, errors.New(string(skipped)))
	}
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
