package formula

import (
	"slices"
	"strconv"
	"strings"
)

// maxDepth bounds the nesting of an expression, and so the stack of its evaluation.
const maxDepth = 100

// An Expression is metric math that was read. It may be evaluated by several
// goroutines at once.
type Expression struct {
	root node
	refs []string // Ids, each once
	all  bool     // METRICS is in it
}

// Refs returns the Ids of the queries that the expression names, each once. all: it
// uses METRICS too.
func (x *Expression) Refs() (ids []string, all bool) { return x.refs, x.all }

// A node is a part of an expression.
type node interface {
	eval(env *Env) (Value, error)
}

// Parse reads an expression. It returns a *SyntaxError, or an *UnsupportedError for a
// function of AWS's that this package lacks.
func Parse(expression string) (*Expression, error) {
	p := parser{x: &Expression{}, scan: scanner{rest: expression}}
	p.advance()
	root, err := p.binary(0)
	if err == nil && p.token.kind != end {
		err = p.unexpected()
	}
	if p.scan.err != nil {
		err = p.scan.err
	}
	if err != nil {
		return nil, err
	}
	p.x.root = root
	return p.x, nil
}

type parser struct {
	x     *Expression
	scan  scanner
	token token
	depth int
}

func (p *parser) advance() { p.token = p.scan.next() }

func (p *parser) unexpected() error { return &SyntaxError{p.token.text, p.token.at} }

// is reports whether the token is that operator, and takes it if it is.
func (p *parser) is(op string) bool {
	if p.token.kind != operator || p.token.text != op {
		return false
	}
	p.advance()
	return true
}

// precedence are the operators by how strongly they bind, the weakest first. Assumed:
// AWS does not say how (docs/aws/cloudwatch.md#metric-math).
var precedence = [...][]string{
	{"||", "OR"}, {"&&", "AND"}, {"==", "!=", "<=", ">=", "<", ">"}, {"+", "-"}, {"*", "/"}, {"^"},
}

// binary reads operators that bind at least as strongly as a level.
func (p *parser) binary(level int) (node, error) {
	if level == len(precedence) {
		return p.unary()
	}
	left, err := p.binary(level + 1)
	for err == nil && slices.Contains(precedence[level], p.token.text) && (p.token.kind == operator || p.token.kind == word) {
		op := p.token.text
		p.advance()
		var right node
		if right, err = p.binary(level + 1); err == nil {
			left = binaryNode{operations[op], left, right}
		}
	}
	return left, err
}

func (p *parser) unary() (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.unexpected()
	}
	defer func() { p.depth-- }()
	if p.is("-") {
		of, err := p.unary()
		return binaryNode{operations["-"], constant(0), of}, err
	}
	return p.operand()
}

func (p *parser) operand() (node, error) {
	t := p.token
	p.advance()
	switch {
	case t.kind == number:
		v, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			return nil, &SyntaxError{t.text, t.at}
		}
		return constant(v), nil
	case t.kind == word && p.is("("):
		return p.call(t)
	case t.kind == word && t.text[0] >= 'a' && t.text[0] <= 'z':
		if !slices.Contains(p.x.refs, t.text) {
			p.x.refs = append(p.x.refs, t.text)
		}
		return reference(t.text), nil
	case t.kind == operator && t.text == "(":
		inner, err := p.binary(0)
		if err == nil && !p.is(")") {
			err = p.unexpected()
		}
		return inner, err
	case t.kind == operator && t.text == "[":
		parts, err := p.list("]")
		return list(parts), err
	}
	return nil, &SyntaxError{t.text, t.at}
}

// list reads operands up to a bracket.
func (p *parser) list(closing string) ([]node, error) {
	var parts []node
	if p.is(closing) {
		return nil, nil
	}
	for {
		part, err := p.argument()
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		if p.is(closing) {
			return parts, nil
		}
		if !p.is(",") {
			return nil, p.unexpected()
		}
	}
}

// argument reads an operand of a function, which may be a text, or a word of FILL.
func (p *parser) argument() (node, error) {
	t := p.token
	if t.kind == text || t.kind == word && (t.text == "REPEAT" || t.text == "LINEAR") {
		p.advance()
		return literal(t.text), nil
	}
	return p.binary(0)
}

// An UnsupportedError refuses a function that AWS has and Lullaby lacks.
type UnsupportedError struct{ Function string }

func (e *UnsupportedError) Error() string {
	return e.Function + " is a function of metric math that Lullaby does not have"
}

// lacking are AWS's functions that are not here.
const lacking = " ABS ANOMALY_DETECTION_BAND CEIL DATAPOINT_COUNT DATE DAY DB_PERF_INSIGHTS DIFF DIFF_TIME EPOCH FIRST FLOOR HOUR " +
	"INSIGHT_RULE_METRIC LAMBDA LAST LOG LOG10 METRIC_COUNT MINUTE MONTH REMOVE_EMPTY RUNNING_SUM SEARCH SERVICE_QUOTA SLICE SORT " +
	"STDDEV TIME_SERIES YEAR "

func (p *parser) call(name token) (node, error) {
	f, known := functions[name.text]
	if !known && strings.Contains(lacking, " "+name.text+" ") {
		return nil, &UnsupportedError{name.text}
	}
	if !known {
		return nil, &SyntaxError{name.text, name.at}
	}
	args, err := p.list(")")
	if err != nil {
		return nil, err
	}
	if len(args) < f.least || len(args) > f.most {
		return nil, &SyntaxError{name.text, name.at}
	}
	p.x.all = p.x.all || name.text == "METRICS"
	return callNode{f.apply, args}, nil
}
