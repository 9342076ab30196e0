package template

import (
	"regexp"
	"strings"
)

var stageNames = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,128}$`)

// The lengths of API Gateway's identifiers, in characters.
const (
	apiIDLength      = 10
	resourceIDLength = 6
)

func serverlessAPI() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "ApiKeySourceType Auth BinaryMediaTypes Cors DefinitionBody DefinitionUri GatewayResponses MethodSettings Models Name " +
				"StageName Variables",
			later: "CacheClusterEnabled CacheClusterSize CanarySetting Domain MinimumCompressionSize",
			silent: "AccessLogSetting AlwaysDeploy Description DisableExecuteApiEndpoint EndpointAccessMode EndpointConfiguration " +
				"FailOnWarnings MergeDefinitions Mode OpenApiVersion Policy PropagateTags SecurityPolicy Tags TracingEnabled",
		},
		ref:        apiID,
		attributes: attributes{"RootResourceId": rootResourceID, "RestApiId": apiID},
		read:       (*loader).readServerlessAPI,
		link:       (*loader).linkDocument,
	}
}

func apiID(e *evaluator, r *resource) (string, error) {
	return e.stack.apiID(apiIDLength, "api", r.id), nil
}

func rootResourceID(e *evaluator, r *resource) (string, error) {
	return e.stack.apiID(apiIDLength, "root", r.id), nil
}

// readServerlessAPI reads a SAM API. Its routes are the events of functions.
// Without a name it has the stack's, as in the OpenAPI document that SAM
// writes.
func (l *loader) readServerlessAPI(r *resource) error {
	a, in := l.newAPI(r)
	a.Name = in.text("Name", l.stack.name)
	a.Stage = in.required("StageName")
	in.checkStage(a.Stage)
	a.StageVariables = in.textMap("Variables")
	l.readSettings(a, in)
	for i, t := range a.BinaryMediaTypes {
		a.BinaryMediaTypes[i] = strings.ReplaceAll(t, "~1", "/") // SAM writes image~1png for image/png
	}
	l.readAuth(a, in)
	l.guards[a.ID] = l.readSAMAuth(a.LogicalID, in)
	l.readSAMResponses(a, in)
	models := in.under("Models")
	for _, f := range models.n.entries() {
		l.addDefinition(a, f.key, f.value)
	}
	return *in.err
}

// newAPI reads what both kinds of API share.
func (l *loader) newAPI(r *resource) (*API, reader) {
	in := l.reader(r.id+": ", r.line, r.properties)
	a := &API{
		Source: in.source(r.line, apiFields), LogicalID: r.id, ID: l.nameOf(r, in),
		BinaryMediaTypes: in.texts("BinaryMediaTypes"),
	}
	l.keySource(a, in, "ApiKeySourceType")
	l.apis[a.ID] = a
	l.t.APIs = append(l.t.APIs, a)
	return a, in
}

func (r reader) checkStage(name string) {
	if name != "" && !stageNames.MatchString(name) {
		r.refuse("StageName", "takes letters, digits, - and _, at most 128, not %s", quote(name))
	}
}

// apiEvent are the properties of an event of type Api.
var apiEvent = properties{
	honoured: "Auth Method Path RequestModel RequestParameters RestApiId TimeoutInMillis",
	later:    "ResponseTransferMode",
}

// linkEvents adds the events of a function to the APIs, as routes, those of queues as
// event source mappings, and those of topics as subscriptions.
func (l *loader) linkEvents(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	name := l.nameOf(r, in)
	events := in.under("Events")
	for _, f := range events.n.entries() {
		event := events.alone().under(f.key)
		event.line = f.line
		event.only("Type Properties")
		switch typ := event.required("Type"); {
		case *event.err != nil:
		case typ == "Api":
			l.linkEvent(event, r, name)
		case typ == "HttpApi":
			l.linkHTTPEvent(event, r, name)
		case typ == "SQS":
			l.linkQueueEvent(event, f.key, r)
		case typ == "SNS":
			l.linkTopicEvent(event, f.key, r)
		default:
			l.omit(f.line, r.id, "events of type "+typ)
		}
		in.stick(*event.err)
	}
	return *in.err
}

func (l *loader) linkEvent(event reader, r *resource, function string) {
	in := event.under("Properties")
	l.checkProperties(r.id, in.n, apiEvent)
	api := l.eventAPI(in, r.id)
	route := &Route{
		Source:   in.source(event.line, eventFields),
		Method:   in.method("Method", true),
		Path:     in.required("Path"),
		Function: function,
		Timeout:  in.timeout("TimeoutInMillis"),
	}
	route.apart = map[string]*node{"Function": {line: r.line}}
	if api == nil || *in.err != nil || l.resources[api.LogicalID].definesRoutes() {
		return
	}
	route.Authorization = l.ofEvent(l.guards[api.ID], in, r.id, route.Method, eventAuth)
	auth := in.under("Auth")
	route.KeyRequired = l.keyed[api].methods
	if auth.value("ApiKeyRequired") != nil {
		route.KeyRequired = auth.truth("ApiKeyRequired")
	}
	l.readEventChecks(api, r.id, &route.Gate, in)
	if *in.err == nil {
		in.stick(l.addRoute(api, route))
	}
}

// eventAPI returns the API of an event of the function of. It returns nil after
// an error or a warning.
func (l *loader) eventAPI(in reader, of string) *API {
	id := in.text("RestApiId", "")
	if implicit := l.resources[implicitAPI]; id == "" && implicit != nil {
		id, _ = apiID(l.evaluator, implicit)
	}
	a := l.apis[id]
	switch {
	case in.failed[in.label+"RestApiId"]:
		return nil
	case id == "":
		in.unsupported("RestApiId", "RestApiId: an event of the implicit API must be written out, not made by a function")
	case a == nil:
		in.refuse("RestApiId", "is no API of this template")
	case l.resources[a.LogicalID].typ != typeServerlessAPI:
		l.warnOf(in.lineOf("RestApiId"), of, "left out: events at an API that is not an "+typeServerlessAPI)
		return nil
	}
	return a
}
