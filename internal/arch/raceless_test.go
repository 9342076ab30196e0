package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// The gate plays the long tests of the packages in model.txt without the race
// detector, for nothing in them runs at the same time: neither the model, by
// TestModelIsPure, nor its tests.
func TestModelHasNoRaces(t *testing.T) {
	text, err := os.ReadFile("model.txt")
	if err != nil {
		t.Fatal(err)
	}
	if listed, want := strings.Fields(string(text)), slices.Sorted(maps.Keys(model)); !slices.Equal(listed, want) {
		t.Errorf("model.txt lists\n%q, and the model is\n%q", listed, want)
	}
	files := 0
	everyFile(t, func(pkg, file string) {
		if _, modelled := model[pkg]; !modelled || !strings.HasSuffix(file, "_test.go") {
			return
		}
		files++
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, pos := range concurrent(f) {
			t.Errorf("%v: a test of the model runs something at the same time: the gate would have to look for races", fset.Position(pos))
		}
	})
	if files < 50 {
		t.Errorf("read %d files: the test does not see the tests of the model", files)
	}
}

// concurrent finds what a file runs beside itself.
func concurrent(f *ast.File) (all []token.Pos) {
	for _, spec := range f.Imports {
		if name := path.Base(strings.Trim(spec.Path.Value, `"`)); slices.Contains([]string{"sync", "synctest", "atomic", "errgroup"}, name) {
			all = append(all, spec.Pos())
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			all = append(all, n.Pos())
		case *ast.SelectorExpr:
			if slices.Contains([]string{"Parallel", "RunParallel"}, n.Sel.Name) {
				all = append(all, n.Pos())
			}
		}
		return true
	})
	return all
}

func TestConcurrentIsFound(t *testing.T) {
	const text = `package p
import "sync"
func f(t *testing.T) {
	t.Parallel()
	go f(t)
	t.Run("", f)
}`
	f, err := parser.ParseFile(token.NewFileSet(), "p.go", text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	if found := concurrent(f); len(found) != 3 {
		t.Errorf("found %d, want 3", len(found))
	}
}
