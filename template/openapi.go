package template

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The OpenAPI documents of APIs: Body of a RestApi, DefinitionBody and
// DefinitionUri of SAM's (docs/aws/templates.md#documents-of-apis).

// anyMethodKey is the key of ANY among the methods of a path.
const anyMethodKey = "x-amazon-apigateway-any-method"

// documentKeys are the properties that have a document.
var documentKeys = []string{"Body", "DefinitionBody", "DefinitionUri"}

// definesRoutes reports whether an API has a document. The events of functions
// add no routes to it then.
func (r *resource) definesRoutes() bool {
	return r.properties.get("DefinitionBody") != nil || r.properties.get("DefinitionUri") != nil
}

// linkDocument adds the routes of an API's document.
func (l *loader) linkDocument(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	a := l.apis[l.nameOf(r, in)]
	if a == nil {
		return *in.err
	}
	for _, key := range documentKeys {
		if r.properties.get(key) == nil || in.value(key) == nil && *in.err == nil {
			continue
		}
		document, err := l.documentAt(in, key)
		var e *Error
		switch {
		case errors.As(err, &e) && e.Unsupported:
			l.omit(in.lineOf(key), r.id, key)
		case err != nil:
			return err
		default:
			l.readDocument(a, in, document)
		}
	}
	return *in.err
}

// documentAt returns the document at key: the value itself, or what is in the
// file that it names.
func (l *loader) documentAt(in reader, key string) (*node, error) {
	v, err := l.eval(in.n.get(key))
	switch {
	case err != nil:
		return nil, err
	case v.kind == mapping && key != "DefinitionUri":
		return v, nil
	case v.kind == scalar && key == "DefinitionUri" && !strings.Contains(v.text, "://"):
		text, err := readTemplate(l.besideTemplate(v.text))
		if err != nil {
			return nil, l.errorf(v.line, "%s%s %s is not there, as seen from the template's folder", in.label, key, quote(v.text))
		}
		n, _, err := parse(v.text, text)
		if err != nil {
			return nil, l.errorf(v.line, "%s%s: %v", in.label, key, err)
		}
		return n.allAt(v.line), nil
	}
	return nil, l.unsupportedf(v.line, "%s%s is not on this machine", in.label, key)
}

// readDocument adds the routes of a document. in has the label of its API.
func (l *loader) readDocument(a *API, in reader, n *node) {
	document := in.of(n, in.label+"document")
	if a.Name == "" || a.Name == a.LogicalID {
		a.Name = document.under("info").text("title", a.Name)
	}
	if types := document.texts("x-amazon-apigateway-binary-media-types"); a.BinaryMediaTypes == nil {
		a.BinaryMediaTypes = types
	}
	d := l.readDocumentGate(a, document)
	paths := document.under("paths")
	for _, p := range paths.n.entries() {
		path := paths.under(p.key)
		shared := path.list("parameters")
		for _, m := range path.n.entries() {
			verb := strings.ToUpper(m.key)
			if m.key == anyMethodKey {
				verb = "ANY"
			}
			if slices.Contains(methods, verb) {
				operation := path.alone().under(m.key)
				operation.label, operation.line = fmt.Sprintf("%s: %s %s: ", a.LogicalID, verb, p.key), m.line
				in.stick(l.readOperation(a, operation, verb, p.key, func(g *Gate) { d.read(g, operation, verb, shared) }))
			}
		}
	}
}

// readOperation adds the route of a method of a path. gate reads what the method
// asks of requests.
func (l *loader) readOperation(a *API, operation reader, verb, path string, gate func(*Gate)) error {
	const key = "x-amazon-apigateway-integration"
	if operation.value(key) == nil {
		l.warnOf(operation.line, a.LogicalID, "left out: methods without an integration")
		return *operation.err
	}
	to := operation.under(key)
	typ := strings.ToUpper(to.required("type"))
	source := to.source(operation.line, operationFields)
	switch {
	case *to.err != nil:
		return *to.err
	case typ == "MOCK":
		m := &Mock{Source: source, Method: verb, Path: path}
		gate(&m.Gate)
		return l.addMock(a, a.LogicalID, m, to, "requestTemplates", l.operationAnswers(to))
	case typ == "HTTP" || typ == "HTTP_PROXY":
		f := &Forward{Source: source, Method: verb, Path: path, Whole: typ == "HTTP_PROXY"}
		gate(&f.Gate)
		return l.addForward(a, a.LogicalID, f, to, operationKeys, l.operationAnswers(to))
	case typ != "AWS_PROXY":
		l.omit(operation.line, a.LogicalID, "integrations of type "+typ)
		return nil
	}
	if m := to.text("httpMethod", ""); !strings.EqualFold(m, "POST") {
		l.warnOf(to.lineOf("httpMethod"), a.LogicalID, fmt.Sprintf("httpMethod %s: Lambda takes POST only, AWS answers with 500", quote(m)))
	}
	route := &Route{Source: source, Method: verb, Path: path}
	gate(&route.Gate)
	return l.addInvocation(a, a.LogicalID, route, to, operationKeys)
}

// operationAnswers returns the answers of an integration in a document.
func (l *loader) operationAnswers(to reader) []mockAnswer {
	responses := to.under("responses")
	var all []mockAnswer //nolint:prealloc // nil when there are none
	for _, f := range responses.n.entries() {
		in := responses.under(f.key)
		all = append(all, mockAnswer{
			status: in.text("statusCode", ""), pattern: f.key,
			parameters: in.under("responseParameters").n, templates: in.under("responseTemplates").n,
		})
	}
	return all
}
