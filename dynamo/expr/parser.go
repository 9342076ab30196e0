package expr

import (
	"fmt"
	"strconv"
	"strings"

	"lullaby/attribute"
)

// Bounds of an expression (Developer Guide, "Constraints", "Expression
// parameters"). The texts of the refusals are from users' reports
// (aws/aws-sdk-java-v2#4597, scylladb/scylladb#14473).
const (
	maxLength    = 4_096 // bytes
	maxOperators = 300
)

// A parser reads one expression. A syntax error ends it at once and stays in err.
// Other faults are collected, and reported by rank if the syntax is right.
type parser struct {
	text         string
	placeholders *Placeholders
	keywords     []string // words that are no names here
	undefined    fault    // the class of an undefined :value

	before    token // the token that was taken last
	at        token // the next one
	err       error // the first syntax error
	faults    [faultCount]string
	operators int
}

// A fault is a class of mistakes.
type fault uint8

const (
	noFault fault = iota
	parensFault
	unknownFault  // function that is not there
	misuseFault   // function where none may stand
	reservedFault // reserved word
	conditionFault
	sectionFault
	nameFault // undefined #name
	valueFault
	boundFault // path that is too deep, position that is too large
	overlapFault
	conflictFault
	operandFault
	distinctFault
	functionFault
	faultCount
)

// msgTooLong refuses the size of an expression. Conditions add it
// (docs/aws/messages.md#transactions).
const msgTooLong = "Expression size has exceeded the maximum allowed size;"

func newParser(text string, p *Placeholders, keywords ...string) (*parser, error) {
	switch {
	case text == "":
		return nil, &Error{"The expression can not be empty;"}
	case len(text) > maxLength:
		return nil, &Error{msgTooLong}
	}
	return &parser{text: text, placeholders: p, keywords: keywords, undefined: valueFault, at: scan(text, 0)}, nil
}

// finish returns the error of an expression that was read to its end: of several
// faults the first in rank.
func (p *parser) finish(rank ...fault) error {
	if p.at.kind != endToken {
		p.fail()
	}
	if p.err != nil {
		return p.err
	}
	if p.operators > maxOperators {
		return &Error{fmt.Sprintf("The expression contains too many operators; operator count: %d", maxOperators+1)}
	}
	if f := p.first(rank...); f != noFault {
		return &Error{p.faults[f]}
	}
	return nil
}

// first returns the first class in rank in which there is a fault.
func (p *parser) first(rank ...fault) fault {
	for _, f := range rank {
		if p.faults[f] != "" {
			return f
		}
	}
	return noFault
}

// note records a fault if it is the first of its class.
func (p *parser) note(f fault, message string) {
	if p.faults[f] == "" {
		p.faults[f] = message
	}
}

// fail records that the next token is not expected. From then on the parser reads
// nothing but the end of the text.
func (p *parser) fail() {
	if p.err == nil {
		p.err = syntaxError(p.text, p.before, p.at)
	}
	p.at = token{endToken, "", len(p.text), len(p.text)}
}

// take returns the next token and moves past it.
func (p *parser) take() token {
	p.before = p.at
	p.at = scan(p.text, p.at.end)
	return p.before
}

// symbol takes the next token if it is the symbol s.
func (p *parser) symbol(s string) bool {
	if p.at.kind != symbolToken || p.at.text != s {
		return false
	}
	p.take()
	return true
}

// expect takes the symbol s, and fails if the next token is another.
func (p *parser) expect(s string) {
	if !p.symbol(s) {
		p.fail()
	}
}

// keyword takes the next token if it is word, in upper or lower case.
func (p *parser) keyword(word string) bool {
	if !p.atKeyword(word) {
		return false
	}
	p.take()
	return true
}

func (p *parser) atKeyword(words ...string) bool {
	if p.at.kind != wordToken {
		return false
	}
	for _, w := range words {
		if strings.EqualFold(p.at.text, w) {
			return true
		}
	}
	return false
}

// path reads a document path.
func (p *parser) path() Path {
	return p.steps(Path{{Name: p.name()}})
}

// steps reads the steps of a path behind its beginning.
func (p *parser) steps(path Path) Path {
	for {
		switch {
		case p.symbol("."):
			path = append(path, Step{Name: p.name()})
		case p.symbol("["):
			path = append(path, Step{Index: p.index(), InList: true})
			p.expect("]")
		default:
			if len(path) > attribute.MaxDepth {
				p.note(boundFault, fmt.Sprintf("The document path has too many nesting levels; nesting levels: %d", len(path)))
			}
			return path
		}
	}
}

// name reads an attribute's name or its placeholder.
func (p *parser) name() string {
	switch kind := p.at.kind; {
	case kind == wordToken && !p.atKeyword(p.keywords...):
		word := p.take().text
		if reserved[strings.ToLower(word)] {
			p.note(reservedFault, "Attribute name is a reserved keyword; reserved keyword: "+word)
		}
		return word
	case kind == nameToken:
		key := p.take().text
		name, defined := p.placeholders.name(key)
		if !defined {
			p.note(nameFault, "An expression attribute name used in the document path is not defined; attribute name: "+key)
		}
		return name
	default:
		p.fail()
		return ""
	}
}

// maxIndex is the last position that a path may name (docs/aws/messages.md#bounds).
const maxIndex = 1<<31 - 1

func (p *parser) index() int {
	if p.at.kind != numberToken {
		p.fail()
		return 0
	}
	text := p.take().text
	n, err := strconv.Atoi(text)
	if err != nil || n > maxIndex {
		p.note(boundFault, "List index is not within the allowable range; index: ["+text+"]")
		return maxIndex
	}
	return n
}

// value reads a :value.
func (p *parser) value() attribute.Value {
	if i, defined := p.placed(); defined {
		return p.placeholders.values[i].Value
	}
	return attribute.Value{}
}

// operandValue reads a :value of a condition.
func (p *parser) operandValue() *node {
	if i, defined := p.placed(); defined {
		return &node{op: opValue, value: p.placeholders.values[i].Value, at: p.placeholders.place(i)}
	}
	return &node{op: opValue, at: new(place)}
}

// placed reads a :value and returns its place among those of the request.
func (p *parser) placed() (i int, defined bool) {
	if p.at.kind != valueToken {
		p.fail()
		return 0, false
	}
	key := p.take().text
	i, defined = p.placeholders.value(key)
	if !defined {
		p.note(p.undefined, "An expression attribute value used in expression is not defined; attribute value: "+key)
	}
	return i, defined
}
