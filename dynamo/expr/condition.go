package expr

import (
	"bytes"
	"fmt"
	"slices"

	"lullaby/attribute"
)

// A Condition is a condition, filter or key condition expression. Not safe for
// concurrent use.
type Condition struct {
	root  *node
	paths place // all of the expression
}

// A node is an operand, a comparison, a function or a connective.
type node struct {
	op     op
	path   Path            // of opPath
	at     *place          // of opPath and opValue
	value  attribute.Value // of opValue; Invalid if the placeholder is not defined
	name   string          // of opCall
	fn     function        // of opCall; the zero function if there is none of that name
	args   []*node
	choice attribute.Choice // of opIn: the operands that are values, which args lacks
	parens bool             // stands in parentheses
}

type op uint8

const (
	opPath op = iota
	opValue
	opCall
	opEqual
	opNotEqual
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
	opBetween
	opIn
	opAnd
	opOr
	opNot
)

var opNames = [...]string{
	opEqual: "=", opNotEqual: "<>", opLess: "<", opLessEqual: "<=", opGreater: ">", opGreaterEqual: ">=",
	opBetween: "BETWEEN", opIn: "IN", opAnd: "AND", opOr: "OR", opNot: "NOT",
}

func (o op) String() string { return opNames[o] }

// comparator returns the op of a token that compares.
func comparator(t token) (op, bool) {
	if t.kind == symbolToken {
		for o := opEqual; o <= opGreaterEqual; o++ {
			if opNames[o] == t.text {
				return o, true
			}
		}
	}
	return 0, false
}

// isOperand reports whether n has a value, and is not true or false.
func (n *node) isOperand() bool {
	return n.op == opPath || n.op == opValue || n.op == opCall && n.fn.value != nil
}

// ParseCondition parses a condition. The error is an *Error.
func ParseCondition(text string, placeholders *Placeholders) (*Condition, error) {
	if len(text) > maxLength {
		return nil, &Error{fmt.Sprintf("%s expression size: %d", msgTooLong, len(text))}
	}
	p, err := newParser(text, placeholders, "AND", "OR", "NOT", "BETWEEN", "IN")
	if err != nil {
		return nil, err
	}
	p.undefined = nameFault // of names and values the first counts
	root := p.truth(p.or())
	if err := p.finish(parensFault, unknownFault, misuseFault, reservedFault, conditionFault); err != nil {
		return nil, err
	}
	c := &Condition{root: root}
	root.place(&c.paths)
	return c, nil
}

// place finds the places of the paths in n below root.
func (n *node) place(root *place) {
	if n.op == opPath {
		n.at = root.of(n.path)
	}
	for _, a := range n.args {
		a.place(root)
	}
}

// truth checks that n may stand where a condition must.
func (p *parser) truth(n *node) *node {
	switch n.op {
	case opPath, opValue:
		p.fail()
	case opCall:
		if n.fn.value != nil {
			p.misuse(n)
		}
	default:
	}
	return n
}

// misuse records that a function stands where it may not.
func (p *parser) misuse(n *node) {
	p.note(misuseFault, "The function is not allowed to be used this way in an expression; function: "+n.name)
}

func (p *parser) or() *node {
	n := p.and()
	for p.atKeyword("OR") {
		p.truth(n)
		p.take()
		n = &node{op: opOr, args: []*node{n, p.truth(p.and())}}
	}
	return n
}

func (p *parser) and() *node {
	n := p.not()
	for p.atKeyword("AND") {
		p.truth(n)
		p.take()
		n = &node{op: opAnd, args: []*node{n, p.truth(p.not())}}
	}
	return n
}

func (p *parser) not() *node {
	if p.keyword("NOT") {
		return &node{op: opNot, args: []*node{p.truth(p.not())}}
	}
	return p.comparison()
}

// comparison reads a comparison, a function, or an operand of the enclosing node.
func (p *parser) comparison() *node {
	n := p.term()
	o, compares := comparator(p.at)
	switch {
	case compares:
		p.operand(n)
		p.take()
		n = &node{op: o, args: []*node{n, p.operand(p.term())}}
		p.checkComparison(n)
	case p.atKeyword("BETWEEN"):
		p.operand(n)
		p.take()
		low := p.operand(p.term())
		if !p.keyword("AND") {
			p.fail()
		}
		n = &node{op: opBetween, args: []*node{n, low, p.operand(p.term())}}
		p.checkBetween(n)
	case p.atKeyword("IN"):
		p.operand(n)
		p.take()
		p.expect("(")
		n = &node{op: opIn, args: append([]*node{n}, p.list()...)}
		p.checkIn(n)
		n.choose()
	case n.op == opCall && !n.parens:
	default:
		return n
	}
	if n.op != opCall || n.fn.value == nil {
		p.endCondition()
	}
	p.operators++
	return n
}

