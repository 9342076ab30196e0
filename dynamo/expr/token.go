package expr

import (
	"fmt"
	"unicode/utf8"
)

type tokenKind uint8

const (
	endToken    tokenKind = iota
	wordToken             // identifier or keyword; begins with a letter (docs/aws/messages.md#names)
	nameToken             // #name
	valueToken            // :value
	numberToken           // digits
	symbolToken           // punctuation and operators
	badToken              // what no expression may hold
)

// A token is a piece of an expression: text[start:end].
type token struct {
	kind       tokenKind
	text       string
	start, end int
}

// scan returns the token of s that begins at or after the byte at.
func scan(s string, at int) token {
	for at < len(s) && isSpace(s[at]) {
		at++
	}
	var end int
	var kind tokenKind
	switch {
	case at == len(s):
		return token{endToken, "<EOF>", at, at}
	case isStart(s[at]):
		kind, end = wordToken, skip(s, at, isPart)
	case isDigit(s[at]):
		kind, end = numberToken, skip(s, at, isDigit)
	case s[at] == '#':
		kind, end = nameToken, skip(s, at+1, isPart)
	case s[at] == ':':
		kind, end = valueToken, skip(s, at+1, isPart)
	default:
		return scanSymbol(s, at)
	}
	if end == at+1 && (kind == nameToken || kind == valueToken) {
		kind = badToken
	}
	return token{kind, s[at:end], at, end}
}

func scanSymbol(s string, at int) token {
	if at+1 < len(s) {
		switch two := s[at : at+2]; two {
		case "<>", "<=", ">=":
			return token{symbolToken, two, at, at + 2}
		}
	}
	switch s[at] {
	case '(', ')', '[', ']', '.', ',', '=', '<', '>', '+', '-':
		return token{symbolToken, s[at : at+1], at, at + 1}
	}
	_, size := utf8.DecodeRuneInString(s[at:])
	return token{badToken, s[at : at+size], at, at + size}
}

func skip(s string, at int, in func(byte) bool) int {
	for at < len(s) && in(s[at]) {
		at++
	}
	return at
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isStart(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isPart(c byte) bool  { return c == '_' || isStart(c) || isDigit(c) }

// syntaxError returns an *Error that names the unexpected token and shows it
// between its neighbours.
func syntaxError(s string, before, at token) error {
	after := scan(s, at.end)
	near := s[before.start:after.end]
	if after.kind == endToken {
		near = s[before.start:at.end]
	}
	return &Error{fmt.Sprintf(`Syntax error; token: "%s", near: "%s"`, at.text, near)}
}
