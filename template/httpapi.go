package template

import (
	"regexp"
	"strings"
)

// HTTP APIs in SAM: AWS::Serverless::HttpApi, the implicit ServerlessHttpApi, and
// the events of functions (docs/aws/templates.md#http-apis-of-sam).

// defaultStage is the stage of an HTTP API that has no part in paths.
const defaultStage = "$default"

var httpStageNames = regexp.MustCompile(`^(\$default|[a-zA-Z0-9._-]{1,128})$`)

func serverlessHTTPAPI() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "Auth Name StageName StageVariables CorsConfiguration DefinitionBody DefinitionUri DefaultRouteSettings RouteSettings",
			later:    "Domain",
			silent:   "AccessLogSettings Description DisableExecuteApiEndpoint FailOnWarnings IpAddressType PropagateTags Tags",
		},
		ref:        apiID,
		attributes: attributes{"ApiEndpoint": apiEndpoint, "ApiId": apiID},
		read:       (*loader).readServerlessHTTPAPI,
		link:       (*loader).linkHTTPDocument,
	}
}

// readServerlessHTTPAPI reads a SAM HTTP API. Without a name it has the stack's, as in
// the OpenAPI document that SAM writes. SAM's stage deploys itself.
func (l *loader) readServerlessHTTPAPI(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	a := l.newHTTPAPI(r, in)
	a.Name = in.text("Name", l.stack.name)
	l.guards[a.ID] = l.readSAMHTTPAuth(r.id, in)
	if in.n.get("DefinitionBody") != nil && in.n.get("DefinitionUri") != nil {
		in.wrong(in.label+"DefinitionUri", l.errorf(in.lineOf("DefinitionUri"),
			"%sSpecify either 'DefinitionUri' or 'DefinitionBody' property and not both", in.label))
	}
	l.addHTTPStage(a, in, in.text("StageName", defaultStage))
	l.deployed[a.ID+"/"+a.Stage] = true
	if v := in.value("CorsConfiguration"); v != nil && v.kind == scalar && (v.text == "true" || v.text == "false") {
		if v.text == "true" {
			a.CORS = &CORS{Origins: []string{"*"}}
		}
	} else {
		a.CORS = in.cors("CorsConfiguration", templateKey, minAge)
	}
	return *in.err
}

// newHTTPAPI adds an HTTP API with what both kinds of it share. in reads r.
func (l *loader) newHTTPAPI(r *resource, in reader) *HTTPAPI {
	a := &HTTPAPI{Source: in.source(r.line, httpFields), LogicalID: r.id, ID: l.nameOf(r, in)}
	l.httpAPIs[a.ID] = a
	l.t.HTTPAPIs = append(l.t.HTTPAPIs, a)
	return a
}

// addHTTPStage sets the stage of an HTTP API, unless it has one.
func (l *loader) addHTTPStage(a *HTTPAPI, in reader, name string) {
	if name != "" && !httpStageNames.MatchString(name) {
		in.refuse("StageName", "takes $default, or letters, digits, - . and _, at most 128, not %s", quote(name))
	}
	if a.Stage != "" {
		l.warnf(in.lineOf("StageName"), "%sstage %s of %s was left out: only the first, %s, is run", in.label, name, a.LogicalID, a.Stage)
		return
	}
	a.Stage = name
	a.apart = map[string]*node{"StageName": in.n.get("StageName"), "StageVariables": in.n.get("StageVariables")}
	a.StageVariables = in.textMap("StageVariables")
	l.readRouteSettings(a, in)
}

// httpEvent are the properties of an event of type HttpApi.
var httpEvent = properties{
	honoured: "Auth Path Method ApiId PayloadFormatVersion TimeoutInMillis RouteSettings",
}

// linkHTTPEvent adds the event of a function to an HTTP API, as a route. Without path
// and method it is the route $default.
func (l *loader) linkHTTPEvent(event reader, r *resource, function string) {
	in := event.under("Properties")
	l.checkProperties(r.id, in.n, httpEvent)
	api := l.eventHTTPAPI(in, r.id)
	route := &Route{
		Source: in.source(event.line, eventFields), Path: in.text("Path", ""), Function: function,
		Payload: in.payload("PayloadFormatVersion", payload2), Timeout: in.httpTimeout("TimeoutInMillis"),
	}
	switch method := in.text("Method", ""); {
	case route.Path == "" && method == "", strings.TrimPrefix(route.Path, "/") == defaultRoute:
		route.Path = defaultRoute
	case strings.EqualFold(method, anyMethodKey):
		route.Method = "ANY"
	default:
		route.Path, route.Method = in.required("Path"), in.method("Method", true)
	}
	route.apart = map[string]*node{"Function": {line: r.line}}
	if api == nil || *in.err != nil || l.resources[api.LogicalID].definesRoutes() {
		return
	}
	route.Authorization = l.ofEvent(l.guards[api.ID], in, r.id, route.Method, httpEventAuth)
	in.stick(l.addHTTPRoute(api, route))
	if settings := in.under("RouteSettings"); settings.n != nil {
		l.eventSettings(api, route.Key(), settings)
	}
}

// eventHTTPAPI returns the HTTP API of an event of the function of. It returns nil
// after an error or a warning.
func (l *loader) eventHTTPAPI(in reader, of string) *HTTPAPI {
	id := in.text("ApiId", "")
	if implicit := l.resources[implicitHTTPAPI]; id == "" && implicit != nil {
		id, _ = apiID(l.evaluator, implicit)
	}
	a := l.httpAPIs[id]
	switch {
	case in.failed[in.label+"ApiId"]:
		return nil
	case id == "":
		in.unsupported("ApiId", "ApiId: an event of the implicit API must be written out, not made by a function")
	case a == nil:
		in.refuse("ApiId", "is no HTTP API of this template: Api Event must reference an Api in the same template.")
	case l.resources[a.LogicalID].typ != typeHTTPAPI:
		l.warnOf(in.lineOf("ApiId"), of, "left out: events at an HTTP API that is not an "+typeHTTPAPI)
		return nil
	}
	return a
}

// apiEndpoint returns the address of an HTTP API on AWS.
func apiEndpoint(e *evaluator, r *resource) (string, error) {
	id, err := apiID(e, r)
	if err != nil {
		return "", err
	}
	protocol, err := e.property(r, "ProtocolType", protocolHTTP)
	scheme := "https://"
	if protocol == protocolWebSocket {
		scheme = "wss://"
	}
	return scheme + id + "." + e.stack.scope.Host("execute-api"), err
}
