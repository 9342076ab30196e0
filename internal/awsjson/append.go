package awsjson

import (
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// An Appender writes its own JSON, for answers that are sent often. Marshal calls
// it.
type Appender interface {
	AppendJSON(dst []byte) ([]byte, error)
}

// An Object writes a JSON object behind dst, member by member, in the order of
// its calls.
type Object struct {
	dst   []byte
	begun bool
	err   error
}

// NewObject begins an object behind dst.
func NewObject(dst []byte) *Object { return &Object{dst: append(dst, '{')} }

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
	o.keep(a.AppendJSON(o.dst))
}

// List writes an array of members that write themselves.
func List[A Appender](o *Object, name string, as []A) {
	o.name(name)
	o.dst = append(o.dst, '[')
	for i, a := range as {
		if i > 0 {
			o.dst = append(o.dst, ',')
		}
		o.keep(a.AppendJSON(o.dst))
	}
	o.dst = append(o.dst, ']')
}

// Int writes a whole number.
func (o *Object) Int(name string, n int64) {
	o.name(name)
	o.dst = strconv.AppendInt(o.dst, n, 10)
}

// Any writes a member as Marshal does.
func (o *Object) Any(name string, v any) {
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
