package arch

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A limitRow is a row of docs/limits.md.
type limitRow struct {
	section, limit, source, here string
	tests                        []string // scripts, tests, or tests with their package: gateway/rest.TestTimeout
}

// Every row of docs/limits.md names tests that are about it: each stands in a
// file that, with its own name, has a number of the row or two of its words. That
// the number is held and not only mentioned is for its reader to see.
func TestLimitsHaveTests(t *testing.T) {
	declared := declaredTests(t)
	rows := limitRows(t)
	for _, row := range rows {
		for _, test := range row.tests {
			file := filepath.Join("..", "..", filepath.FromSlash(test))
			if files := declared[test]; !strings.HasSuffix(test, ".txt") {
				if len(files) != 1 {
					t.Errorf("%s, %s: %s is in the files %q, want one: name it with its package", row.section, row.limit, test, files)
					continue
				}
				file = files[0]
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Errorf("%s, %s: %v", row.section, row.limit, err)
			} else if !mentions(test+"\n"+string(text), row) {
				t.Errorf("%s, %s: %s has neither a number of the row nor two of its words", row.section, row.limit, test)
			}
		}
	}
	if len(rows) < 50 {
		t.Errorf("%d rows: the test does not see the page", len(rows))
	}
}

var (
	separators = regexp.MustCompile(`(\d)[,_](\d{3})`)
	sources    = regexp.MustCompile(`\([^)]*\)`) // pages and their years
	numbers    = regexp.MustCompile(`\d+(?:\.\d+)?`)
	words      = regexp.MustCompile(`[A-Za-z]{4,}`)
)

// spelled are the numbers that a row may have in words.
var spelled = strings.NewReplacer("one ", "1 ", "two ", "2 ", "three ", "3 ", "four ", "4 ", "five ", "5 ", "six ", "6 ", "eight ", "8 ", "ten ", "10 ")

// mentions says whether a text has a number of a row, however it is written, or
// else two words of it.
func mentions(text string, row limitRow) bool {
	plain := func(s string) string {
		return separators.ReplaceAllString(separators.ReplaceAllString(s, "$1$2"), "$1$2")
	}
	there := numbers.FindAllString(plain(text), -1)
	for _, n := range numbers.FindAllString(plain(spelled.Replace(sources.ReplaceAllString(row.source, "")+" "+row.here)), -1) {
		if slices.Contains(there, n) {
			return true
		}
	}
	text = strings.ToLower(text)
	found := map[string]bool{}
	for _, w := range words.FindAllString(strings.ToLower(row.limit+" "+row.source+" "+row.here), -1) {
		if w = strings.TrimSuffix(w, "s"); strings.Contains(text, w) {
			found[w] = true
		}
	}
	return len(found) >= 2
}

func limitRows(t *testing.T) []limitRow {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "limits.md"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []limitRow
	section := ""
	for line := range strings.Lines(string(text)) {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			section = strings.TrimSpace(heading)
		}
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| limit |") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if len(cells) != 4 {
			t.Errorf("%d cells, want 4: %s", len(cells), line)
			continue
		}
		row := limitRow{section: section, limit: strings.TrimSpace(cells[0]), source: cells[1], here: cells[2]}
		for test := range strings.SplitSeq(strings.TrimSpace(cells[3]), ", ") {
			if len(test) < 2 || test[0] != '`' || strings.Count(test, "`") != 2 {
				t.Errorf("%q of the last column is no test: %s", test, line)
				continue
			}
			row.tests = append(row.tests, strings.Trim(test, "`"))
		}
		rows = append(rows, row)
	}
	return rows
}

// declaredTests returns the files of all tests, by their names and by their
// names with their packages.
func declaredTests(t *testing.T) map[string][]string {
	t.Helper()
	files := map[string][]string{}
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	everyFile(t, func(pkg, file string) {
		if !strings.HasSuffix(file, "_test.go") {
			return
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range declared.FindAllSubmatch(text, -1) {
			for _, name := range []string{string(m[1]), pkg + "." + string(m[1])} {
				files[name] = append(files[name], file)
			}
		}
	})
	return files
}
