package arch_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every row of docs/limits.md names a test that is there.
func TestLimitsHaveTests(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "docs", "limits.md"))
	if err != nil {
		t.Fatal(err)
	}
	there := testNames(t, root)
	last := regexp.MustCompile("`([^`]+)` \\|$")
	rows := 0
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| limit |") {
			continue
		}
		rows++
		m := last.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("no test in the last column: %s", line)
			continue
		}
		if _, err := os.Stat(filepath.Join(root, m[1])); err != nil && !there[m[1]] {
			t.Errorf("%s is not there", m[1])
		}
	}
	if rows == 0 {
		t.Error("no rows")
	}
}

// testNames returns the names of all tests of the repository.
func testNames(t *testing.T, root string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	err := filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range declared.FindAllSubmatch(text, -1) {
			names[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
