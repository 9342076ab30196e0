package awsjson

import (
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// An Appender writes its own JSON, for answers that are sent often or can be
// large. It writes the same each time. Marshal calls it.
type Appender interface {
	// AppendJSON appends the JSON to dst. Between members it hands to drain what it
	// has written.
	AppendJSON(dst []byte, drain Drain) ([]byte, error)
}

// A Drain is handed the JSON that was written since the last time, and returns the
// memory to go on in: an empty slice if it has taken the text, or the text itself
// with more room behind it. So a large answer need not stand in memory as a whole. A
// nil Drain takes nothing.
type Drain func(text []byte) []byte

// room is how many bytes are free in the memory of a text if Pass calls no Drain.
// Most members are shorter.
const room = 256

// Pass calls the Drain if little room is left behind text, and returns the memory to
// go on in.
func (d Drain) Pass(text []byte) []byte {
	if d == nil || cap(text)-len(text) >= room {
		return text
	}
	return d(text)
}

// An Object writes a JSON object behind dst, member by member, in the order of
// its calls.
type Object struct {
	dst   []byte
	drain Drain
	begun bool
	err   error
}

// NewObject begins an object behind dst.
func NewObject(dst []byte, drain Drain) *Object {
	return &Object{dst: append(dst, '{'), drain: drain}
}

// name begins a member. Names need no quoting.
func (o *Object) name(name string) {
	if o.begun {
		o.dst = append(o.dst, ',')
	}
	o.begun = true
	o.dst = append(append(append(o.dst, '"'), name...), `":`...)
}

// Append writes a member that writes itself.
func (o *Object) Append(name string, a Appender) {
	o.name(name)
	o.keep(a.AppendJSON(o.dst, o.drain))
}

// List writes an array of members that write themselves.
func List[A Appender](o *Object, name string, as []A) { o.Append(name, Array[A](as)) }

// An Array is a list of values that write themselves.
type Array[A Appender] []A

// AppendJSON implements Appender.
func (as Array[A]) AppendJSON(dst []byte, drain Drain) ([]byte, error) {
	dst = append(dst, '[')
	for i, a := range as {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = a.AppendJSON(drain.Pass(dst), drain); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

// Int writes a whole number.
func (o *Object) Int(name string, n int64) {
	o.name(name)
	o.dst = strconv.AppendInt(o.dst, n, 10)
}

// Text writes a string.
func (o *Object) Text(name, text string) {
	o.name(name)
	quoted, err := jsontext.AppendQuote(o.dst, text)
	o.keep(quoted, err)
}

// Any writes a member as Marshal does.
func (o *Object) Any(name string, v any) {
	if a, ok := v.(Appender); ok {
		o.Append(name, a)
		return
	}
	o.name(name)
	text, err := json.Marshal(v, options, json.Deterministic(true))
	o.keep(append(o.dst, jsontext.Value(text)...), err)
}

func (o *Object) keep(dst []byte, err error) {
	o.dst = dst
	if o.err == nil {
		o.err = err
	}
}

// End ends the object and returns dst with the object behind it.
func (o *Object) End() ([]byte, error) { return append(o.dst, '}'), o.err }
