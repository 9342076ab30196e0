package template

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// decode returns the one YAML document of a file. Each error has the line at
// which reading stopped.
func decode(file string, text []byte) (*yaml.Node, error) {
	fail := func(line int, msg string) error { return &Error{Pos: Pos{file, line}, Msg: msg} }

	if len(text) > maxBytes {
		return nil, fail(1, fmt.Sprintf("%d bytes: CloudFormation takes templates of at most %d", len(text), maxBytes))
	}
	if offset, msg := unreadable(text); msg != "" {
		return nil, fail(lineAt(text, offset), msg)
	}
	switch {
	case json.Valid(text):
		text = plainEscapes(text)
	case strings.EqualFold(filepath.Ext(file), ".json"):
		var syntax *json.SyntaxError
		if err := json.Unmarshal(text, new(any)); errors.As(err, &syntax) {
			return nil, fail(lineAt(text, int(syntax.Offset)-1), "JSON: "+syntax.Error())
		}
	}

	lines := &lineReader{text: text, rest: text}
	d := yaml.NewDecoder(lines)
	var doc, more yaml.Node
	switch err := d.Decode(&doc); {
	case errors.Is(err, io.EOF) || err == nil && empty(&doc):
		return nil, fail(1, "the template is empty")
	case err != nil:
		line := lines.at(err)
		msg := "YAML: " + parserMessage(err)
		if why := indentProblem(text, line); why != "" && ofIndentation.MatchString(msg) {
			msg = why
		}
		return nil, fail(line, msg)
	}
	switch err := d.Decode(&more); {
	case err == nil:
		return nil, fail(max(more.Line, 1), "a second document: a template is one")
	case !errors.Is(err, io.EOF):
		return nil, fail(lines.at(err), "YAML: "+parserMessage(err))
	}
	return doc.Content[0], nil
}

func empty(doc *yaml.Node) bool {
	return len(doc.Content) == 0 || doc.Content[0].Kind == yaml.ScalarNode && doc.Content[0].Tag == "!!null"
}

// unreadable returns the first byte that must not be in a YAML stream (YAML
// 1.1, 5.1: printable Unicode in UTF-8), and why. The YAML package refuses it
// too, but without its place.
func unreadable(text []byte) (offset int, msg string) {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return i, "not UTF-8 text"
		case r < ' ' && r != '\t' && r != '\n' && r != '\r', r >= 0x7f && r < 0xa0 && r != 0x85, r == 0xfffe, r == 0xffff:
			return i, fmt.Sprintf("control character %U", r)
		}
		i += size
	}
	return 0, ""
}

// escape matches the JSON escapes that YAML 1.1 lacks. It also matches an
// escaped backslash, so that the search skips it.
var escape = regexp.MustCompile(`\\\\|\\/|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}`)

// plainEscapes replaces the escapes that YAML lacks by their characters. text
// is valid JSON.
func plainEscapes(text []byte) []byte {
	return escape.ReplaceAllFunc(text, func(e []byte) []byte {
		switch e[1] {
		case '\\':
			return e
		case '/':
			return e[1:]
		}
		high, _ := strconv.ParseUint(string(e[2:6]), 16, 16) // the pattern has checked the digits
		low, _ := strconv.ParseUint(string(e[8:12]), 16, 16)
		return utf8.AppendRune(nil, utf16.DecodeRune(rune(high), rune(low)))
	})
}

// A lineReader returns one line at each Read. When the parser gives up, the
// number of lines read is the line of the error. The parser's messages name the
// line at which the enclosing value began, the line before, or none.
type lineReader struct {
	text []byte
	rest []byte // not yet returned
	read int    // lines returned
}

func (l *lineReader) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		return 0, io.EOF
	}
	line := l.rest
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i+1]
	}
	n := copy(p, line)
	l.rest = l.rest[n:]
	if n == len(line) {
		l.read++
	}
	return n, nil
}

// at returns the line of an error: the one at which reading stopped. For a
// quote that is never closed it is the line of the quote, and for an unknown
// alias the line of the alias.
func (l *lineReader) at(err error) int {
	msg := err.Error()
	if name, found := strings.CutPrefix(msg, "yaml: unknown anchor '"); found {
		name, _, _ = strings.Cut(name, "'")
		if i := bytes.Index(l.text, []byte("*"+name)); i >= 0 {
			return lineAt(l.text, i)
		}
	}
	if strings.Contains(msg, "unexpected end of stream") {
		opened, _ := strconv.Atoi(yamlPrefix.FindStringSubmatch(msg)[2])
		if opened > l.read { // on the first line the parser names the last one
			return 1
		}
		return max(opened, 1)
	}
	return max(l.read, 1)
}

var yamlPrefix = regexp.MustCompile(`^yaml: (line (\d+): )?`)

// parserMessage returns the parser's message without a line.
func parserMessage(err error) string { return yamlPrefix.ReplaceAllString(err.Error(), "") }
