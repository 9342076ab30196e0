// Package schema checks JSON texts by JSON schemas of draft 4, which are those of
// API Gateway's models. It wraps github.com/santhosh-tekuri/jsonschema/v6 and lets
// it load nothing: a schema refers to itself and to the others that it was given.
// Patterns are Go's regular expressions, whose time is bounded.
//
// The package is internal to the program; its interface may change with any
// commit.
package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"regexp"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// ErrPattern is matched by the error of a schema with a regular expression that
// Go does not have, such as one with a lookahead.
var ErrPattern = errors.New("a pattern that Go's regular expressions lack")

// A Schema checks texts. Make one with Compile. Safe for concurrent use.
type Schema struct {
	text     []byte
	compiled *jsonschema.Schema
	turn     sync.Mutex // of large texts: one at a time has its values in memory
}

// Bounds of what a text takes. One of 10 MB can have five million values, which would
// take 500 MB.
const (
	large      = 1 << 20 // bytes: a text that waits for its turn
	mostValues = 500_000 // of a large text: what one that is not large can have
)

// MarshalJSON returns the text of the schema.
func (s *Schema) MarshalJSON() ([]byte, error) { return s.text, nil }

// Compile returns the schema that texts has at a URL. It may refer to the others
// by theirs. A $schema is passed over: the draft is 4.
func Compile(url string, texts map[string][]byte) (*Schema, error) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft4)
	c.UseLoader(nothing{})
	var unknown string
	c.UseRegexpEngine(func(pattern string) (jsonschema.Regexp, error) {
		re, err := regexp.Compile(pattern)
		if err != nil {
			unknown = pattern
		}
		return re, err
	})
	for at, text := range texts {
		value, err := decode(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		if object, ok := value.(map[string]any); ok {
			delete(object, "$schema")
		}
		if err := c.AddResource(at, value); err != nil {
			return nil, err
		}
	}
	compiled, err := c.Compile(url)
	switch {
	case unknown != "":
		return nil, fmt.Errorf("%w: %s", ErrPattern, unknown)
	case err != nil:
		return nil, errors.New(reason(err))
	}
	return &Schema{text: texts[url], compiled: compiled}, nil
}

// nothing loads no schema.
type nothing struct{}

func (nothing) Load(url string) (any, error) { return nil, fmt.Errorf("%s is not given", url) }

// Check returns nil if a JSON text has the form of the schema. The error says in
// one line what is wrong. Assumed: a large text with more than 500,000 values
// has not the form; AWS documents no bound.
func (s *Schema) Check(text []byte) error {
	if len(text) > large {
		if n := valuesIn(text); n > mostValues {
			return fmt.Errorf("%d values, more than %d", n, mostValues)
		}
		s.turn.Lock()
		defer s.turn.Unlock()
	}
	value, err := decode(text)
	if err != nil {
		return err
	}
	if err := s.compiled.Validate(value); err != nil {
		return errors.New(reason(err))
	}
	return nil
}

// valuesIn returns how many values a JSON text has at most.
func valuesIn(text []byte) int {
	n, quoted := 1, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case !quoted && (c == ',' || c == '[' || c == '{'):
			n++
		}
	}
	return n
}

// decode returns the value of a JSON text. Numbers are such that computing with
// them is bounded: 1e999999999 is the largest float64.
func decode(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something after the value")
	}
	return bounded(value), nil
}

// longest is how long a number is at most whose digits all count, in characters.
const longest = 64

func bounded(value any) any {
	switch v := value.(type) {
	case json.Number:
		if len(v) <= longest && !strings.ContainsAny(string(v), "eE") {
			return v
		}
		f, _ := v.Float64() // infinite where it overflows
		return math.Min(math.Max(f, -math.MaxFloat64), math.MaxFloat64)
	case []any:
		for i := range v {
			v[i] = bounded(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = bounded(v[key])
		}
	}
	return value
}

// Bounds of what an error tells.
const (
	mostFaults  = 5
	longestText = 200 // bytes of a fault
)

// reason returns an error of the library in one line: its first faults, without what
// leads to them.
func reason(err error) string {
	if of := (*jsonschema.SchemaValidationError)(nil); errors.As(err, &of) {
		err = of.Err
	}
	whole, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return oneLine(err)
	}
	var faults []string
	for fault := range leaves(whole) {
		if len(faults) == mostFaults {
			faults = append(faults, "and more")
			break
		}
		alone := *fault
		faults = append(faults, oneLine(&alone))
	}
	return strings.Join(faults, "; ")
}

// leaves yields the faults of an error that have no causes of their own.
func leaves(e *jsonschema.ValidationError) iter.Seq[*jsonschema.ValidationError] {
	return func(yield func(*jsonschema.ValidationError) bool) { visit(e, yield) }
}

func visit(e *jsonschema.ValidationError, yield func(*jsonschema.ValidationError) bool) bool {
	if len(e.Causes) == 0 {
		return yield(e)
	}
	for _, cause := range e.Causes {
		if !visit(cause, yield) {
			return false
		}
	}
	return true
}

// oneLine returns an error without its first line, which names the schema, in one
// line.
func oneLine(err error) string {
	text := err.Error()
	if _, rest, found := strings.Cut(text, "\n"); found {
		text = rest
	}
	text = strings.ReplaceAll(strings.TrimLeft(text, " -"), "\n", "; ")
	if len(text) > longestText {
		text = strings.ToValidUTF8(text[:longestText], "") + "..."
	}
	return text
}
