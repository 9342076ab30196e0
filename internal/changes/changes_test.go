package changes_test

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"lullaby/internal/changes"
)

func TestLook(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("a/app.py", "1")
	put("b/main.go", "1")
	put("template.yaml", "1")
	w := changes.New([]changes.Root{
		{Path: filepath.Join(dir, "a")},
		{Path: filepath.Join(dir, "b"), Suffixes: []string{".go"}, Border: "go.mod"},
		{Path: filepath.Join(dir, "template.yaml")},
		{Path: filepath.Join(dir, "none")},
	})
	for _, tt := range []struct {
		name string
		do   func()
		want map[int]string
	}{
		{"nothing", func() {}, map[int]string{}},
		{"a change", func() { put("a/app.py", "22") }, map[int]string{0: "a/app.py"}},
		{"nothing again", func() {}, map[int]string{}},
		{"a new file", func() { put("a/x/y.py", "") }, map[int]string{0: "a/x/y.py"}},
		{"a file is gone", func() {
			if err := os.Remove(filepath.Join(dir, "a/x/y.py")); err != nil {
				t.Fatal(err)
			}
		}, map[int]string{0: "a/x/y.py"}},
		{"what tools write", func() {
			put("a/node_modules/x/i.js", "")
			put("a/__pycache__/x", "")
			put("a/.lullaby/x", "")
			put("a/.app.py.swp", "")
		}, map[int]string{}},
		{"a file that does not count", func() { put("b/README.md", "") }, map[int]string{}},
		{"another module", func() { put("b/c/go.mod", ""); put("b/c/main.go", "") }, map[int]string{}},
		{"two roots", func() { put("b/main.go", "22"); put("template.yaml", "22") }, map[int]string{1: "b/main.go", 2: "template.yaml"}},
		{"a root that comes", func() { put("none/x", "") }, map[int]string{3: "none/x"}},
	} {
		tt.do()
		got := w.Look()
		for i, file := range got {
			got[i], _ = filepath.Rel(dir, file)
		}
		if !maps.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
