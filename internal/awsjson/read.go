package awsjson

import (
	"encoding/base64"
	"errors"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// The Read functions read the next value of dec, for types that decode
// themselves. null counts as absent: ok is false. Their errors are syntax errors
// of dec or *SerializationError.

// Outer calls read, which reads the next value of dec for the UnmarshalJSONFrom
// of its type.
func Outer(dec *jsontext.Decoder, read func() error) error {
	object := dec.PeekKind() == '{'
	err := read()
	if own, ok := errors.AsType[*SerializationError](err); ok && !object {
		own.outer = true
	}
	return err
}

// ReadString reads a string.
func ReadString(dec *jsontext.Decoder) (s string, ok bool, err error) {
	tok, value, err := read(dec)
	if err != nil || tok.Kind() == 'n' {
		return "", false, err
	}
	if tok.Kind() != '"' {
		return "", false, &SerializationError{Message: scalarText(tok.Kind(), value, "String")}
	}
	return tok.String(), true, nil
}

// ReadBool reads a boolean, or a string that AWS's parser accepts as one.
func ReadBool(dec *jsontext.Decoder) (b, ok bool, err error) {
	tok, value, err := read(dec)
	if err != nil {
		return false, false, err
	}
	switch tok.Kind() {
	case 'n':
		return false, false, nil
	case 't', 'f':
		return tok.Bool(), true, nil
	case '"':
		return parseBool(tok.String())
	default:
		return false, false, &SerializationError{Message: scalarText(tok.Kind(), value, "Boolean")}
	}
}

func parseBool(s string) (b, ok bool, err error) {
	switch strings.ToUpper(s) {
	case "TRUE", "1", "YES":
		return true, true, nil
	case "FALSE", "0", "NO":
		return false, true, nil
	}
	return false, false, &SerializationError{Message: textBoolean}
}

// ReadBlob reads a string of padded base64 and returns its raw bytes.
func ReadBlob(dec *jsontext.Decoder) (raw string, ok bool, err error) {
	tok, _, err := read(dec)
	if err != nil {
		return "", false, err
	}
	switch tok.Kind() {
	case 'n':
		return "", false, nil
	case '{':
		return "", false, &SerializationError{Message: textStructure}
	case '[':
		return "", false, &SerializationError{Message: "Unrecognized collection type class java.nio.ByteBuffer"}
	case '"':
	default:
		return "", false, &SerializationError{Message: textBlob}
	}
	text := tok.String()
	if len(text)%4 != 0 {
		return "", false, &SerializationError{
			Message: "Base64 encoded length is expected a multiple of 4 bytes but found: " + strconv.Itoa(len(text)),
		}
	}
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		// AWS's own spelling.
		return "", false, &SerializationError{Message: "Invalid last non-pad Base64 character dectected"}
	}
	return string(b), true, nil
}

// ReadList reads an array; it calls elem to read each member.
func ReadList(dec *jsontext.Decoder, elem func() error) (ok bool, err error) {
	tok, _, err := read(dec)
	if err != nil {
		return false, err
	}
	switch tok.Kind() {
	case 'n':
		return false, nil
	case '[':
	case '{':
		return false, &SerializationError{Message: textStructure}
	default:
		return false, &SerializationError{Message: textField}
	}
	for dec.PeekKind() != ']' {
		if err := elem(); err != nil {
			return false, err
		}
	}
	_, err = dec.ReadToken()
	return true, err
}

// ReadMap reads an object as a map of the named DynamoDB shape; it calls member to
// read each value.
func ReadMap(dec *jsontext.Decoder, shape string, member func(name string) error) (ok bool, err error) {
	return readObject(dec, func() string { return MapText(ShapePrefix + shape) }, textField, member)
}

// ReadStruct reads an object as the named DynamoDB shape; it calls member to read
// each member, which skips those that it does not know.
func ReadStruct(dec *jsontext.Decoder, shape string, member func(name string) error) (ok bool, err error) {
	return readObject(dec, func() string { return StructText(shape) }, textValue, member)
}

// readObject reads an object. list and scalar are the texts for an array and for
// any other value in its place.
func readObject(dec *jsontext.Decoder, list func() string, scalar string, member func(name string) error) (ok bool, err error) {
	tok, _, err := read(dec)
	if err != nil {
		return false, err
	}
	switch tok.Kind() {
	case 'n':
		return false, nil
	case '{':
	case '[':
		return false, &SerializationError{Message: list()}
	default:
		return false, &SerializationError{Message: scalar}
	}
	for dec.PeekKind() != '}' {
		tok, err := dec.ReadToken()
		if err != nil {
			return false, err
		}
		if err := member(tok.String()); err != nil {
			return false, err
		}
	}
	_, err = dec.ReadToken()
	return true, err
}

// read returns the next token, and its text if it is a number.
func read(dec *jsontext.Decoder) (tok jsontext.Token, value jsontext.Value, err error) {
	if dec.PeekKind() == '0' {
		value, err = dec.ReadValue()
		return jsontext.Int(0), value, err
	}
	tok, err = dec.ReadToken()
	return tok, nil, err
}
