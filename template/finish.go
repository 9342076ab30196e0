package template

import (
	"errors"
	"slices"
)

// finish checks what depends on the whole stack.
func (l *loader) finish() {
	names := make(map[string]int)
	for _, f := range l.t.Functions {
		l.unique(names, "functions", f.Name, f.at.Line)
	}
	for _, t := range l.t.Tables {
		l.unique(names, "tables", t.Name, t.at.Line)
	}
	for _, q := range l.t.Queues {
		l.unique(names, "queues", q.Name, q.at.Line)
	}
	l.givePolicies()
	for _, t := range l.t.ScalableTargets {
		l.unique(names, "scalable targets", *t.Register.ResourceId+" "+*t.Register.ScalableDimension, t.at.Line)
		l.checkScaling(t)
	}
	for _, a := range l.t.Alarms {
		l.unique(names, "alarms", a.Name, a.at.Line)
	}
	for _, d := range l.t.Dashboards {
		l.unique(names, "dashboards", d.Name, d.at.Line)
	}
	for _, t := range l.t.Topics {
		l.unique(names, "topics", t.Name, t.at.Line)
	}
	l.orderAlarms()
	for _, add := range l.waiting {
		l.add(add())
	}
	l.addPreflights()
	l.settleChecks()
	l.authorizersWithoutFunction()
	for _, a := range l.t.APIs {
		l.limit(a)
	}
	l.finishHTTP()
	if len(l.errors) > 0 {
		return // an error may be in what deploys an API
	}
	l.t.APIs = slices.DeleteFunc(l.t.APIs, func(a *API) bool {
		if a.Stage == "" {
			l.warnf(a.at.Line, "%s was left out: nothing deploys it to a stage", a.LogicalID)
		}
		return a.Stage == ""
	})
	l.judgeAlarms()
}

func (l *loader) unique(names map[string]int, kinds, name string, line int) {
	if first := names[kinds+name]; first != 0 && name != "" {
		l.add(l.errorf(line, "two %s named %s, the first on line %d", kinds, quote(name), first))
		return
	}
	names[kinds+name] = line
}

// readOutputs resolves the Outputs section. It leaves out, with a warning,
// outputs that need something that is not run yet.
func (l *loader) readOutputs(section *node) {
	for _, f := range section.entries() {
		err := l.references(f.value, func(name string, line int) error {
			_, err := l.target(name, line)
			return err
		})
		if err != nil {
			l.add(err)
			continue
		}
		in := l.reader("output "+f.key+": ", f.line, f.value)
		if c := in.n.get("Condition"); c != nil {
			holds, err := l.holds(c.text, c.line)
			in.stick(err)
			if !holds && err == nil {
				continue
			}
		}
		out := Output{Source: in.source(f.line, nil), Name: f.key, Description: in.text("Description", ""), Value: in.required("Value")}
		var e *Error
		switch err := *in.err; {
		case errors.As(err, &e) && e.Unsupported:
			l.warnf(e.Pos.Line, "output %s left out: %s", f.key, e.Msg)
		case err != nil:
			l.add(err)
		default:
			l.t.Outputs = append(l.t.Outputs, out)
		}
	}
}
