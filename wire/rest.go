package wire

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"lullaby/internal/awsjson"
)

// restJSON is AWS's REST protocol (Smithy, "AWS restJson1 protocol"). Method
// and path name the operation. Members of its shapes are in the path, the
// query, the headers or a JSON body.
type restJSON struct{ routes []restRoute }

// A restRoute is the method and path of an operation. A path segment in braces
// is a label, which matches any text that is not empty.
type restRoute struct {
	shape, operation string
	method           string
	fixed            string   // the path up to the first label
	segments         []string // of the path, between slashes
}

// A boundInput has members outside of the JSON body. bind reads all members,
// with those in body, which is decompressed.
type boundInput interface {
	bind(r *request, body []byte) error
}

// A boundOutput has members outside of the JSON body. bound writes all members.
type boundOutput interface{ bound() response }

// newREST returns the protocol with the routes of all operations.
func newREST(services ...*service) *restJSON {
	p := new(restJSON)
	for _, v := range services {
		for name, op := range v.operations {
			if op.route == "" {
				continue // spoken in other protocols alone
			}
			method, path, _ := strings.Cut(op.route, " ")
			path = strings.TrimSuffix(path, "/")
			fixed, _, _ := strings.Cut(path, "{")
			p.routes = append(p.routes, restRoute{v.shape, name, method, fixed, strings.Split(path, "/")})
		}
	}
	slices.SortFunc(p.routes, func(a, b restRoute) int { return strings.Compare(a.operation, b.operation) })
	return p
}

// claims claims each path that begins like the path of an operation. The
// operation is empty if no route matches the whole path. A slash at the end does not
// matter: clients of different ages write some paths with and without.
func (p *restJSON) claims(r *request) (shape, operation string, ok bool) {
	path := strings.TrimSuffix(r.path(), "/")
	for i := range p.routes {
		route := &p.routes[i]
		if !strings.HasPrefix(path, route.fixed) {
			continue
		}
		shape, ok = route.shape, true
		if labels, matches := route.match(r.method(), path); matches {
			r.labels = labels
			return shape, route.operation, true
		}
	}
	return shape, "", ok
}

// match returns the values of the labels. ok is false if the route does not
// match.
func (t *restRoute) match(method, path string) (labels []field, ok bool) {
	if method != t.method {
		return nil, false
	}
	for i, want := range t.segments {
		got, rest, more := strings.Cut(path, "/")
		if more == (i == len(t.segments)-1) {
			return nil, false
		}
		name, label := strings.CutPrefix(want, "{")
		switch {
		case label && got != "":
			labels = append(labels, field{strings.TrimSuffix(name, "}"), got})
		case label || got != want:
			return nil, false
		}
		path = rest
	}
	return labels, true
}

func (*restJSON) decode(r *request, body []byte, in any) error {
	if b, ok := in.(boundInput); ok {
		return b.bind(r, body)
	}
	if len(body) == 0 {
		return nil
	}
	return awsJSON{}.decode(r, body, in)
}

func (*restJSON) encode(r *request, out any) (response, error) {
	if b, ok := out.(boundOutput); ok {
		return b.bound(), nil
	}
	text, err := awsjson.Marshal(out)
	return typed(cmp.Or(r.success, http.StatusOK), jsonType, text), err
}

// refuse names the exception in a header. A fault without a message has no
// body.
func (*restJSON) refuse(_ *request, f fault) (response, error) {
	resp := response{status: f.status}
	resp.set("x-amzn-ErrorType", f.exception)
	if f.message == "" {
		return resp, nil
	}
	resp.set("Content-Type", jsonType)
	o := awsjson.NewObject(nil, nil)
	f.appendMembers(o)
	f.appendMessage(o)
	text, err := o.End()
	resp.body = text
	return resp, err
}
