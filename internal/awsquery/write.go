package awsquery

import (
	"encoding"
	"encoding/base64"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// AppendStruct writes an element with the members of the shape that v points to
// behind dst. Entries of maps are in the order of their keys.
func AppendStruct(dst []byte, name string, v any) []byte {
	of := reflect.ValueOf(v).Elem()
	dst = open(dst, name)
	empty := len(dst)
	dst = appendMembers(dst, of, shapeOf(of.Type()))
	if len(dst) == empty {
		return append(dst[:empty-1], "/>"...)
	}
	return closed(dst, name)
}

// Empty reports whether the shape that v points to has no members.
func Empty(v any) bool { return len(shapeOf(reflect.TypeOf(v).Elem()).members) == 0 }

func appendMembers(dst []byte, v reflect.Value, s *shape) []byte {
	for i := range s.members {
		m := &s.members[i]
		f := v.FieldByIndex(m.index)
		if m.omitZero && f.IsZero() {
			continue
		}
		dst = appendMember(dst, m.name, f, m.shape)
	}
	return dst
}

// appendMember writes one element; a flattened list as one for each of its
// elements, and nothing for a nil pointer.
func appendMember(dst []byte, name string, v reflect.Value, s *shape) []byte {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return dst
		}
		v = v.Elem()
	}
	elem := name
	if s.wrap != "" {
		dst, elem = open(dst, name), s.wrap
	}
	switch s.form {
	case list:
		for _, e := range v.Seq2() {
			dst = appendMember(dst, elem, e, s.elem)
		}
	case table:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			dst = Append(open(dst, elem), s.key, key.String())
			dst = closed(appendMember(dst, s.value, v.MapIndex(key), s.elem.byName[s.value].shape), elem)
		}
	case structure:
		dst = closed(appendMembers(open(dst, name), v, s), name)
	case scalar:
		dst = closed(appendScalar(open(dst, name), v), name)
	}
	if s.wrap != "" {
		dst = closed(dst, name)
	}
	return dst
}

func appendScalar(dst []byte, v reflect.Value) []byte {
	if own, ok := reflect.TypeAssert[encoding.TextAppender](v); ok {
		if text, err := own.AppendText(dst); err == nil {
			return text
		}
		return dst // a timestamp of a year that has no text
	}
	switch {
	case v.Kind() == reflect.String:
		return appendText(dst, v.String())
	case v.Kind() == reflect.Bool:
		return strconv.AppendBool(dst, v.Bool())
	case v.CanInt():
		return strconv.AppendInt(dst, v.Int(), 10)
	case v.CanFloat():
		return appendFloat(dst, v.Float())
	case v.Kind() == reflect.Slice:
		return base64.StdEncoding.AppendEncode(dst, v.Bytes())
	}
	panic("awsquery: a member of type " + v.Type().String())
}

// appendFloat writes a number with a point, as Java does.
func appendFloat(dst []byte, f float64) []byte {
	if whole := int64(f); float64(whole) == f && whole > -1e7 && whole < 1e7 {
		return append(strconv.AppendInt(dst, whole, 10), ".0"...)
	}
	return strconv.AppendFloat(dst, f, 'G', -1, 64)
}

// Append writes an element with text in it behind dst.
func Append(dst []byte, name, text string) []byte {
	return closed(appendText(open(dst, name), text), name)
}

func open(dst []byte, name string) []byte { return append(append(append(dst, '<'), name...), '>') }

func closed(dst []byte, name string) []byte {
	return append(append(append(dst, "</"...), name...), '>')
}

// appendText escapes what XML reserves, quotes, and the carriage return, which a
// parser would take for a line feed. What XML cannot have becomes U+FFFD.
func appendText(dst []byte, text string) []byte {
	from := 0
	for i, c := range text {
		var escaped string
		size := utf8.RuneLen(c)
		switch {
		case c == '<':
			escaped = "&lt;"
		case c == '>':
			escaped = "&gt;"
		case c == '&':
			escaped = "&amp;"
		case c == '"':
			escaped = "&quot;"
		case c == '\r':
			escaped = "&#xD;"
		case c == utf8.RuneError:
			_, size = utf8.DecodeRuneInString(text[i:])
			escaped = "\uFFFD"
		case c < ' ' && c != '\t' && c != '\n', c == 0xFFFE, c == 0xFFFF:
			escaped = "\uFFFD"
		default:
			continue
		}
		dst = append(append(dst, text[from:i]...), escaped...)
		from = i + size
	}
	return append(dst, text[from:]...)
}
