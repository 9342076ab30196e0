package wire

import (
	"cmp"
	"strings"

	"lullaby/internal/awsjson"
)

// The content types of AWS's JSON protocols. Those without a version are plain
// JSON, which AWS accepts too.
const (
	jsonType = "application/json"
	json10   = "application/x-amz-json-1.0"
	json11   = "application/x-amz-json-1.1"
)

// awsJSON is AWS's protocol with JSON bodies (Smithy, "AWS JSON 1.0 protocol").
// The header X-Amz-Target names the service and the operation, separated by a
// dot.
type awsJSON struct{}

func (awsJSON) claims(r *request) (shape, operation string, ok bool) {
	return strings.Cut(r.header("X-Amz-Target"), ".")
}

func (awsJSON) decode(_ *request, body []byte, in any) error {
	switch {
	case in != nil:
		return awsjson.Unmarshal(body, in)
	case len(body) > 0 && !awsjson.Valid(body):
		return &awsjson.SerializationError{}
	}
	return nil
}

func (awsJSON) encode(r *request, out any) (response, error) {
	if a, ok := out.(awsjson.Appender); ok {
		return appended(200, contentType(r), a)
	}
	text, err := awsjson.Marshal(out)
	if err != nil {
		return response{}, err
	}
	return typed(200, contentType(r), text), nil
}

func (awsJSON) refuse(r *request, f fault) (response, error) {
	resp, err := appended(f.status, contentType(r), (*jsonFault)(&f))
	if f.old.code != "" {
		resp.set("x-amzn-query-error", f.old.code+";"+f.who())
		if f.old.status != 0 && r.header("x-amzn-query-mode") == "true" {
			resp.status = f.old.status
		}
	}
	return resp, err
}

// A jsonFault is a fault as a body of AWS's JSON protocol.
type jsonFault fault

// AppendJSON implements awsjson.Appender.
func (j *jsonFault) AppendJSON(dst []byte, drain awsjson.Drain) ([]byte, error) {
	f := (*fault)(j)
	o := awsjson.NewObject(dst, drain)
	o.Text("__type", f.namespace+f.exception)
	f.appendMessage(o)
	f.appendMembers(o)
	return o.End()
}

// contentType returns the content type of the answer to r: that of its service's
// version if the request has that, and jsonType to all others.
func contentType(r *request) string {
	if of := cmp.Or(r.service.json, json10); string(r.contentType()) == of {
		return of
	}
	return jsonType
}
