package httpapi

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"

	"lullaby/gateway/edge"
)

// The media types of answers whose function names none.
const (
	jsonType = "application/json"
	textType = "text/plain; charset=utf-8" // of an HTTP API (docs/aws/httpapi.md#results)
)

// A result is what a function returned.
type result struct {
	edge.Result
	cookies  []string
	inferred bool // the whole payload is the body

	version string // of the format
	status  bool   // it has a statusCode
	own     func(name string) (read bool, err error)
}

// reset empties the result.
func (r *result) reset() {
	clear(r.cookies)
	r.cookies, r.inferred, r.status = r.cookies[:0], false, false
	r.Reset()
}

// decode reads a result (docs/aws/httpapi.md#results). In format 2.0 whatever is
// no JSON object with a statusCode is a body as it is. Format 1.0 needs the
// statusCode. The error says what is malformed.
func (r *result) decode(version string, payload []byte) error {
	r.reset()
	r.version = version
	_, err := r.Decode(payload, r.own)
	switch {
	case err == nil && r.status:
		return nil
	case version == "1.0" && err == nil:
		return errors.New("no statusCode")
	case version == "1.0" || err != nil && jsontext.Value(payload).IsValid() && hasStatus(payload):
		return err
	}
	r.reset()
	r.inferred, r.Body = true, append(r.Body, payload...)
	return nil
}

// member reads what the formats of HTTP APIs have of their own: 2.0 has cookies
// and no multiValueHeaders, and both skip members that they do not know
// (docs/aws/httpapi.md#results).
func (r *result) member(name string) (read bool, err error) {
	switch name {
	case "statusCode":
		r.status = true
		return false, nil
	case "headers", "body", "isBase64Encoded":
		return false, nil
	case "multiValueHeaders":
		if r.version == "1.0" {
			return false, nil
		}
	case "cookies":
		if r.version == "1.0" {
			break
		}
		r.cookies, err = r.Texts(r.cookies[:0])
		for _, cookie := range r.cookies {
			if err == nil && !edge.ValidValue(cookie) {
				err = fmt.Errorf("cookie %q cannot be sent", cookie)
			}
		}
		return true, err
	}
	return true, r.Skip()
}

// hasStatus reports whether a JSON value is an object with a statusCode.
func hasStatus(payload []byte) bool {
	d := jsontext.NewDecoder(bytes.NewReader(payload), jsontext.AllowDuplicateNames(true))
	if begin, err := d.ReadToken(); err != nil || begin.Kind() != jsontext.KindBeginObject {
		return false
	}
	for d.PeekKind() == jsontext.KindString {
		name, err := d.ReadToken()
		if err != nil || name.String() == "statusCode" {
			return err == nil
		}
		if d.SkipValue() != nil {
			return false
		}
	}
	return false
}

// notPassed are the headers of a function that are not in the answer: they belong
// to the connection, or the gateway sets them. Assumed: all others pass.
var notPassed = map[string]bool{
	"Connection": true, "Content-Length": true, "Keep-Alive": true, "Proxy-Connection": true, "Te": true, "Trailer": true,
	"Transfer-Encoding": true, "Upgrade": true,

	"Apigw-Requestid": true, "X-Amzn-Requestid": true, "X-Amzn-Trace-Id": true,
}

// writeHeaders sets the headers of the answer. fallback is its media type if the
// function names none.
func (r *result) writeHeaders(h http.Header, fallback string) {
	for _, p := range r.Multi {
		pass(h, p)
	}
	for _, p := range r.Single {
		pass(h, p)
	}
	if len(r.cookies) > 0 {
		h["Set-Cookie"] = append(h["Set-Cookie"], r.cookies...)
	}
	if len(h["Content-Type"]) == 0 {
		if r.inferred {
			fallback = jsonType
		}
		h["Content-Type"] = []string{fallback}
	}
}

func pass(h http.Header, p edge.Pair) {
	if name := http.CanonicalHeaderKey(p.Name); !notPassed[name] {
		h[name] = append(h[name], p.Value)
	}
}
