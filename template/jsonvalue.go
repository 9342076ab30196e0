package template

import (
	"encoding/json"
	"errors"
)

// errNotHere is matched by the error of a value that is on AWS only.
var errNotHere = errors.New("a value that is on AWS only")

// jsonOf returns the JSON of a value of the template, with its functions evaluated.
// Numbers and booleans stay what they are in the file; a text that is JSON of an
// object itself, as some write schemas, is taken as that.
func (l *loader) jsonOf(n *node) ([]byte, error) {
	value, err := l.plain(n)
	var e *Error
	switch {
	case errors.As(err, &e) && e.Unsupported:
		return nil, errNotHere
	case err != nil:
		return nil, err
	}
	if text, ok := value.(string); ok && json.Valid([]byte(text)) {
		return []byte(text), nil
	}
	return json.Marshal(value)
}

// plain returns a value of the template as encoding/json has it.
func (l *loader) plain(n *node) (any, error) {
	v, err := l.eval(n)
	switch {
	case err != nil:
		return nil, err
	case v == nil || v.kind == null:
		return nil, nil
	case v.kind == list:
		items, err := l.list(v, "a list")
		if err != nil {
			return nil, err
		}
		all := make([]any, 0, len(items))
		for _, item := range items {
			one, err := l.plain(item)
			if err != nil {
				return nil, err
			}
			all = append(all, one)
		}
		return all, nil
	case v.kind == mapping:
		all := make(map[string]any, len(v.fields))
		for _, f := range v.fields {
			one, err := l.plain(f.value)
			if err != nil {
				return nil, err
			}
			if given, _ := l.eval(f.value); given != nil { // AWS::NoValue removes it
				all[f.key] = one
			}
		}
		return all, nil
	}
	text, err := l.str(v, "a value")
	if err == nil && v.bare && json.Valid([]byte(text)) {
		return json.RawMessage(text), nil
	}
	return text, err
}
