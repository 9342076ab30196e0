// Package awscbor reads and writes the bodies of AWS's protocol with CBOR (Smithy,
// "Smithy RPC v2 CBOR protocol"). A member has the name of its field; omitzero of a
// json tag is honoured.
//
// The package is internal: it may change whenever its users do.
package awscbor

import (
	"fmt"
	"reflect"

	"github.com/fxamacker/cbor/v2"
)

// A SerializationError refuses a body that is not CBOR, or does not have the
// operation's shape.
type SerializationError struct{ Message string }

func (e *SerializationError) Error() string { return e.Message }

var (
	decoding = must(cbor.DecOptions{
		FieldNameMatching: cbor.FieldNameMatchingCaseSensitive,
		MaxNestedLevels:   32,
		MaxArrayElements:  1 << 20, // bodies are bounded elsewhere
		MaxMapPairs:       1 << 16,
		DefaultMapType:    reflect.TypeFor[map[string]any](),
	}.DecMode())
	encoding = must(cbor.EncOptions{Sort: cbor.SortBytewiseLexical, NilContainers: cbor.NilContainerAsEmpty, OmitEmpty: cbor.OmitEmptyGoValue}.EncMode())
)

func must[M any](mode M, err error) M {
	if err != nil {
		panic(err) // of options above
	}
	return mode
}

// Unmarshal reads a request body into the input shape that v points to; a body of no
// bytes has no members. It ignores members that v does not have. The error is a
// *SerializationError.
func Unmarshal(body []byte, v any) error {
	if len(body) == 0 {
		return nil
	}
	if err := decoding.Unmarshal(body, v); err != nil {
		return &SerializationError{fmt.Sprintf("the request body does not fit the operation: %v", err)}
	}
	return nil
}

// Valid reports whether body is one CBOR value, or empty.
func Valid(body []byte) bool { return len(body) == 0 || decoding.Wellformed(body) == nil }

// Marshal returns the body for an output shape. Members are in the order of their bytes.
func Marshal(v any) ([]byte, error) { return encoding.Marshal(v) }
