package awsjson

import (
	"bytes"
	"errors"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// How many members of a list and of a map are kept of a large body. AWS refuses a
// request with more: its lists have bounds, of which 255 is the highest
// (AttributesToGet of API_GetItem), and of a map of names no expression can use
// so many, since an expression has 4,096 bytes (Developer Guide, "Constraints",
// "Expression parameters"). For lists and maps of legacy conditions AWS documents
// nothing; it took 27,500 values of one (architect/dynalite, test/scan.js). Package
// request bounds them by less than these.
const (
	maxElements = 5_000
	maxValues   = 40_000 // of a list whose elements decode themselves
	maxEntries  = 100_000
)

// smallBody is the longest body, in bytes, that cannot have so many members that
// they need a bound.
const smallBody = 64 << 10

// optionsOf returns the options for a body. In a large one, each list and each map
// is read to its end, and keeps its first members alone: in memory the others would
// take many times what they take in the body. Types that decode
// themselves have their own bounds.
func optionsOf(body []byte) json.Options {
	if len(body) <= smallBody {
		return options
	}
	return largeOptions
}

var largeOptions = json.JoinOptions(options, json.WithUnmarshalers(json.UnmarshalFromFunc(readBounded)))

// readBounded reads a list or a map; it leaves other values to package json.
func readBounded(dec *jsontext.Decoder, into any) error {
	if _, own := into.(json.UnmarshalerFrom); own {
		return errors.ErrUnsupported
	}
	v := reflect.ValueOf(into).Elem()
	switch kind := dec.PeekKind(); {
	case kind == '[' && v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8:
		return readSlice(dec, v)
	case kind == '{' && v.Kind() == reflect.Map:
		return readMap(dec, v)
	}
	return errors.ErrUnsupported
}

func readSlice(dec *jsontext.Decoder, list reflect.Value) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	list.Set(reflect.MakeSlice(list.Type(), 0, 0))
	most := maxElements
	if reflect.PointerTo(list.Type().Elem()).Implements(reflect.TypeFor[json.UnmarshalerFrom]()) {
		most = maxValues
	}
	var empty reflect.Value // what {} is read as, once it was
	for kind := dec.PeekKind(); kind != ']' && list.Len() < most; kind = dec.PeekKind() {
		n := list.Len()
		list.Grow(1)
		list.SetLen(n + 1)
		if err := readElement(dec, kind, list.Index(n), &empty); err != nil {
			return err
		}
	}
	rest := newRest(list.Type().Elem())
	for dec.PeekKind() != ']' {
		if err := rest.read(dec); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// readElement reads an element of a list that is kept. Texts and {} are read here,
// and {} is decoded once: millions of them fit the lists of a body, and a call of
// the decoder takes ten times as long as they do.
func readElement(dec *jsontext.Decoder, kind jsontext.Kind, elem reflect.Value, empty *reflect.Value) error {
	isEmpty := kind == '{' && (elem.Kind() == reflect.Struct || elem.Kind() == reflect.Slice) &&
		bytes.HasPrefix(bytes.TrimLeft(dec.UnreadBuffer(), ", \t\r\n"), []byte("{}"))
	switch {
	case kind == '"' && elem.Kind() == reflect.String:
		tok, err := dec.ReadToken()
		if err == nil {
			elem.SetString(tok.String())
		}
		return err
	case isEmpty && empty.IsValid():
		elem.Set(*empty)
		return dec.SkipValue()
	}
	elem.SetZero()
	if err := json.UnmarshalDecode(dec, elem.Addr().Interface()); err != nil {
		return err
	}
	if isEmpty {
		*empty = reflect.New(elem.Type()).Elem()
		empty.Set(elem)
		if elem.Kind() == reflect.Slice {
			*empty = elem.Slice3(0, 0, 0) // whoever appends to one does not append to all
		}
	}
	return nil
}

func readMap(dec *jsontext.Decoder, members reflect.Value) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	t := members.Type()
	if members.IsNil() {
		members.Set(reflect.MakeMap(t))
	}
	rest := newRest(t.Elem())
	name, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem())
	for dec.PeekKind() != '}' {
		tok, err := dec.ReadToken()
		if err != nil {
			return err
		}
		name.SetString(tok.String())
		if members.Len() >= maxEntries && !members.MapIndex(name).IsValid() {
			if err := rest.read(dec); err != nil {
				return err
			}
			continue
		}
		value.Elem().SetZero()
		if err := json.UnmarshalDecode(dec, value.Interface()); err != nil {
			return err
		}
		members.SetMapIndex(name, value.Elem())
	}
	_, err := dec.ReadToken()
	return err
}

// A rest reads the members of a list or a map that are not kept.
type rest struct {
	scratch reflect.Value   // a pointer to a value that is not kept
	fitting map[string]bool // texts of members that fit their shape
}

// Bounds of what a rest remembers: a member that is longer takes its time for
// itself, and a large body has few of them.
const (
	maxFitting = 1_000
	shortText  = 64 // bytes
)

func newRest(t reflect.Type) *rest {
	return &rest{reflect.New(t), map[string]bool{}}
}

// read reads the next value of dec, and refuses one that does not fit its shape. A
// short one that was read before is not decoded again: millions of them fit a body.
func (r *rest) read(dec *jsontext.Decoder) error {
	text, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if len(text) <= shortText && r.fitting[string(text)] {
		return nil
	}
	r.scratch.Elem().SetZero()
	if err := json.Unmarshal(text, r.scratch.Interface(), dec.Options()); err != nil {
		if mismatch, ok := errors.AsType[*json.SemanticError](err); ok {
			mismatch.ByteOffset += dec.InputOffset() - int64(len(text))
			mismatch.JSONPointer = dec.StackPointer() + mismatch.JSONPointer
		}
		return err
	}
	if len(text) <= shortText && len(r.fitting) < maxFitting {
		r.fitting[string(text)] = true
	}
	return nil
}
