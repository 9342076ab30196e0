package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

var flagName = regexp.MustCompile("`--([a-z-]+)")

// README's tables have exactly the flags of up and of rehearse, with their
// defaults.
func TestREADMEHasEveryFlag(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range newParser(t.Context()).Model.Children {
		if command.Hidden {
			continue
		}
		_, section, found := strings.Cut(string(text), "\n## `lullaby "+command.Name+" ")
		if !found {
			t.Errorf("README.md has no section of %s", command.Name)
			continue
		}
		section, _, _ = strings.Cut(section, "\n## ")
		told := flagTable(t, section)
		for _, flag := range command.Flags {
			def, there := told[flag.Name]
			delete(told, flag.Name)
			switch want := defaultOf(flag); {
			case !there:
				t.Errorf("README.md: %s has no --%s", command.Name, flag.Name)
			case def == "" || want != "" && def != want:
				t.Errorf("README.md: %s --%s: default %q, want %q", command.Name, flag.Name, def, want)
			}
		}
		for name := range told {
			t.Errorf("README.md: %s takes no --%s", command.Name, name)
		}
	}
}

// defaultOf returns README's form of a flag's default, "" if it is in words.
func defaultOf(flag *kong.Flag) string {
	if flag.IsBool() {
		return "off"
	}
	return flag.Default
}

// flagTable returns the defaults in the tables of a section, by flag. A row may
// have several flags, with as many defaults.
func flagTable(t *testing.T, section string) map[string]string {
	t.Helper()
	told := map[string]string{}
	for line := range strings.Lines(section) {
		cells := strings.Split(strings.ReplaceAll(strings.TrimSpace(line), `\|`, ""), "|")
		if len(cells) != 5 || !strings.HasPrefix(cells[1], " `--") {
			continue
		}
		flags, defaults := flagName.FindAllStringSubmatch(cells[1], -1), []string{strings.TrimSpace(cells[2])}
		if len(flags) > 1 {
			defaults = strings.Split(defaults[0], ", ")
		}
		if len(flags) != len(defaults) {
			t.Errorf("README.md: %d flags and %d defaults: %s", len(flags), len(defaults), line)
			continue
		}
		for i, flag := range flags {
			told[flag[1]] = defaults[i]
		}
	}
	return told
}
