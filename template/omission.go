package template

import "slices"

// An Omission is a part of a template that AWS runs and Lullaby leaves out of
// the stack.
type Omission struct {
	Pos  Pos
	Of   string // logical id of the function, table, API or resource that lacks it
	What string // "Auth", "autoscaling", "events of type SQS", "type AWS::SNS::Topic"
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

func sortOmissions(all []Omission) {
	slices.SortStableFunc(all, func(a, b Omission) int { return a.Pos.Line - b.Pos.Line })
}
