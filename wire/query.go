package wire

import (
	"cmp"
	"net/http"
	"reflect"
	"slices"

	"lullaby/internal/awsquery"
	"lullaby/internal/ellipsis"
	"lullaby/internal/sigv4"
)

// awsQuery is AWS's oldest protocol (Smithy, "AWS query protocol"): the operation
// and its input are the parameters of a form, in the body of a POST or in the query
// of a GET. Answers are XML.
type awsQuery struct{ services []*service }

// queryNames are what the protocol has to know of a service.
type queryNames struct {
	version  string // of the API, in requests: "2012-11-05"
	xmlns    string // of answers
	resource string // the member that the path of a request stands for; may be empty
}

// formType is the content type of a form.
const formType = "application/x-www-form-urlencoded"

// forms returns the two places of a request's parameters, of which the body may be
// empty.
func forms(r *request) (inQuery, inBody []byte) {
	if form := r.contentType(); r.method() == http.MethodPost && (len(form) == 0 || string(form) == formType) {
		inBody = r.form()
	}
	return r.fast.URI().QueryString(), inBody
}

// maxForm bounds a form that comes compressed. Only PutMetricData's does, of 1 MB.
const maxForm = 2 << 20

// form returns the body, decompressed if it was compressed: the service, which says
// whether it may be, is in it. One that cannot be decompressed is empty.
func (r *request) form() []byte {
	decompress := r.decompressor()
	if decompress == nil || len(r.body()) == 0 {
		return r.body()
	}
	if r.plainForm == nil {
		r.plainForm, _ = decompress(maxForm)
	}
	return r.plainForm
}

// claims claims each GET and POST with an Action, unless it is signed for a service that
// does not speak the protocol. The service of an unsigned one is the one that has
// its version, or else the one that has its action, or else the first.
func (p awsQuery) claims(r *request) (shape, operation string, ok bool) {
	if method := r.method(); method == http.MethodGet || method == http.MethodPost {
		operation = p.parameter(r, "Action")
	}
	if operation == "" {
		return "", "", false
	}
	signed := r.toSign()
	if name := sigv4.Service(&signed); name != "" {
		return p.first(func(v *service) bool { return v.name == name }), operation, true
	}
	version := p.parameter(r, "Version")
	return cmp.Or(
		p.first(func(v *service) bool { return v.query.version == version }),
		p.first(func(v *service) bool { _, has := v.operations[operation]; return has }),
		p.first(func(*service) bool { return true }),
	), operation, true
}

// first returns the shape of the first service of which is true, empty if there is
// none.
func (p awsQuery) first(is func(v *service) bool) string {
	if i := slices.IndexFunc(p.services, is); i >= 0 {
		return p.services[i].shape
	}
	return ""
}

// parameter returns a parameter of r, empty if it has none.
func (awsQuery) parameter(r *request, name string) string {
	inQuery, inBody := forms(r)
	if value := awsquery.Get(inQuery, name); value != "" {
		return value
	}
	return awsquery.Get(inBody, name)
}

// decode refuses an operation that has no member for the path of r.
func (awsQuery) decode(r *request, _ []byte, in any) error {
	if in == nil {
		return nil
	}
	inQuery, inBody := forms(r)
	if path := r.path(); path != "/" && r.service.query.resource != "" {
		resource := reflect.ValueOf(in).Elem().FieldByName(r.service.query.resource)
		if !resource.IsValid() {
			return &unknownError{r.operation}
		}
		resource.SetString(path)
	}
	return awsquery.Unmarshal(in, inQuery, inBody)
}

// encode writes the response's element around that of the result, which an
// operation without an output does not have.
func (awsQuery) encode(r *request, out any) (response, error) {
	text := r.begin(r.operation + "Response")
	_, empty := out.(interface{ EmptyStructure() })
	if empty || !awsquery.Empty(out) {
		text = awsquery.AppendStruct(text, r.operation+"Result", out)
	}
	text = append(text, "<ResponseMetadata>"...)
	text = awsquery.Append(text, "RequestId", r.id)
	text = append(text, "</ResponseMetadata></"+r.operation+"Response>"...)
	return typed(http.StatusOK, xmlType, text), nil
}

const xmlType = "text/xml"

// begin returns the beginning of an answer in XML: the root element.
func (r *request) begin(root string) []byte {
	return []byte(`<?xml version="1.0"?><` + root + ` xmlns="` + r.service.query.xmlns + `">`)
}

// maxXMLMessage bounds the message of a refusal, in bytes. Escaped, it can have six
// times as many.
const maxXMLMessage = ellipsis.MaxMessage / 4

func (awsQuery) refuse(r *request, f fault) (response, error) {
	text := append(r.begin("ErrorResponse"), "<Error>"...)
	text = awsquery.Append(text, "Type", f.who())
	text = awsquery.Append(text, "Code", f.code())
	text = awsquery.Append(text, "Message", ellipsis.Cut(cmp.Or(f.old.message, f.message), maxXMLMessage))
	text = append(text, "<Detail/></Error>"...)
	text = awsquery.Append(text, "RequestId", r.id)
	text = append(text, "</ErrorResponse>"...)
	return typed(cmp.Or(f.old.status, f.status), xmlType, text), nil
}

// malformed matches a form that does not have the operation's shape. No other
// protocol meets it.
var malformed = as(func(f *fault, e *awsquery.MalformedError) bool {
	f.message = e.Message
	return true
})

// oldUnknown matches an operation that does not exist, or not for the URL to which
// the request was sent. The message is that of the query protocol alone.
var oldUnknown = as(func(f *fault, e *unknownError) bool {
	f.old = old{code: "InvalidAction", message: invalidAction(e)}
	return true
})

func invalidAction(e *unknownError) string {
	return "The action " + e.operation + " is not valid for this endpoint."
}
