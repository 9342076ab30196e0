package template

import (
	"fmt"
	"regexp"
	"strings"
)

// A level is a column in which a line above begins.
type level struct{ column, line int }

// ofIndentation matches what the YAML parser says of wrong indentation.
var ofIndentation = regexp.MustCompile(`did not find expected (key|'-' indicator)|mapping values are not allowed|cannot start any token`)

// indentProblem explains a line at which the YAML parser has given up, if its
// indentation is wrong: what it is, and what would be right. Otherwise it returns
// "".
func indentProblem(text []byte, at int) string {
	lines := strings.Split(string(text), "\n")
	if at < 1 || at > len(lines) {
		return ""
	}
	own, tab := column(lines[at-1])
	if tab {
		return "a tab in the indentation: YAML takes spaces only, such as \"  Type: ...\""
	}
	levels := levelsAbove(lines[:at-1])
	if len(levels) == 0 || lines[at-1] == "" {
		return ""
	}
	last := levels[len(levels)-1]
	if own > last.column {
		if hasValue(lines[last.line-1]) {
			return fmt.Sprintf("indented by %s, below line %d, which has a value already: %s would stand beside it",
				spaces(own), last.line, spaces(last.column))
		}
		return ""
	}
	for _, l := range levels {
		if l.column == own {
			return ""
		}
	}
	wrong := fmt.Sprintf("indented by %s, as no line above: %s, as line %d, would be right", spaces(own), spaces(last.column), last.line)
	for i := len(levels) - 1; i >= 0; i-- {
		if l := levels[i]; l.column < own {
			return fmt.Sprintf("%s, or %d, as line %d", wrong, l.column, l.line)
		}
	}
	return wrong
}

// levelsAbove returns the columns of the mappings and lists that are open after
// lines, from the outermost on.
func levelsAbove(lines []string) []level {
	var open []level
	for i, line := range lines {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || strings.HasPrefix(trimmed, "#") || trimmed == "---" {
			continue
		}
		at, _ := column(line)
		for len(open) > 0 && open[len(open)-1].column >= at {
			open = open[:len(open)-1]
		}
		open = append(open, level{at, i + 1})
		for strings.HasPrefix(trimmed, "- ") { // what follows is a level of its own
			rest := strings.TrimLeft(trimmed[2:], " ")
			at += len(trimmed) - len(rest)
			trimmed = rest
			open = append(open, level{at, i + 1})
		}
	}
	return open
}

// column returns how many spaces a line begins with, and whether a tab follows.
func column(line string) (spaces int, tab bool) {
	rest := strings.TrimLeft(line, " ")
	return len(line) - len(rest), strings.HasPrefix(rest, "\t")
}

// hasValue reports whether a line is a key with its value.
func hasValue(line string) bool {
	_, value, found := strings.Cut(line, ": ")
	value = strings.TrimSpace(value)
	return found && value != "" && !strings.HasPrefix(value, "#") && !strings.HasPrefix(value, "|") && !strings.HasPrefix(value, ">")
}

func spaces(n int) string {
	if n == 1 {
		return "1 space"
	}
	return fmt.Sprintf("%d spaces", n)
}
