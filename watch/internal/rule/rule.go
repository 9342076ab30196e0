package rule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A State is that of an alarm, in AWS's word.
type State string

// The states.
const (
	OK               State = "OK"
	Alarm            State = "ALARM"
	InsufficientData State = "INSUFFICIENT_DATA"
)

// Limits of a rule (docs/aws/cloudwatch.md#composite-alarms).
const (
	maxLength   = 10_240
	maxChildren = 100
	maxElements = 500
	maxDepth    = 100 // ours: it bounds the stack
)

// A Rule says when a composite alarm is in the state ALARM.
type Rule struct {
	root     node
	children []string // names, each once, in their order
}

// Children returns the names or ARNs of the alarms in the rule, each once.
func (r *Rule) Children() []string { return r.children }

// Holds evaluates the rule. stateOf returns the state of a child.
func (r *Rule) Holds(stateOf func(child string) State) bool { return r.root(stateOf) }

type node func(stateOf func(child string) State) bool

// An Error says what of a rule cannot be read, as AWS says it.
type Error struct{ Message string }

func (e *Error) Error() string { return "Error in AlarmRule [" + e.Message + "]" }

// Parse reads a rule. It returns an *Error.
func Parse(text string) (*Rule, error) {
	p := parser{text: text, rule: &Rule{}}
	if len(text) > maxLength {
		return nil, &Error{fmt.Sprintf("The rule has more than %d characters", maxLength)}
	}
	p.advance()
	root, err := p.or()
	if err == nil && p.token != "" {
		err = p.unexpected("AND", "OR")
	}
	if err == nil && (len(p.rule.children) > maxChildren || p.elements > maxElements) {
		err = &Error{fmt.Sprintf("The rule has more than %d alarms or %d elements", maxChildren, maxElements)}
	}
	if err != nil {
		return nil, err
	}
	p.rule.root = root
	return p.rule, nil
}

type parser struct {
	text     string
	at       int    // behind the token
	token    string // empty at the end
	began    int    // of the token
	rule     *Rule
	depth    int
	elements int
}

const space = " \t\r\n"

// advance reads a bracket, a comma, or a word that ends before one of those or a
// blank.
func (p *parser) advance() {
	rest := p.text[p.at:]
	p.began = p.at + len(rest) - len(strings.TrimLeft(rest, space))
	rest = p.text[p.began:]
	n := strings.IndexAny(rest, space+"(),\"")
	switch {
	case rest == "":
	case n == 0:
		n = 1
	case n < 0:
		n = len(rest)
	}
	p.token = rest[:max(n, 0)]
	p.at = p.began + len(p.token)
}

func (p *parser) unexpected(want ...string) error {
	for i := range want {
		want[i] = "'" + want[i] + "'"
	}
	if p.token == "" {
		return &Error{"Unexpected end of rule, must be: " + strings.Join(want, ", ")}
	}
	return &Error{fmt.Sprintf("Unsupported token '%s' at char %d, must be: %s", p.token, p.began, strings.Join(want, ", "))}
}

// is reports whether the token is a word, in either case, and takes it if it is.
func (p *parser) is(word string) bool {
	if !strings.EqualFold(p.token, word) {
		return false
	}
	p.advance()
	return true
}

func (p *parser) expect(word string) error {
	if !p.is(word) {
		return p.unexpected(word)
	}
	return nil
}

func (p *parser) or() (node, error) {
	return p.chain("OR", p.and, func(a, b bool) bool { return a || b })
}

func (p *parser) and() (node, error) {
	return p.chain("AND", p.not, func(a, b bool) bool { return a && b })
}

func (p *parser) chain(op string, operand func() (node, error), do func(a, b bool) bool) (node, error) {
	left, err := operand()
	for err == nil && p.is(op) {
		var right node
		if right, err = operand(); err == nil {
			a := left
			left = func(of func(string) State) bool { return do(a(of), right(of)) }
		}
	}
	return left, err
}

func (p *parser) not() (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, &Error{"The rule is nested too deeply"}
	}
	defer func() { p.depth-- }()
	if !p.is("NOT") {
		return p.operand()
	}
	inner, err := p.not()
	return func(of func(string) State) bool { return !inner(of) }, err
}

func (p *parser) operand() (node, error) {
	p.elements++
	for _, state := range []State{OK, Alarm, InsufficientData} {
		if p.is(string(state)) {
			return p.child(state)
		}
	}
	switch {
	case p.is("TRUE"):
		return func(func(string) State) bool { return true }, nil
	case p.is("FALSE"):
		return func(func(string) State) bool { return false }, nil
	case p.is("AT_LEAST"):
		return p.atLeast()
	case p.is("("):
		inner, err := p.or()
		if err == nil {
			err = p.expect(")")
		}
		return inner, err
	}
	return nil, p.unexpected("ALARM", "OK", "INSUFFICIENT_DATA", "AT_LEAST", "TRUE", "FALSE", "NOT", "(")
}

// child reads the alarm of ALARM(name).
func (p *parser) child(state State) (node, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	name, err := p.name()
	if err == nil {
		err = p.expect(")")
	}
	return func(of func(string) State) bool { return of(name) == state }, err
}

// name reads the name of an alarm, or its ARN, in quotes if it has blanks or
// brackets.
func (p *parser) name() (string, error) {
	name := p.token
	switch name {
	case "", "(", ")", ",":
		return "", p.unexpected("alarm name")
	case `"`:
		n := strings.IndexByte(p.text[p.at:], '"')
		if n <= 0 {
			return "", p.unexpected("alarm name")
		}
		name = p.text[p.at : p.at+n]
		p.at += n + 1
	}
	p.advance()
	if !slices.Contains(p.rule.children, name) {
		p.rule.children = append(p.rule.children, name)
	}
	return name, nil
}

// atLeast reads AT_LEAST(2, ALARM, (a, b)), which may have a share such as 60% of the
// alarms, and NOT before the state.
func (p *parser) atLeast() (node, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	digits, share := strings.CutSuffix(p.token, "%")
	least, err := strconv.Atoi(digits)
	if err != nil || least < 1 || share && least > 100 {
		return nil, p.unexpected("number")
	}
	p.advance()
	if err := p.expect(","); err != nil {
		return nil, err
	}
	negated := p.is("NOT")
	state := State(strings.ToUpper(p.token))
	if state != OK && state != Alarm && state != InsufficientData {
		return nil, p.unexpected("ALARM", "OK", "INSUFFICIENT_DATA")
	}
	p.advance()
	names, err := p.names()
	if err != nil {
		return nil, err
	}
	if share {
		least = (least*len(names) + 99) / 100
	}
	return func(of func(string) State) bool {
		n := 0
		for _, name := range names {
			if (of(name) == state) != negated {
				n++
			}
		}
		return n >= least
	}, nil
}

// names reads what follows the state of AT_LEAST.
func (p *parser) names() ([]string, error) {
	for _, word := range []string{",", "("} {
		if err := p.expect(word); err != nil {
			return nil, err
		}
	}
	var all []string
	for {
		name, err := p.name()
		if err != nil {
			return nil, err
		}
		p.elements++
		all = append(all, name)
		if p.is(")") {
			return all, p.expect(")")
		}
		if err := p.expect(","); err != nil {
			return nil, err
		}
	}
}
