package template

import (
	"errors"
	"slices"
	"strings"

	"lullaby/topic/request"
)

// An Omission is a part of a template that AWS runs and Lullaby leaves out of
// the stack.
type Omission struct {
	Pos  Pos
	Of   string // logical id of the function, table, API or resource that lacks it
	What string // "Auth", "autoscaling", "events of type SQS", "type AWS::Kinesis::Stream"
}

// omit notes that something is left out, once for each shape and what it lacks,
// and warns of it.
func (l *loader) omit(line int, of, what string) {
	same := func(o Omission) bool { return o.Of == of && o.What == what }
	if !slices.ContainsFunc(l.t.Omissions, same) {
		l.t.Omissions = append(l.t.Omissions, Omission{l.pos(line), of, what})
		l.warnOf(line, of, "not run yet: "+what)
	}
}

// Queued returns the queues of the template, and the functions that have events of
// them, as omissions of one who runs neither.
func (t *Template) Queued() []Omission {
	var all []Omission
	for _, q := range t.Queues {
		all = append(all, Omission{q.Pos(), q.LogicalID, "type " + typeQueue})
	}
	for _, m := range t.EventSourceMappings {
		i := slices.IndexFunc(t.Functions, func(f *Function) bool { return f.Name == m.FunctionName })
		all = append(all, Omission{m.Pos(), t.Functions[i].LogicalID, "events of type SQS"})
	}
	return all
}

// Published returns the functions and queues of the template that are subscribed to
// topics, as omissions of one who delivers nothing.
func (t *Template) Published() []Omission {
	var all []Omission
	for _, s := range t.Subscriptions {
		switch s.Protocol {
		case string(request.Lambda):
			name, _ := functionIn(s.Endpoint)
			if i := slices.IndexFunc(t.Functions, func(f *Function) bool { return f.Name == name }); i >= 0 {
				all = append(all, Omission{s.Pos(), t.Functions[i].LogicalID, "events of type SNS"})
			}
		case string(request.SQS):
			if i := slices.IndexFunc(t.Queues, func(q *Queue) bool { return strings.HasSuffix(s.Endpoint, ":"+q.Name) }); i >= 0 {
				all = append(all, Omission{s.Pos(), t.Queues[i].LogicalID, "messages of topics"})
			}
		}
	}
	return all
}

// lacks reports whether an error of in is that Lullaby lacks a value. Then it notes
// what the shape with a logical id is without.
func (l *loader) lacks(in reader, of, what string) bool {
	e, ok := errors.AsType[*Error](*in.err)
	if !ok || !e.Unsupported {
		return false
	}
	l.omit(e.Pos.Line, of, what)
	return true
}

func sortOmissions(all []Omission) {
	slices.SortStableFunc(all, func(a, b Omission) int { return a.Pos.Line - b.Pos.Line })
}
