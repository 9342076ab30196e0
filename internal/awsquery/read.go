package awsquery

import (
	"bytes"
	"cmp"
	"encoding"
	"encoding/base64"
	"errors"
	"iter"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// A MalformedError refuses a form that does not have the operation's shape.
type MalformedError struct{ Message string }

func (e *MalformedError) Error() string { return e.Message }

// Texts of refusals. The first three were captured on AWS
// (docs/aws/sqs.md#query-protocol). Assumed: the others.
const (
	textList      = "Start of list found where not expected"
	textTop       = "Top level element may not be treated as a list"
	textIndex     = " is not a valid index" // behind the number
	textNumber    = "Element number is not a positive integer"
	textScalar    = "Text found where a list or a structure was expected"
	textEscape    = "Query string is not escaped properly"
	textTimestamp = "STRING_VALUE can not be converted to a Timestamp"
	textBlob      = "only base-64-encoded strings are convertible to bytes"
)

// maxParts is how many parts of lists, maps and structures are kept of one
// request. AWS refuses a request with more, since its lists have bounds far below;
// in memory the others would take many times what they take in the form.
const maxParts = 20_000

// Get returns the value of the first parameter of that name in a form, empty if
// there is none.
func Get(form []byte, name string) string {
	for n, value := range parameters(form) {
		if string(n) == name {
			text, _ := unescape(value)
			return text
		}
	}
	return ""
}

// parameters yields the names and values of a form, as they are in it.
func parameters(form []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func([]byte, []byte) bool) {
		for len(form) > 0 {
			var part []byte
			part, form, _ = bytes.Cut(form, []byte("&"))
			name, value, _ := bytes.Cut(part, []byte("="))
			if len(name) > 0 && !yield(name, value) {
				return
			}
		}
	}
}

func unescape(text []byte) (string, error) {
	if bytes.IndexByte(text, '%') < 0 && bytes.IndexByte(text, '+') < 0 {
		return string(text), nil
	}
	plain, err := url.QueryUnescape(string(text))
	if err != nil {
		return "", &MalformedError{textEscape}
	}
	return plain, nil
}

// Unmarshal reads the parameters of forms into the shape that v points to. Of two
// with one name the last counts. It ignores a name that v or a part of v does not
// have, but one of v with parts. Elements of a list come in the order of their numbers, whatever is
// missing between them. It takes time and memory as the forms have bytes, whatever
// numbers are in them. The error is a *MalformedError.
func Unmarshal(v any, forms ...[]byte) error {
	into := reflect.ValueOf(v).Elem()
	r := reader{free: maxParts, root: new(part)}
	s := shapeOf(into.Type())
	for _, form := range forms {
		for name, value := range parameters(form) {
			path, err := unescape(name)
			if err == nil && s.has(path) {
				var text string
				if text, err = unescape(value); err == nil {
					err = r.add(r.root, s, path, text)
				}
			}
			if err != nil {
				return err
			}
		}
	}
	return r.root.set(into, s)
}

// has reports whether a parameter of that name is read: it is one of a member, or
// one that is refused.
func (s *shape) has(path string) bool {
	name, _, parts := strings.Cut(path, ".")
	_, known := s.byName[name]
	return known || parts
}

// A part is a value of an input, or what holds some: parts of a structure by
// name, those of a list and of a map by number.
type part struct {
	text  string // of a scalar
	parts map[string]*part
}

type reader struct {
	root *part // of the whole input
	free int   // how many parts may still be made
}

// add adds the parameter that is at path below p.
func (r *reader) add(p *part, s *shape, path, text string) error {
	switch {
	case s.form == scalar && path != "":
		return &MalformedError{textList}
	case s.form == scalar:
		p.text = text
		return nil
	case path == "" && s.isAlone(path, text):
		path = "1"
	case path == "" && text != "":
		return &MalformedError{textScalar}
	case path == "":
		return nil // how SDKs write an empty list
	}
	if s.wrap != "" {
		var wrapped bool
		if path, wrapped = strings.CutPrefix(path, s.wrap+"."); !wrapped {
			return &MalformedError{textNumber}
		}
	}
	if s.isAlone(path, text) {
		path = "1." + path
	}
	name, rest, _ := strings.Cut(path, ".")
	below := s.elem
	if s.form == structure {
		m, known := s.byName[name]
		switch {
		case !known && rest != "" && p == r.root:
			return unknownList(rest)
		case !known:
			return nil
		}
		name, below = m.name, m.shape
	} else {
		n, err := number(name, rest)
		if err != nil {
			return err
		}
		name = strconv.Itoa(n)
	}
	sub := p.parts[name]
	if sub == nil {
		if r.free == 0 {
			return nil
		}
		r.free--
		sub = new(part)
		if p.parts == nil {
			p.parts = map[string]*part{}
		}
		p.parts[name] = sub
	}
	return r.add(sub, below, rest, text)
}

