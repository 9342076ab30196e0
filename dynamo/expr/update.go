package expr

import (
	"fmt"
	"slices"

	"lullaby/attribute"
)

// An Update is an update expression.
type Update struct{ actions []action }

// An action changes the value at one path.
type action struct {
	verb  verb
	path  Path
	value *source         // of set
	delta attribute.Value // of add and remove
}

type verb uint8

const (
	verbSet verb = iota
	verbRemove
	verbAdd
	verbDelete
)

var verbNames = [...]string{"SET", "REMOVE", "ADD", "DELETE"}

// A source is the right side of a SET: an operand, or an operation on two.
type source struct {
	op    sourceOp
	path  Path
	value attribute.Value
	args  []*source
}

type sourceOp uint8

const (
	sourcePath sourceOp = iota
	sourceValue
	sourcePlus
	sourceMinus
	sourceIfNotExists
	sourceListAppend
)

// ParseUpdate parses an update expression. The error is an *Error.
func ParseUpdate(text string, placeholders *Placeholders) (*Update, error) {
	p, err := newParser(text, placeholders, verbNames[:]...)
	if err != nil {
		return nil, err
	}
	u := &Update{}
	var paths []Path
	var used [len(verbNames)]bool
	for {
		v, ok := p.verb()
		if !ok {
			p.fail()
			break
		}
		if used[v] {
			p.note(sectionFault, fmt.Sprintf("The %q section can only be used once in an update expression;", verbNames[v]))
		}
		used[v] = true
		for {
			a := p.action(v)
			p.distinct(paths, a.path)
			paths = append(paths, a.path)
			u.actions = append(u.actions, a)
			p.operators++
			if !p.symbol(",") {
				break
			}
		}
		if p.at.kind == endToken {
			break
		}
	}
	if err := p.finish(reservedFault, unknownFault, sectionFault, nameFault, valueFault, boundFault,
		overlapFault, conflictFault, operandFault, functionFault); err != nil {
		return nil, err
	}
	return u, nil
}

func (p *parser) verb() (verb, bool) {
	for v, name := range verbNames {
		if p.keyword(name) {
			return verb(v), true
		}
	}
	return 0, false
}

func (p *parser) action(v verb) action {
	a := action{verb: v, path: p.path()}
	switch v {
	case verbSet:
		p.expect("=")
		a.value = p.source()
	case verbRemove:
	case verbAdd, verbDelete:
		a.delta = p.value()
		p.checkDelta(v, a.delta.Kind())
	}
	return a
}

// kindNames are the long names that the messages on ADD and DELETE use.
var kindNames = map[attribute.Kind]string{
	attribute.S: "STRING", attribute.N: "NUMBER", attribute.B: "BINARY", attribute.NULL: "NULL",
	attribute.BOOL: "BOOLEAN", attribute.L: "LIST", attribute.M: "MAP",
}

func (p *parser) checkDelta(v verb, k attribute.Kind) {
	name, bad := kindNames[k]
	if bad && (v != verbAdd || k != attribute.N) {
		p.note(operandFault, fmt.Sprintf("Incorrect operand type for operator or function; operator: %s, operand type: %s", verbNames[v], name))
	}
}

// source reads the right side of a SET.
func (p *parser) source() *source {
	one := p.sourceTerm()
	for _, sign := range []struct {
		text string
		op   sourceOp
	}{{"+", sourcePlus}, {"-", sourceMinus}} {
		if p.symbol(sign.text) {
			s := &source{op: sign.op, args: []*source{one, p.sourceTerm()}}
			p.operators++
			p.checkKinds(sign.text, attribute.N, s.args)
			return s
		}
	}
	return one
}

func (p *parser) sourceTerm() *source {
	switch {
	case p.symbol("("):
		s := p.source()
		p.expect(")")
		return s
	case p.at.kind == valueToken:
		return &source{op: sourceValue, value: p.value()}
	case p.at.kind == wordToken && !p.atKeyword(p.keywords...) && p.next("("):
		name := p.take().text
		p.take()
		args := []*source{p.sourceTerm()}
		for p.symbol(",") {
			args = append(args, p.sourceTerm())
		}
		p.expect(")")
		p.operators++
		return p.checkSource(name, args)
	default:
		return &source{op: sourcePath, path: p.path()}
	}
}

func (p *parser) checkSource(name string, args []*source) *source {
	s := &source{args: args}
	switch name {
	case "if_not_exists":
		s.op = sourceIfNotExists
	case "list_append":
		s.op = sourceListAppend
	default:
		p.note(unknownFault, "Invalid function name; function: "+name)
		return s
	}
	switch {
	case len(args) != 2:
		p.note(functionFault, fmt.Sprintf("Incorrect number of operands for operator or function; "+
			"operator or function: %s, number of operands: %d", name, len(args)))
	case s.op == sourceListAppend:
		p.checkKinds(name, attribute.L, args)
	case args[0].op != sourcePath:
		p.note(functionFault, "Operator or function requires a document path; operator or function: "+name)
	}
	return s
}

// checkKinds records the first value whose kind the operator or function does not
// take.
func (p *parser) checkKinds(operator string, want attribute.Kind, args []*source) {
	for _, a := range args {
		if k := a.value.Kind(); a.op == sourceValue && k != attribute.Invalid && k != want {
			p.wrongType(operator, k)
			return
		}
	}
}

// Paths calls f with the path of each action and the kind of its new value;
// Invalid if the expression alone does not determine that.
func (u *Update) Paths(f func(p Path, k attribute.Kind)) {
	for _, a := range u.actions {
		k := a.delta.Kind()
		if a.verb == verbSet {
			k = a.value.kind()
		}
		f(a.path, k)
	}
}

func (s *source) kind() attribute.Kind {
	switch s.op {
	case sourceValue:
		return s.value.Kind()
	case sourcePlus, sourceMinus:
		return attribute.N
	case sourceListAppend:
		return attribute.L
	default:
		return attribute.Invalid
	}
}

// OnlyRemoves reports whether no action of the update can give an item an
// attribute.
func (u *Update) OnlyRemoves() bool {
	return !slices.ContainsFunc(u.actions, func(a action) bool { return a.verb == verbSet || a.verb == verbAdd })
}

// Touched returns the projection on the paths that the update changes.
func (u *Update) Touched() *Projection {
	paths := make([]Path, len(u.actions))
	for i, a := range u.actions {
		paths[i] = a.path
	}
	return NewProjection(paths...)
}

// Sources calls f with every path that the update reads.
func (u *Update) Sources(f func(Path)) {
	for _, a := range u.actions {
		if a.value != nil {
			a.value.paths(f)
		}
	}
}

func (s *source) paths(f func(Path)) {
	if s.op == sourcePath {
		f(s.path)
	}
	for _, a := range s.args {
		a.paths(f)
	}
}