// operand checks that n may stand where a value must.
func (p *parser) operand(n *node) *node {
	switch {
	case n.op == opCall && n.fn.value == nil:
		p.misuse(n)
	case !n.isOperand():
		p.fail()
	}
	return n
}

// list reads operands up to and including a closing parenthesis.
func (p *parser) list() []*node {
	args := []*node{p.operand(p.term())}
	for p.symbol(",") {
		args = append(args, p.operand(p.term()))
	}
	p.expect(")")
	return args
}

// term reads an operand, a function, or anything in parentheses.
func (p *parser) term() *node {
	switch {
	case p.symbol("("):
		return p.group()
	case p.at.kind == valueToken:
		return p.operandValue()
	case p.at.kind == wordToken && !p.atKeyword(p.keywords...) && p.next("("):
		name := p.take().text
		p.take()
		n := &node{op: opCall, name: name, fn: functions[name], args: p.list()}
		p.checkCall(n)
		return n
	default:
		return &node{op: opPath, path: p.path()}
	}
}

// next reports whether the token after the next one is symbol.
func (p *parser) next(symbol string) bool {
	t := scan(p.text, p.at.end)
	return t.kind == symbolToken && t.text == symbol
}

// group reads what follows an opening parenthesis.
func (p *parser) group() *node {
	n := p.or()
	p.expect(")")
	if n.parens {
		p.note(parensFault, "The expression has redundant parentheses;")
	}
	n.parens = true
	if n.op == opPath {
		n.path = p.steps(n.path)
	}
	return n
}

// endCondition ends a comparison or function. The faults of the first one that
// has any are reported.
func (p *parser) endCondition() {
	if f := p.first(nameFault, boundFault, operandFault, distinctFault, functionFault); f != noFault {
		p.note(conditionFault, p.faults[f])
	}
}

// kind returns the type of n if the expression alone determines it, Invalid
// otherwise.
func (n *node) kind() attribute.Kind {
	switch {
	case n.op == opValue:
		return n.value.Kind()
	case n.op == opCall && n.fn.value != nil:
		return attribute.N
	}
	return attribute.Invalid
}

func (p *parser) wrongType(operator string, k attribute.Kind) {
	p.note(functionFault, "Incorrect operand type for operator or function; operator or function: "+operator+", operand type: "+k.String())
}

// sameOperand records that an operator or function compares a path with itself.
func (p *parser) sameOperand(operator string, args []*node) {
	if len(args) != 2 || args[0].op != opPath || args[1].op != opPath {
		return
	}
	one, two := args[0].path, args[1].path
	if f, _ := checkPaths(one, two); f == overlapFault && len(one) == len(two) {
		p.note(distinctFault, "The first operand must be distinct from the remaining operands for this operator or function; "+
			"operator: "+operator+", first operand: "+one.String())
	}
}

func (p *parser) checkComparison(n *node) {
	p.sameOperand(n.op.String(), n.args)
	if n.op == opEqual || n.op == opNotEqual {
		return
	}
	for _, a := range n.args {
		if k := a.kind(); k != attribute.Invalid && !ordered(k) {
			p.wrongType(n.op.String(), k)
			return
		}
	}
}

// ordered reports whether values of a kind have an order.
func ordered(k attribute.Kind) bool {
	return k == attribute.S || k == attribute.N || k == attribute.B
}

func (p *parser) checkBetween(n *node) {
	low, high := n.args[1], n.args[2]
	for _, a := range n.args {
		if k := a.kind(); k != attribute.Invalid && !ordered(k) {
			p.wrongType(n.op.String(), k)
			return
		}
	}
	if low.op != opValue || high.op != opValue || low.kind() == attribute.Invalid || high.kind() == attribute.Invalid {
		return
	}
	bounds := fmt.Sprintf("lower bound operand: AttributeValue: %s, upper bound operand: AttributeValue: %s", scalarText(low.value), scalarText(high.value))
	switch {
	case low.kind() != high.kind():
		p.note(functionFault, "The BETWEEN operator requires same data type for lower and upper bounds; "+bounds)
	case bytes.Compare(low.at.found.Text(), high.at.found.Text()) > 0:
		p.note(functionFault, "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "+bounds)
	}
}

