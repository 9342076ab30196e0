// Package awsjson reads and writes the bodies of AWS's JSON protocols. It refuses
// a value that does not fit its shape in the words of AWS's parser, which name
// Java classes; architect/dynalite recorded them.
//
// The package is internal: it may change whenever its users do.
package awsjson

import (
	"bytes"
	"errors"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A SerializationError refuses a body that is not JSON, or does not have the
// operation's shape. Message is empty where AWS sends none.
type SerializationError struct {
	Message string

	outer bool // about a value that decodes itself, not about what is in it
}

func (e *SerializationError) Error() string {
	if e.Message == "" {
		return "the request body is not JSON"
	}
	return e.Message
}

// options are those of both directions. AWS's parser keeps the last of two
// members of one name; looking for them would cost a table for each object.
var options = json.JoinOptions(
	jsontext.AllowDuplicateNames(true),
	jsontext.AllowInvalidUTF8(false),
)

// Unmarshal reads a request body into the input shape that v points to.
// It ignores members that v does not have, and takes no null for a shape. The
// error is a *SerializationError.
func Unmarshal(body []byte, v any) error {
	if jsontext.Value(bytes.TrimSpace(body)).Kind() == jsontext.KindNull {
		return &SerializationError{}
	}
	err := json.Unmarshal(body, v, optionsOf(body))
	if err == nil {
		return nil
	}
	mismatch, located := errors.AsType[*json.SemanticError](err)
	holder := reflect.Invalid
	if located {
		holder = holderOf(reflect.TypeOf(v), mismatch.JSONPointer)
	}
	if own, ok := errors.AsType[*SerializationError](err); ok {
		// A type that decodes itself does not know what holds it.
		switch {
		case own.outer && own.Message == textValue && holder == reflect.Struct:
			own.Message = textField
		case own.outer && own.Message == textField && holder == reflect.Slice:
			own.Message = textParameterized
		}
		return own
	}
	if located && mismatch.GoType != nil {
		return &SerializationError{Message: mismatchText(mismatch, holder, body)}
	}
	return &SerializationError{}
}

// holderOf returns the kind of the value that contains the one at a pointer into
// t: a struct, a map or a slice.
func holderOf(t reflect.Type, at jsontext.Pointer) reflect.Kind {
	holder := reflect.Invalid
	for token := range at.Tokens() {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch holder = t.Kind(); holder {
		case reflect.Map, reflect.Slice:
			t = t.Elem()
		case reflect.Struct:
			field, found := t.FieldByName(token)
			if !found {
				return holder
			}
			t = field.Type
		default:
			return holder
		}
	}
	return holder
}

// Marshal returns the body for an output shape. It orders the members of maps.
func Marshal(v any) ([]byte, error) {
	if a, ok := v.(Appender); ok {
		return a.AppendJSON(nil, nil)
	}
	return json.Marshal(v, options, json.Deterministic(true))
}

// Texts for a JSON value where another was expected.
const (
	textStructure = "Start of structure or map found where not expected"
	textField     = "Unexpected field type"
	textValue     = "Unexpected value type in payload"
	textBlob      = "only base-64-encoded strings are convertible to bytes"
	textBoolean   = "Unexpected token received from parser"

	textParameterized = "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class " +
		"(sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base of loader 'bootstrap')"
)

// ShapePrefix is the package of DynamoDB's shapes in AWS's parser, which texts have in
// front of the name of any service's shape.
const ShapePrefix = "com.amazonaws.dynamodb.v20120810."

// mismatchText returns the text for a JSON value of body that does not fit a
// member of a shape. holder is the kind of the value that contains the member.
func mismatchText(e *json.SemanticError, holder reflect.Kind, body []byte) string {
	value := numberAt(body, e.ByteOffset)
	t := e.GoType
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.String:
		return scalarText(e.JSONKind, value, "String")
	case reflect.Bool:
		if e.JSONKind == '"' {
			return textBoolean
		}
		return scalarText(e.JSONKind, value, "Boolean")
	case reflect.Int64:
		return scalarText(e.JSONKind, value, "Long")
	case reflect.Int32:
		return scalarText(e.JSONKind, value, "Integer")
	case reflect.Float64:
		return scalarText(e.JSONKind, value, "Double")
	case reflect.Slice:
		switch {
		case e.JSONKind == '{':
			return textStructure
		case holder == reflect.Map:
			return textParameterized
		}
		return textField
	case reflect.Map:
		if e.JSONKind == '[' {
			return MapText(elemName(t.Elem()))
		}
		return textField
	default:
		if e.JSONKind == '[' {
			return StructText(strings.TrimSuffix(t.Name(), "Input"))
		}
		if holder == reflect.Slice || holder == reflect.Map {
			return textValue
		}
		return textField
	}
}

// numberAt returns the number that begins at or behind an offset of body, "" if
// there is none.
func numberAt(body []byte, offset int64) jsontext.Value {
	rest := bytes.TrimLeft(body[min(offset, int64(len(body))):], ": \t\r\n")
	end := bytes.IndexFunc(rest, func(c rune) bool { return !strings.ContainsRune("0123456789+-.eE", c) })
	if end < 0 {
		end = len(rest)
	}
	return rest[:end]
}

// elemName is the Java name of a map's values.
func elemName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "java.lang.String"
	case reflect.Slice:
		return "java.util.List<" + elemName(t.Elem()) + ">"
	case reflect.Pointer:
		return elemName(t.Elem())
	default:
		return ShapePrefix + t.Name()
	}
}

// MapText returns the text for a list in place of a map of the named values.
func MapText(elem string) string {
	return "Unrecognized collection type java.util.Map<java.lang.String, " + elem + ">"
}

// StructText returns the text for a list in place of the named DynamoDB shape.
func StructText(shape string) string {
	return "Unrecognized collection type class " + ShapePrefix + shape
}

// scalarText returns the text for a JSON value that is not of a scalar Java
// class.
func scalarText(kind jsontext.Kind, value jsontext.Value, class string) string {
	switch kind {
	case '{':
		return textStructure
	case '[':
		return "Unrecognized collection type class java.lang." + class
	case 't':
		return "TRUE_VALUE cannot be converted to " + class
	case 'f':
		return "FALSE_VALUE cannot be converted to " + class
	case '"':
		return "STRING_VALUE cannot be converted to " + class
	default:
		return numberToken(value) + " cannot be converted to " + class
	}
}

// numberToken is the name of a JSON number's token in AWS's parser.
func numberToken(value jsontext.Value) string {
	for _, c := range value {
		if c == '.' || c == 'e' || c == 'E' {
			return "DECIMAL_VALUE"
		}
	}
	return "NUMBER_VALUE"
}

// Valid reports whether body is one JSON value.
func Valid(body []byte) bool { return jsontext.Value(body).IsValid(options) }