// isAlone reports whether path is of the only element of a flattened list or map,
// which may be without its number: Name=a, or Tag.Key=a. An empty text is an element
// without members, and no text of a list: so SDKs write a list that is empty
// (docs/aws/sqs.md#query-protocol).
func (s *shape) isAlone(path, text string) bool {
	if s.elem == nil || s.wrap != "" {
		return false
	}
	name, _, _ := strings.Cut(path, ".")
	_, known := s.elem.byName[name]
	return known || path == "" && (text == "") == (s.elem.form == structure)
}

// number reads the number of an element, behind which rest is.
func number(text, rest string) (int, error) {
	n, err := strconv.Atoi(text)
	switch {
	case errors.Is(err, strconv.ErrSyntax) && rest != "":
		return 0, &MalformedError{textList}
	case errors.Is(err, strconv.ErrSyntax):
		return 0, &MalformedError{textNumber}
	case err != nil || n < 1:
		return 0, &MalformedError{text + textIndex}
	}
	return n, nil
}

// unknownList refuses a name that the operation does not have, behind which rest is.
func unknownList(rest string) error {
	index, _, _ := strings.Cut(rest, ".")
	if _, err := strconv.Atoi(index); err != nil {
		return &MalformedError{textList}
	}
	return &MalformedError{textTop}
}

// numbered yields the parts of a list or a map in the order of their numbers.
func (p *part) numbered() []*part {
	numbers := slices.SortedFunc(maps.Keys(p.parts), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	})
	parts := make([]*part, len(numbers))
	for i, n := range numbers {
		parts[i] = p.parts[n]
	}
	return parts
}

// set sets v, of shape s, to what p has.
func (p *part) set(v reflect.Value, s *shape) error {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	switch s.form {
	case structure:
		for name, sub := range p.parts {
			m := s.byName[name]
			if err := sub.set(v.FieldByIndex(m.index), m.shape); err != nil {
				return err
			}
		}
		return nil
	case list:
		v.Set(reflect.MakeSlice(v.Type(), len(p.parts), len(p.parts)))
		for i, sub := range p.numbered() {
			if err := sub.set(v.Index(i), s.elem); err != nil {
				return err
			}
		}
		return nil
	case table:
		return p.setMap(v, s)
	default:
		return setScalar(v, p.text)
	}
}

// setMap sets a map to the entries of p. An entry without a key has the empty one,
// and one without a value the zero value.
func (p *part) setMap(v reflect.Value, s *shape) error {
	v.Set(reflect.MakeMapWithSize(v.Type(), len(p.parts)))
	value := s.elem.byName[s.value].shape
	for _, entry := range p.numbered() {
		key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		if sub := entry.parts[s.key]; sub != nil {
			key.SetString(sub.text)
		}
		if sub := entry.parts[s.value]; sub != nil {
			if err := sub.set(elem, value); err != nil {
				return err
			}
		}
		v.SetMapIndex(key, elem)
	}
	return nil
}

func setScalar(v reflect.Value, text string) error {
	if own, ok := reflect.TypeAssert[encoding.TextUnmarshaler](v.Addr()); ok {
		if err := own.UnmarshalText([]byte(text)); err != nil {
			return &MalformedError{textTimestamp}
		}
		return nil
	}
	switch {
	case v.Kind() == reflect.String:
		v.SetString(text)
	case v.Kind() == reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return &MalformedError{"STRING_VALUE can not be converted to a Boolean"}
		}
		v.SetBool(b)
	case v.CanInt():
		n, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if err != nil {
			return &MalformedError{"STRING_VALUE can not be converted to an Integer"}
		}
		v.SetInt(n)
	case v.CanFloat():
		f, err := strconv.ParseFloat(text, v.Type().Bits())
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			return &MalformedError{"STRING_VALUE can not be converted to a Double"}
		}
		v.SetFloat(f)
	case v.Kind() == reflect.Slice:
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return &MalformedError{textBlob}
		}
		v.SetBytes(b)
	default:
		panic("awsquery: a member of type " + v.Type().String())
	}
	return nil
}
