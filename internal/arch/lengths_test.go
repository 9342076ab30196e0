package arch

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
)

// What fits a screen is read at once.
const (
	longestFunction = 70  // lines, of tests too
	longFile        = 250 // lines, that nine code files of ten do not pass
)

func TestFunctionsFitAScreen(t *testing.T) {
	everyFile(t, func(_, file string) {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			function, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if lines := fset.Position(function.End()).Line - fset.Position(function.Pos()).Line + 1; lines > longestFunction {
				t.Errorf("%v: %s has %d lines, and %d fit a screen", fset.Position(function.Pos()), function.Name.Name, lines, longestFunction)
			}
		}
	})
}

func TestFilesHoldOneIdea(t *testing.T) {
	type length struct {
		file  string
		lines int
	}
	var all []length
	eachFile(t, func(_, file string) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, length{file, bytes.Count(text, []byte("\n"))})
	})
	slices.SortFunc(all, func(a, b length) int { return b.lines - a.lines })
	if p90 := all[len(all)/10]; p90.lines > longFile {
		var text strings.Builder
		for _, l := range all[:len(all)/10+1] {
			text.WriteString("\n  " + l.file)
		}
		t.Errorf("the tenth part of all files has %d lines or more, want at most %d:%s", p90.lines, longFile, &text)
	}
}
