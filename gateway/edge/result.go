package edge

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxKept is how much of each buffer is kept for the next request, in bytes. It
// is enough for ordinary requests, and large ones do not hold memory
// afterwards.
const MaxKept = 64 << 10

// A Result is what a function returned to a proxy integration.
type Result struct {
	Status int
	Multi  []Pair // multiValueHeaders, in the function's order
	Single []Pair // headers, in the function's order
	Body   []byte
	Base64 bool // isBase64Encoded

	src     bytes.Buffer // read by decoder
	decoder jsontext.Decoder
}

// Reset empties the result. It keeps the memory of a small body.
func (r *Result) Reset() {
	clear(r.Multi)
	clear(r.Single)
	r.Status, r.Multi, r.Single, r.Body, r.Base64 = http.StatusOK, r.Multi[:0], r.Single[:0], r.Body[:0], false
	if cap(r.Body) > MaxKept {
		r.Body = nil
	}
	r.src = bytes.Buffer{}
}

// Decode reads a function's result, an object, and returns how many members it
// has. own reads members in its own way: it is called before each value and
// reports whether it has read it, by [Result.Skip] or [Result.Texts]. A nil own
// reads none. Then a member that is not one of the five of the format is an error.
// A null member counts as absent: so it is for headers, Assumed: for the others
// too. Assumed: of two members with the same name the last counts. The error says
// what is malformed.
func (r *Result) Decode(payload []byte, own func(name string) (read bool, err error)) (members int, err error) {
	r.Reset()
	r.src = *bytes.NewBuffer(payload)
	r.decoder.Reset(&r.src, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	members, err = r.object(func(name string) error {
		if own != nil {
			if read, err := own(name); read || err != nil {
				return err
			}
		}
		return r.member(name)
	})
	if err != nil {
		return members, err
	}
	if _, err := r.decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return members, errors.New("something after the object")
	}
	return members, nil
}

// Skip reads a value and drops it.
func (r *Result) Skip() error { return r.decoder.SkipValue() }

// Texts reads a list of strings, or null, and appends it to texts.
func (r *Result) Texts(texts []string) ([]string, error) {
	begin, err := r.decoder.ReadToken()
	switch {
	case err != nil || begin.Kind() == jsontext.KindNull:
		return texts, err
	case begin.Kind() != jsontext.KindBeginArray:
		return texts, fmt.Errorf("%v where a list belongs", begin.Kind())
	}
	for r.decoder.PeekKind() == jsontext.KindString {
		text, err := r.decoder.ReadToken()
		if err != nil {
			return texts, err
		}
		texts = append(texts, text.String())
	}
	end, err := r.decoder.ReadToken()
	if err == nil && end.Kind() != jsontext.KindEndArray {
		err = fmt.Errorf("%v in a list of texts", end.Kind())
	}
	return texts, err
}

// member reads the value of one member of the result.
func (r *Result) member(name string) (err error) {
	switch name {
	case "statusCode":
		r.Status, err = r.readStatus()
	case "headers":
		r.Single = r.Single[:0]
		_, err = r.object(func(header string) error { return r.header(&r.Single, header) })
	case "multiValueHeaders":
		r.Multi = r.Multi[:0]
		_, err = r.object(r.multiHeader)
	case "body":
		r.Body, err = r.readBody()
	case "isBase64Encoded":
		r.Base64, err = r.readFlag()
	default:
		return fmt.Errorf("unknown member %q", name)
	}
	return err
}

// object reads an object, or null. It calls member for each value and returns
// how many there were.
func (r *Result) object(member func(name string) error) (members int, err error) {
	begin, err := r.decoder.ReadToken()
	switch {
	case err != nil:
		return 0, err
	case begin.Kind() == jsontext.KindNull && r.decoder.StackDepth() > 0:
		return 0, nil
	case begin.Kind() != jsontext.KindBeginObject:
		return 0, fmt.Errorf("%v where an object belongs", begin.Kind())
	}
	for r.decoder.PeekKind() == jsontext.KindString {
		name, err := r.decoder.ReadToken()
		if err != nil {
			return members, err
		}
		if err := member(name.String()); err != nil {
			return members, err
		}
		members++
	}
	_, err = r.decoder.ReadToken() // the closing brace, or a syntax error
	return members, err
}

