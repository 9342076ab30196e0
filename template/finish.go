package template

import (
	"errors"
	"slices"
)

// finish checks what only the whole stack shows.
func (l *loader) finish() error {
	names := make(map[string]int)
	for _, f := range l.t.Functions {
		if err := l.unique(names, "function", f.Name, f.Pos.Line); err != nil {
			return err
		}
	}
	for _, t := range l.t.Tables {
		if err := l.unique(names, "table", t.Name, t.Pos.Line); err != nil {
			return err
		}
	}
	l.t.APIs = slices.DeleteFunc(l.t.APIs, func(a *API) bool {
		if a.Stage == "" {
			l.warnf(a.Pos.Line, "%s was left out: nothing deploys it to a stage", a.LogicalID)
		}
		return a.Stage == ""
	})
	return nil
}

func (l *loader) unique(names map[string]int, kind, name string, line int) error {
	if first := names[kind+name]; first != 0 {
		return l.errorf(line, "two %ss named %s, the first on line %d", kind, quote(name), first)
	}
	names[kind+name] = line
	return nil
}

// readOutputs resolves the Outputs section. One that needs what is not run yet
// is left out with a warning.
func (l *loader) readOutputs(section *node) error {
	for _, f := range section.entries() {
		err := l.references(f.value, func(name string, line int) error {
			_, err := l.target(name, line)
			return err
		})
		if err != nil {
			return err
		}
		in := l.reader("output "+f.key+": ", f.line, f.value)
		if c := in.n.get("Condition"); c != nil {
			holds, err := l.holds(c.text, c.line)
			in.stick(err)
			if !holds && err == nil {
				continue
			}
		}
		out := Output{Name: f.key, Description: in.text("Description", ""), Value: in.required("Value")}
		var e *Error
		switch err := *in.err; {
		case errors.As(err, &e) && e.Unsupported:
			l.warnf(e.Pos.Line, "output %s was left out: %s", f.key, e.Msg)
		case err != nil:
			return err
		default:
			l.t.Outputs = append(l.t.Outputs, out)
		}
	}
	return nil
}
