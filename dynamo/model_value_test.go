package dynamo_test

import (
	"cmp"
	"encoding/base64"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"lullaby/attribute"
)

// The model's values and items share nothing with package attribute's but the
// wire: their order, sizes and sums are worked out here once more.

// A modelValue is one attribute value.
type modelValue struct {
	kind  string
	text  string // S; B: raw bytes; N: plain decimal without needless zeros
	truth bool
	elems []modelValue // L, and sets in order
	attrs modelItem
}

type modelItem map[string]modelValue

func str(s string) modelValue { return modelValue{kind: "S", text: s} }
func num(s string) modelValue { return modelValue{kind: "N", text: s} }
func bin(s string) modelValue { return modelValue{kind: "B", text: s} }

func modelSet(kind string, elems ...modelValue) modelValue {
	slices.SortFunc(elems, func(a, b modelValue) int { return strings.Compare(a.text, b.text) })
	return modelValue{kind: kind, elems: slices.CompactFunc(elems, modelValue.equal)}
}

// String writes the item as the wire has it, names and sets in order, so that
// equal items have equal texts.
func (it modelItem) String() string {
	if it == nil {
		return "nil"
	}
	return string(it.appendJSON(nil))
}

func (it modelItem) appendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	for i, name := range slices.Sorted(maps.Keys(it)) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendQuote(dst, name), ':')
		dst = it[name].appendJSON(dst)
	}
	return append(dst, '}')
}

func appendQuote(dst []byte, s string) []byte {
	dst, _ = jsontext.AppendQuote(dst, s) // the texts are UTF-8
	return dst
}

func (v modelValue) appendJSON(dst []byte) []byte {
	dst = append(append(append(dst, `{"`...), v.kind...), `":`...)
	switch v.kind {
	case "BOOL":
		dst = strconv.AppendBool(dst, v.truth)
	case "NULL":
		dst = append(dst, "true"...)
	case "M":
		dst = v.attrs.appendJSON(dst)
	case "L", "SS", "NS", "BS":
		dst = append(dst, '[')
		for i, e := range v.elems {
			if i > 0 {
				dst = append(dst, ',')
			}
			if v.kind == "L" {
				dst = e.appendJSON(dst)
			} else {
				dst = e.appendText(dst)
			}
		}
		dst = append(dst, ']')
	default:
		dst = v.appendText(dst)
	}
	return append(dst, '}')
}

func (v modelValue) appendText(dst []byte) []byte {
	if v.kind == "B" {
		return append(base64.StdEncoding.AppendEncode(append(dst, '"'), []byte(v.text)), '"')
	}
	return appendQuote(dst, v.text)
}

func (v modelValue) equal(w modelValue) bool {
	if v.kind != w.kind {
		return false
	}
	switch v.kind {
	case "M":
		return v.attrs.equal(w.attrs)
	case "L", "SS", "NS", "BS":
		return slices.EqualFunc(v.elems, w.elems, modelValue.equal)
	}
	return v.text == w.text && v.truth == w.truth
}

func (it modelItem) equal(other modelItem) bool {
	return maps.EqualFunc(it, other, modelValue.equal)
}

// compare orders two values of one of the kinds S, N and B.
func (v modelValue) compare(w modelValue) int {
	if v.kind != "N" || v.text == w.text {
		return strings.Compare(v.text, w.text)
	}
	x, _ := strconv.ParseFloat(v.text, 64)
	y, _ := strconv.ParseFloat(w.text, 64)
	if order := cmp.Compare(x, y); order != 0 {
		return order
	}
	return rat(v.text).Cmp(rat(w.text))
}

func rat(s string) *big.Rat {
	r, _ := new(big.Rat).SetString(s)
	return r
}

// plus returns the sum or difference of two numbers of few places.
func (v modelValue) plus(w modelValue, sign int) modelValue {
	total := rat(w.text)
	if sign < 0 {
		total.Neg(total)
	}
	text := total.Add(total, rat(v.text)).FloatString(12)
	text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	if text == "-0" || text == "" {
		text = "0"
	}
	return num(text)
}

// size is what AWS bills for the item (docs/aws/units.md#item-sizes).
func (it modelItem) size() int64 {
	n := 0
	for name, v := range it {
		n += len(name) + v.size()
	}
	return int64(n)
}

func (v modelValue) size() int {
	n := 0
	switch v.kind {
	case "S", "B":
		return len(v.text)
	case "N":
		return numberSize(v.text)
	case "L":
		n = 3 + len(v.elems)
	case "M":
		return 3 + len(v.attrs) + int(v.attrs.size())
	case "BOOL", "NULL":
		return 1
	}
	for _, e := range v.elems {
		n += e.size()
	}
	return n
}

// numberSize counts the digits of a plain decimal in base 100.
func numberSize(text string) int {
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if len(whole)%2 == 1 {
		whole = "0" + whole
	}
	if len(fraction)%2 == 1 {
		fraction += "0"
	}
	digits = whole + fraction
	for strings.HasPrefix(digits, "00") {
		digits = digits[2:]
	}
	for strings.HasSuffix(digits, "00") {
		digits = digits[:len(digits)-2]
	}
	n := len(digits)/2 + 1
	if negative {
		n++
	}
	return n
}

// modelOf takes over an item that the engine answered.
func modelOf(it attribute.Item) modelItem {
	if it == nil {
		return nil
	}
	m := make(modelItem, len(it))
	for _, a := range it {
		m[a.Name] = modelValueOf(a.Value)
	}
	return m
}

func modelValueOf(v attribute.Value) modelValue {
	m := modelValue{kind: v.Kind().String(), text: v.Text(), truth: v.Truth()}
	switch v.Kind() {
	case attribute.N:
		m.text = v.Number().String()
	case attribute.M:
		m.attrs = modelOf(v.Attrs())
		if m.attrs == nil {
			m.attrs = modelItem{}
		}
	default:
		for _, e := range v.Elems() {
			m.elems = append(m.elems, modelValueOf(e))
		}
		if v.Kind() != attribute.L && m.elems != nil {
			m = modelSet(m.kind, m.elems...)
		}
	}
	return m
}