// multiHeader reads the list of values of a header.
func (r *Result) multiHeader(name string) error {
	begin, err := r.decoder.ReadToken()
	if err != nil {
		return err
	}
	if begin.Kind() != jsontext.KindBeginArray {
		return fmt.Errorf("multiValueHeaders: %s is not a list", name)
	}
	for r.decoder.PeekKind() != jsontext.KindEndArray {
		if err := r.header(&r.Multi, name); err != nil {
			return err
		}
	}
	_, err = r.decoder.ReadToken()
	return err
}

// header reads one value of a header. A boolean becomes its text.
// Assumed: so does a number; null is no header; a header that HTTP cannot carry
// makes the result malformed.
func (r *Result) header(to *[]Pair, name string) error {
	value, err := r.decoder.ReadToken()
	if err != nil {
		return err
	}
	switch value.Kind() {
	case jsontext.KindString, jsontext.KindNumber, jsontext.KindTrue, jsontext.KindFalse:
		text := value.String()
		if !ValidName(name) || !ValidValue(text) {
			return fmt.Errorf("header %q: %q cannot be sent", name, text)
		}
		*to = append(*to, Pair{name, text})
		return nil
	case jsontext.KindNull:
		return nil
	default:
		return fmt.Errorf("header %s is neither text nor a number", name)
	}
}

// readStatus reads a status code: a number, or a string of one.
// Assumed: it is in 200..599. AWS's pattern for a method's status is [1-5]\d\d
// (PutMethodResponse), but no answer ends with 1xx.
func (r *Result) readStatus() (int, error) {
	token, err := r.decoder.ReadToken()
	if err != nil {
		return 0, err
	}
	var code float64
	switch token.Kind() {
	case jsontext.KindNull:
		return http.StatusOK, nil
	case jsontext.KindNumber:
		code, _ = token.Float() // infinite where it overflows
	case jsontext.KindString:
		digits, _ := strconv.Atoi(token.String()) // 0 is refused below
		code = float64(digits)
	default:
		return 0, fmt.Errorf("statusCode is %v", token.Kind())
	}
	if code != math.Trunc(code) || code < 200 || code > 599 {
		return 0, fmt.Errorf("statusCode %s is not one of 200 to 599", token)
	}
	return int(code), nil
}

// readBody reads the body, which must be a string
// (docs/aws/gateway.md#results), into r's memory.
func (r *Result) readBody() ([]byte, error) {
	value, err := r.decoder.ReadValue()
	switch {
	case err != nil:
		return nil, err
	case value.Kind() == jsontext.KindNull:
		return r.Body[:0], nil
	case value.Kind() != jsontext.KindString:
		return nil, fmt.Errorf("body is %v, not text", value.Kind())
	}
	body, _ := jsontext.AppendUnquote(r.Body[:0], value) // the decoder has checked all but UTF-8
	return body, nil
}

// readFlag reads a boolean ("Output format of a Lambda function for proxy
// integration" of the guide).
func (r *Result) readFlag() (bool, error) {
	token, err := r.decoder.ReadToken()
	if err != nil {
		return false, err
	}
	switch token.Kind() {
	case jsontext.KindTrue, jsontext.KindFalse:
		return token.Bool(), nil
	case jsontext.KindNull:
		return false, nil
	default:
		return false, fmt.Errorf("isBase64Encoded is %v", token.Kind())
	}
}

// DecodeBase64 replaces the body, which is base64, by its bytes.
func (r *Result) DecodeBase64() error {
	decoded, err := base64.StdEncoding.AppendDecode(nil, r.Body)
	if err != nil {
		return fmt.Errorf("isBase64Encoded: %w", err)
	}
	r.Body = decoded
	return nil
}

// ValidName reports whether a header name is a token (RFC 9110, 5.6.2).
func ValidName(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		digit := '0' <= c && c <= '9'
		if !letter && !digit && !bytes.ContainsRune([]byte("!#$%&'*+-.^_`|~"), rune(c)) {
			return false
		}
	}
	return name != ""
}

// ValidValue reports whether a header value has no control characters but tabs.
func ValidValue(value string) bool {
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
