package template

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Warning is about something that was left out of the stack.
type Warning struct {
	Pos Pos
	Msg string // one line
}

func (w Warning) String() string { return w.Pos.String() + ": " + w.Msg }

// WarningsOf returns the warnings of what Load returned: a template, or an error
// that may be a *LoadError.
func WarningsOf(t *Template, err error) []Warning {
	if refused, ok := errors.AsType[*LoadError](err); ok {
		return refused.Warnings
	}
	if t == nil {
		return nil
	}
	return t.Warnings
}

// A note is a warning. Notes with the same text about several shapes become one
// Warning.
type note struct {
	pos  Pos
	text string
	of   string // logical id; empty: the text says all
}

func (l *loader) warnf(line int, format string, args ...any) {
	l.warnOf(line, "", fmt.Sprintf(format, args...))
}

// warnOf warns of something in the shape with a logical id.
func (l *loader) warnOf(line int, of, text string) {
	l.notes = append(l.notes, note{l.pos(line), text, of})
}

// Widths of a warning in characters: of its line, without the word "warning: "
// that commands print before it, and of its text beside a path of any length.
const (
	warningLine = 100 - len("warning: ")
	warningText = 60
)

// fold returns the warnings of notes, sorted by place. Notes with the same text
// become one, at the place of the first.
func fold(notes []note) []Warning {
	notes = slices.Clone(notes)
	slices.SortStableFunc(notes, func(a, b note) int { return cmp.Compare(a.pos.Line, b.pos.Line) })
	of := make(map[string][]string)
	for _, n := range notes {
		if !slices.Contains(of[n.text], n.of) {
			of[n.text] = append(of[n.text], n.of)
		}
	}
	var all []Warning //nolint:prealloc // nil when there is none
	for _, n := range notes {
		if ids := of[n.text]; ids != nil {
			room := max(warningText, warningLine-len(n.pos.String()+": "))
			all = append(all, Warning{n.pos, fitting(n.text, ids, room)})
			delete(of, n.text)
		}
	}
	return all
}

// fitting returns a text with as many of the ids that it is about as fit into
// width.
func fitting(text string, ids []string, width int) string {
	text = strings.ReplaceAll(text, "\n", " ")
	if ids[0] == "" {
		return text
	}
	return text + " (" + enumerate(ids, width-len(text)-len(" ()")) + ")"
}

// enumerate returns "A", "A and B", "A, B and 3 more": as many names as fit
// into width, at least one.
func enumerate(names []string, width int) string {
	joined := func(names []string, last string) string { return strings.Join(names, ", ") + " and " + last }
	if len(names) == 1 {
		return names[0]
	}
	n := len(names) - 1
	text := joined(names[:n], names[n])
	for ; len(text) > width && n > 1; n-- {
		text = joined(names[:n-1], fmt.Sprintf("%d more", len(names)-n+1))
	}
	return text
}
