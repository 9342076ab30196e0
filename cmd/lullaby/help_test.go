package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// The help of each command fits into 80 columns. It shows the values of each
// flag that takes only some, and the flag's default.
func TestHelpShowsValues(t *testing.T) {
	shown := 0
	for _, command := range newParser(t.Context()).Model.Children {
		if command.Hidden {
			continue
		}
		var help bytes.Buffer
		parser := newParser(t.Context())
		parser.Stdout = &help
		parser.Exit = func(int) {}
		_, _ = parser.Parse([]string{command.Name, "--help"})
		for line := range strings.Lines(help.String()) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 80 {
				t.Errorf("%s --help: %d columns: %s", command.Name, n, line)
			}
		}
		text := strings.Join(strings.Fields(help.String()), " ")
		for _, f := range command.Flags {
			if f.Enum == "" {
				continue
			}
			shown++
			if want := "--" + f.Name + "=" + strings.Join(values(f), "|") + " "; !strings.Contains(text, want) {
				t.Errorf("%s --help lacks %q", command.Name, want)
			}
			if want := "Default: " + f.Default + "."; f.Default != "" && !strings.Contains(text, want) {
				t.Errorf("%s --help lacks %q", command.Name, want)
			}
		}
	}
	if shown < 4 {
		t.Errorf("saw %d flags with values", shown)
	}
}

// values returns the values that a flag takes, without the empty one.
func values(f *kong.Flag) []string {
	return strings.FieldsFunc(f.Enum, func(r rune) bool { return r == ',' })
}
