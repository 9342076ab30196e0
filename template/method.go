package template

import (
	"fmt"
	"slices"
	"strings"
)

func method() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "AuthorizationScopes AuthorizationType AuthorizerId RestApiId ResourceId HttpMethod Integration",
			later:    "ApiKeyRequired RequestModels RequestParameters RequestValidatorId",
			silent:   "MethodResponses OperationName",
		},
		link: (*loader).linkMethod,
	}
}

// integration are the properties of a method's Integration of type AWS_PROXY.
var integration = properties{
	honoured: "Type Uri IntegrationHttpMethod TimeoutInMillis",
	later:    "CacheKeyParameters CacheNamespace RequestParameters ResponseTransferMode",
	silent: "ConnectionId ConnectionType ContentHandling Credentials IntegrationResponses PassthroughBehavior " +
		"RequestTemplates",
}

// linkMethod adds a method to its API, as a route.
func (l *loader) linkMethod(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	a := l.restAPIOf(in)
	if a == nil {
		return *in.err
	}
	l.checkProperties(a.LogicalID, r.properties, r.def.properties)
	verb := in.method("HttpMethod", false)
	at := in.required("ResourceId")
	path := l.path(a, at, in)
	if in.value("Integration") == nil {
		in.wrong(in.label+"Integration", l.errorf(in.line, "%sIntegration is missing", in.label))
		return *in.err
	}
	allowed := l.authorization(in, r.id)
	to := in.under("Integration")
	switch typ := to.required("Type"); {
	case *in.err != nil:
		return *in.err
	case typ == "MOCK":
		m := &Mock{Source: in.source(r.line, methodFields), Method: verb, Path: path, Authorization: allowed}
		return l.addMock(a, r.id, m, to, "RequestTemplates", l.methodAnswers(to))
	case typ != "AWS_PROXY":
		l.omit(r.line, r.id, "integrations of type "+typ)
		return nil
	}
	l.checkProperties(a.LogicalID, to.n, integration)
	if m := to.text("IntegrationHttpMethod", ""); m != "POST" {
		l.warnOf(to.lineOf("IntegrationHttpMethod"), r.id,
			fmt.Sprintf("IntegrationHttpMethod %s: Lambda takes POST only, AWS answers with 500", quote(m)))
	}
	route := &Route{
		Source: in.source(r.line, methodFields), Method: verb, Path: path, Timeout: to.timeout("TimeoutInMillis"), Authorization: allowed,
	}
	route.Function = functionOfURI(to.required("Uri"))
	if part := l.paths[at]; part != nil {
		route.apart = map[string]*node{"ResourceId": part.properties.get("PathPart")}
	}
	if *in.err != nil {
		return *in.err
	}
	if !l.hasFunction(route.Function) {
		l.warnOf(to.lineOf("Uri"), r.id, "left out: methods whose Uri names no function of this template")
		return nil
	}
	return l.addRoute(a, route)
}

// hasFunction reports whether the template has a function of that name.
func (l *loader) hasFunction(name string) bool {
	return slices.ContainsFunc(l.t.Functions, func(f *Function) bool { return f.Name == name })
}

// functionOfURI returns the name of the function in an integration's Uri, which
// has the form
// arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<arn>/invocations.
// It returns "" for others.
func functionOfURI(uri string) string {
	_, rest, found := strings.Cut(uri, "/functions/")
	arn, _, ends := strings.Cut(rest, "/invocations")
	if !found || !ends {
		return ""
	}
	name, _ := functionIn(arn)
	return name
}
