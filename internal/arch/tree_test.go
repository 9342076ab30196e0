package arch

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// eachFile calls f for every non-test Go file of the module.
func eachFile(t *testing.T, f func(pkg, file string)) {
	t.Helper()
	everyFile(t, func(pkg, file string) {
		if !strings.HasSuffix(file, "_test.go") {
			f(pkg, file)
		}
	})
}

// everyFile is eachFile, tests included.
func everyFile(t *testing.T, f func(pkg, file string)) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if name == "testdata" || name == "tools" || strings.HasPrefix(name, ".") && p != root {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		f(path.Dir(filepath.ToSlash(rel)), p)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// imports lists what a file imports of this module, below the module's path.
func imports(t *testing.T, file string) []string {
	t.Helper()
	var own []string
	for _, p := range allImports(t, file) {
		if rest, ok := strings.CutPrefix(p, module); ok {
			own = append(own, rest)
		}
	}
	return own
}

// allImports lists all that a file imports.
func allImports(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	all := make([]string, 0, len(f.Imports))
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}