// scalarText returns a scalar in the form of the service's messages: {S:text}.
func scalarText(v attribute.Value) string {
	text := v.Text()
	if v.Kind() == attribute.N {
		text = v.Number().String()
	}
	return "{" + v.Kind().String() + ":" + text + "}"
}

// maxIn bounds the operands that IN compares with (docs/aws/messages.md#bounds).
const maxIn = 100

func (p *parser) checkIn(n *node) {
	if given := len(n.args) - 1; given > maxIn {
		p.note(operandFault, fmt.Sprintf("The IN operator is provided with too many operands; number of operands: %d", given))
	}
}

// choose moves the operands of IN that are values to its choice, and drops paths
// that are there twice.
func (n *node) choose() {
	operands := n.args[1:]
	n.args = n.args[:1:1]
	for _, a := range operands {
		same := func(b *node) bool { return a.op == opPath && b.op == opPath && slices.Equal(a.path, b.path) }
		if a.op == opValue {
			n.choice.Add(a.at.found)
		} else if !slices.ContainsFunc(n.args[1:], same) {
			n.args = append(n.args, a)
		}
	}
}

// A function has one of three effects: it is true or false of one operand, which
// may be missing, or of two, none of which is, or it has a value.
type function struct {
	operands int
	one      func(found bool) bool
	two      func(v, w attribute.EncodedValue) bool
	value    func(attribute.EncodedValue) attribute.EncodedValue // Invalid: none

	// An expression may ask the same large value hundreds of times, and a value of its
	// own again for each item.
	twoOf   func(p *place, w attribute.EncodedValue) bool // two, of a path or value; nil: as two
	valueOf func(p *place) attribute.EncodedValue         // value, of a path or value
}

// functions are those of conditions.
var functions = map[string]function{
	"attribute_exists":     {operands: 1, one: func(found bool) bool { return found }},
	"attribute_not_exists": {operands: 1, one: func(found bool) bool { return !found }},
	"attribute_type":       {operands: 2, two: func(v, kind attribute.EncodedValue) bool { return v.Kind().String() == string(kind.Text()) }},
	"begins_with":          {operands: 2, two: BeginsWith},
	"contains":             {operands: 2, two: Contains, twoOf: (*place).contains},
	"size":                 {operands: 1, value: size, valueOf: (*place).size},
}

func (p *parser) checkCall(n *node) {
	switch want := n.fn.operands; {
	case want == 0:
		p.note(unknownFault, "Invalid function name; function: "+n.name)
		return
	case want != len(n.args):
		p.note(operandFault, fmt.Sprintf("Incorrect number of operands for operator or function; "+
			"operator or function: %s, number of operands: %d", n.name, len(n.args)))
		return
	}
	p.sameOperand(n.name, n.args)
	switch n.name {
	case "attribute_exists", "attribute_not_exists":
		if n.args[0].op != opPath {
			p.note(functionFault, "Operator or function requires a document path; operator or function: "+n.name)
		}
	case "begins_with":
		for _, a := range n.args {
			if k := a.kind(); k != attribute.Invalid && k != attribute.S && k != attribute.B {
				p.wrongType(n.name, k)
				return
			}
		}
	case "attribute_type":
		p.checkType(n)
	case "size":
		if k := n.args[0].kind(); k == attribute.N || k == attribute.BOOL || k == attribute.NULL {
			p.wrongType(n.name, k)
		}
	}
}

func (p *parser) checkType(n *node) {
	kind := n.args[1]
	switch k := kind.kind(); {
	case kind.op != opValue && k == attribute.Invalid:
		p.note(functionFault, "Incorrect operand type for operator or function; "+
			"operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}")
	case k == attribute.Invalid: // not defined, which comes first
	case k != attribute.S:
		p.wrongType(n.name, k)
	case attribute.ParseKind(kind.value.Text()) == attribute.Invalid:
		p.note(functionFault, "Invalid attribute type name found; type: "+kind.value.Text()+
			", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}")
	}
}

// Paths calls f with every path in the condition.
func (c *Condition) Paths(f func(Path)) { c.root.paths(f) }

func (n *node) paths(f func(Path)) {
	if n.op == opPath {
		f(n.path)
	}
	for _, a := range n.args {
		a.paths(f)
	}
}
