package awsjson

import (
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
// nothing; package request bounds them by less.
const (
	maxElements = 5_000
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
	elem := list.Type().Elem()
	list.Set(reflect.MakeSlice(list.Type(), 0, 0))
	rest := reflect.New(elem)
	for dec.PeekKind() != ']' {
		into := rest
		if n := list.Len(); n < maxElements {
			list.Grow(1)
			list.SetLen(n + 1)
			into = list.Index(n).Addr()
		}
		into.Elem().SetZero()
		if err := json.UnmarshalDecode(dec, into.Interface()); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

func readMap(dec *jsontext.Decoder, members reflect.Value) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	t := members.Type()
	if members.IsNil() {
		members.Set(reflect.MakeMap(t))
	}
	for dec.PeekKind() != '}' {
		tok, err := dec.ReadToken()
		if err != nil {
			return err
		}
		name := reflect.ValueOf(tok.String()).Convert(t.Key())
		value := reflect.New(t.Elem())
		if err := json.UnmarshalDecode(dec, value.Interface()); err != nil {
			return err
		}
		if members.Len() < maxEntries || members.MapIndex(name).IsValid() {
			members.SetMapIndex(name, value.Elem())
		}
	}
	_, err := dec.ReadToken()
	return err
}
