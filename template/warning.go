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
	var all []Warning
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
// into width, at least one, which is cut if it does not fit.
func enumerate(names []string, width int) string {
	for n := len(names); n > 1; n-- {
		last := names[n-1]
		if n < len(names) {
			last = fmt.Sprintf("%d more", len(names)-n+1)
		}
		if text := strings.Join(names[:n-1], ", ") + " and " + last; len(text) <= width {
			return text
		}
	}
	text, more := names[0], ""
	if len(names) > 1 {
		more = fmt.Sprintf(" and %d more", len(names)-1)
	}
	const cut = "..."
	if room := max(len(cut)+1, width-len(more)); len(text) > room {
		text = text[:room-len(cut)] + cut
	}
	return text + more
}
