package template

import (
	"fmt"
	"slices"
	"strings"
)

func method() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "ApiKeyRequired AuthorizationScopes AuthorizationType AuthorizerId HttpMethod Integration RequestModels RequestParameters RequestValidatorId ResourceId RestApiId",
			silent:   "MethodResponses OperationName",
		},
		link: (*loader).linkMethod,
	}
}

// integration are the properties of a method's Integration of type AWS_PROXY.
var integration = properties{
	honoured: "Type Uri IntegrationHttpMethod TimeoutInMillis",
	later:    "CacheKeyParameters CacheNamespace ContentHandling RequestParameters ResponseTransferMode",
	silent: "ConnectionId ConnectionType Credentials IntegrationResponses PassthroughBehavior " +
		"RequestTemplates",
}

// urlIntegration are the properties of a method's Integration of type HTTP or
// HTTP_PROXY.
var urlIntegration = properties{
	honoured: "ConnectionId IntegrationHttpMethod IntegrationResponses RequestParameters RequestTemplates TimeoutInMillis Type Uri",
	later:    "CacheKeyParameters CacheNamespace ContentHandling ResponseTransferMode",
	silent:   "ConnectionType Credentials PassthroughBehavior TlsConfig",
}

// linkMethod adds a method to its API: a route, a mock, or one that goes on to an
// HTTP endpoint.
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
	to := in.under("Integration")
	source := in.source(r.line, methodFields)
	if part := l.paths[at]; part != nil {
		source.apart = map[string]*node{"ResourceId": part.properties.get("PathPart")}
	}
	gate := func(g *Gate) {
		g.Authorization = l.authorization(in, r.id)
		g.KeyRequired = in.truth("ApiKeyRequired")
		l.readChecks(a, r.id, g, in)
	}
	switch typ := to.required("Type"); {
	case *in.err != nil:
		return *in.err
	case typ == "MOCK":
		m := &Mock{Source: source, Method: verb, Path: path}
		gate(&m.Gate)
		return l.addMock(a, r.id, m, to, "RequestTemplates", l.methodAnswers(to))
	case typ == "HTTP" || typ == "HTTP_PROXY":
		l.checkProperties(a.LogicalID, to.n, urlIntegration)
		f := &Forward{Source: source, Method: verb, Path: path, Whole: typ == "HTTP_PROXY"}
		gate(&f.Gate)
		return l.addForward(a, r.id, f, to, methodKeys, l.methodAnswers(to))
	case typ != "AWS_PROXY":
		l.omit(r.line, r.id, "integrations of type "+typ)
		return nil
	}
	l.checkProperties(a.LogicalID, to.n, integration)
	if m := to.text("IntegrationHttpMethod", ""); m != "POST" {
		l.warnOf(to.lineOf("IntegrationHttpMethod"), r.id,
			fmt.Sprintf("IntegrationHttpMethod %s: Lambda takes POST only, AWS answers with 500", quote(m)))
	}
	route := &Route{Source: source, Method: verb, Path: path}
	gate(&route.Gate)
	return l.addInvocation(a, r.id, route, to, methodKeys)
}

// addInvocation adds a route to the function that the URI of an integration names.
func (l *loader) addInvocation(a *API, of string, route *Route, to reader, keys integrationKeys) error {
	route.Timeout = to.timeout(keys.timeout)
	uri := to.required(keys.uri)
	if *to.err != nil {
		return *to.err
	}
	return l.staged(a, uri, func(uri string) error {
		route.Function = functionOfURI(uri)
		if !l.hasFunction(route.Function) {
			l.warnOf(to.lineOf(keys.uri), of, "left out: methods whose "+keys.uri+" names no function of this template")
			return nil
		}
		return l.addRoute(a, route)
	})
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
