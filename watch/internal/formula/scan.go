package formula

import (
	"fmt"
	"strings"
)

// A SyntaxError says what of an expression cannot be read.
type SyntaxError struct {
	Text string // the token, empty at the end
	At   int    // its offset in bytes
}

func (e *SyntaxError) Error() string {
	if e.Text == "" {
		return "the expression ends too early"
	}
	return fmt.Sprintf("unexpected %q at character %d", e.Text, e.At+1)
}

// A kind is what a token is.
type kind uint8

const (
	end kind = iota
	number
	text
	word
	operator // also a bracket or a comma
)

type token struct {
	kind kind
	text string // of a string without its quotes
	at   int
}

// A scanner splits an expression into tokens.
type scanner struct {
	rest string
	at   int
	err  error
}

// operators, the longer ones first.
var operators = [...]string{"&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "^", "(", ")", "[", "]", ","}

func (s *scanner) take(n int) string {
	taken := s.rest[:n]
	s.rest = s.rest[n:]
	s.at += n
	return taken
}

func (s *scanner) next() token {
	s.take(len(s.rest) - len(strings.TrimLeft(s.rest, " \t\r\n")))
	t := token{at: s.at}
	if s.rest == "" {
		return t
	}
	c := s.rest[0]
	switch {
	case c >= '0' && c <= '9', c == '.':
		t.kind, t.text = number, s.take(numberLength(s.rest))
	case letter(c):
		n := 1
		for n < len(s.rest) && (letter(s.rest[n]) || s.rest[n] >= '0' && s.rest[n] <= '9') {
			n++
		}
		t.kind, t.text = word, s.take(n)
	case c == '"' || c == '\'':
		n := strings.IndexByte(s.rest[1:], c)
		if n < 0 {
			s.err = &SyntaxError{s.rest, s.at}
			s.take(len(s.rest))
			return t
		}
		t.kind, t.text = text, s.take(n + 2)[1:n+1]
	default:
		for _, op := range operators {
			if strings.HasPrefix(s.rest, op) {
				t.kind, t.text = operator, s.take(len(op))
				return t
			}
		}
		s.err = &SyntaxError{s.rest[:1], s.at}
		s.take(len(s.rest))
	}
	return t
}

func letter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }

// numberLength returns the length of the number that text begins with: digits, a
// point, an exponent.
func numberLength(text string) int {
	n, seen := 0, ""
	for n < len(text) {
		c := text[n]
		switch {
		case c >= '0' && c <= '9':
		case c == '.' && seen == "":
			seen = "."
		case c|0x20 == 'e' && !strings.Contains(seen, "e"):
			seen += "e"
			if n+1 < len(text) && (text[n+1] == '-' || text[n+1] == '+') {
				n++
			}
		default:
			return n
		}
		n++
	}
	return n
}
