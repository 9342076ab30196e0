// Package object reads objects of JSON whose names are not known before: the
// claims of a token, the answer of an authorizer. It is stricter than
// encoding/json: a name that stands twice is refused, since two readers could
// take two values of it.
//
// The package is internal: it may change whenever its users do.
package object

import (
	"bytes"
	"errors"

	"github.com/go-json-experiment/json/jsontext"
)

// An Object is the members of an object of JSON, by name. Values are valid JSON
// without space around them.
type Object map[string]jsontext.Value

// Read reads one object. It refuses a name that stands twice anywhere, text that
// is not UTF-8, and whatever follows the object.
func Read(text []byte) (Object, error) {
	v := jsontext.Value(text)
	if v.Kind() != jsontext.KindBeginObject || !v.IsValid() {
		return nil, errors.New("no JSON object")
	}
	d := jsontext.NewDecoder(bytes.NewReader(text))
	_, _ = d.ReadToken() // the brace
	o := make(Object)
	for d.PeekKind() == jsontext.KindString {
		name, err := d.ReadToken()
		if err != nil {
			return nil, err
		}
		key := name.String()
		value, err := d.ReadValue()
		if err != nil {
			return nil, err
		}
		o[key] = value.Clone()
	}
	return o, nil
}

// Text returns a member that is text.
func (o Object) Text(name string) (text string, ok bool) { return Text(o[name]) }

// Texts returns the text of a member, or the texts in a list of them. ok is
// false for all other values, and for a list with another value.
func (o Object) Texts(name string) (texts []string, ok bool) {
	if text, ok := o.Text(name); ok {
		return []string{text}, true
	}
	items, ok := Items(o[name])
	for _, item := range items {
		text, isText := Text(item)
		if !isText {
			return nil, false
		}
		texts = append(texts, text)
	}
	return texts, ok
}

// maxSeconds bounds dates: an instant of the year 9999 fits into it.
const maxSeconds = 1 << 38

// Seconds returns a member that is a number of seconds since 1970, cut to whole
// ones (RFC 7519, NumericDate).
func (o Object) Seconds(name string) (seconds int64, ok bool) {
	v := o[name]
	if v.Kind() != jsontext.KindNumber {
		return 0, false
	}
	n, err := jsontext.NewDecoder(bytes.NewReader(v)).ReadToken()
	if err != nil {
		return 0, false
	}
	f, err := n.Float()
	if err != nil || f < -maxSeconds || f > maxSeconds {
		return 0, false
	}
	return int64(f), true
}

// Text returns a value that is text.
func Text(v jsontext.Value) (text string, ok bool) {
	if v.Kind() != jsontext.KindString {
		return "", false
	}
	plain, err := jsontext.AppendUnquote(nil, v)
	return string(plain), err == nil
}

// Items returns the items of a value that is a list.
func Items(v jsontext.Value) (items []jsontext.Value, ok bool) {
	if v.Kind() != jsontext.KindBeginArray {
		return nil, false
	}
	d := jsontext.NewDecoder(bytes.NewReader(v))
	_, _ = d.ReadToken() // the bracket
	for d.PeekKind() != jsontext.KindEndArray {
		item, err := d.ReadValue()
		if err != nil {
			return nil, false
		}
		items = append(items, item.Clone())
	}
	return items, true
}
