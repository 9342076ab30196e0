package edge

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// A Pair is a name and one of its values.
type Pair struct{ Name, Value string }

// SortPairs sorts pairs by name. The values of one name keep their order.
func SortPairs(pairs []Pair) {
	slices.SortStableFunc(pairs, func(a, b Pair) int { return strings.Compare(a.Name, b.Name) })
}

// AppendSingle appends sorted pairs as an object with the last value of each
// name, null if there are none.
func AppendSingle(dst []byte, pairs []Pair) []byte {
	if len(pairs) == 0 {
		return append(dst, "null"...)
	}
	separator := byte('{')
	for i, p := range pairs {
		if i+1 < len(pairs) && pairs[i+1].Name == p.Name {
			continue
		}
		dst = AppendString(append(dst, separator), p.Name)
		dst = AppendString(append(dst, ':'), p.Value)
		separator = ','
	}
	return append(dst, '}')
}

// AppendMulti appends sorted pairs as an object with the list of values of each
// name, null if there are none.
func AppendMulti(dst []byte, pairs []Pair) []byte {
	if len(pairs) == 0 {
		return append(dst, "null"...)
	}
	dst = append(dst, '{')
	for i, p := range pairs {
		switch {
		case i > 0 && pairs[i-1].Name == p.Name:
			dst = append(dst, ',')
		case i > 0:
			dst = append(dst, "],"...)
			fallthrough
		default:
			dst = AppendString(dst, p.Name)
			dst = append(dst, ":["...)
		}
		dst = AppendString(dst, p.Value)
	}
	return append(dst, "]}"...)
}

// AppendString appends s as a JSON string. Bytes that are not UTF-8 become
// U+FFFD.
func AppendString(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			dst, _ = jsontext.AppendQuote(dst, s)
			return dst
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}
