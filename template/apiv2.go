package template

import (
	"slices"
	"strings"

	"lullaby/gateway"
)

// The HTTP APIs of plain CloudFormation: an API, its stage, its routes and their
// integrations (docs/aws/templates.md#http-apis).

// Protocols of an AWS::ApiGatewayV2::Api.
const (
	protocolHTTP      = "HTTP"
	protocolWebSocket = "WEBSOCKET"
)

func httpAPI() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "Name ProtocolType CorsConfiguration Body RouteKey Target",
			later:    "BasePath BodyS3Location",
			silent: "ApiKeySelectionExpression CredentialsArn Description DisableExecuteApiEndpoint DisableSchemaValidation " +
				"FailOnWarnings IpAddressType RouteSelectionExpression Tags Version",
		},
		ref:        apiID,
		attributes: attributes{"ApiEndpoint": apiEndpoint, "ApiId": apiID},
		read:       (*loader).readHTTPAPI,
		link:       (*loader).linkHTTPAPI,
	}
}

func (l *loader) readHTTPAPI(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	described := in.n.get("Body") != nil || in.n.get("BodyS3Location") != nil
	protocol := in.text("ProtocolType", "")
	if protocol == "" && !described {
		in.required("ProtocolType")
	}
	if in.oneOf("ProtocolType", "", protocolHTTP, protocolWebSocket) == protocolWebSocket {
		l.omit(in.lineOf("ProtocolType"), r.id, "WebSocket APIs")
		l.httpAPIs[l.nameOf(r, in)] = nil
		return *in.err
	}
	a := l.newHTTPAPI(r, in)
	if described {
		a.Name = in.text("Name", r.id)
	} else {
		a.Name = in.required("Name")
	}
	a.CORS = in.cors("CorsConfiguration", templateKey, minAge)
	if in.n.get("BodyS3Location") != nil {
		l.hasOnAWS(a, anyKey)
	}
	return *in.err
}

// linkHTTPAPI adds the routes of an API's document, and what its quick create makes of
// Target: a route and the stage $default.
func (l *loader) linkHTTPAPI(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	a := l.httpAPIs[l.nameOf(r, in)]
	if a == nil {
		return *in.err
	}
	if in.value("Target") == nil {
		return l.linkHTTPDocument(r)
	}
	l.addHTTPStage(a, in, defaultStage)
	l.deployed[a.ID+"/"+defaultStage] = true
	route := &Route{Source: in.source(r.line, quickFields), Path: defaultRoute, Payload: payload2, Timeout: gateway.MaxHTTPTimeout}
	if in.value("RouteKey") != nil {
		in.routeKey("RouteKey", route)
	}
	l.hasOnAWS(a, route.Key())
	target := in.required("Target")
	switch route.Function = functionOfTarget(target); {
	case *in.err != nil:
		return *in.err
	case strings.HasPrefix(target, "http"):
		l.omit(in.lineOf("Target"), r.id, "integrations of type HTTP_PROXY")
		return nil
	case !l.hasFunction(route.Function):
		l.warnOf(in.lineOf("Target"), r.id, "left out: routes whose target is no function of this template")
		return nil
	}
	l.quick[a] = route
	return l.addHTTPRoute(a, route)
}

// functionOfTarget returns the name of the function that an integration of an HTTP API
// invokes: by its ARN, or by that of its invocations. It returns "" for others.
func functionOfTarget(uri string) string {
	if strings.Contains(uri, "/functions/") {
		return functionOfURI(uri)
	}
	if !strings.HasPrefix(uri, "arn:") {
		return ""
	}
	name, _ := functionIn(uri)
	return name
}

// httpAPIOf returns the HTTP API of ApiId in r, which in reads. It returns nil after an
// error, and for what is left out: a part of a WebSocket API, and, with a warning, of an
// API that the template does not make.
func (l *loader) httpAPIOf(in reader, r *resource, parts string) *HTTPAPI {
	id := in.required("ApiId")
	a, known := l.httpAPIs[id]
	if !known && *in.err == nil {
		l.warnOf(in.lineOf("ApiId"), r.id, "left out: "+parts+" of an API that this template does not make")
	}
	return a
}

// ofWebSocket reports whether the ApiId of r is that of a WebSocket API of the template,
// in a reading in which APIs may come later.
func (l *loader) ofWebSocket(r *resource) (bool, error) {
	in := l.reader(r.id+": ", r.line, r.properties)
	id := in.text("ApiId", "")
	for _, api := range l.order {
		if api.typ != "AWS::ApiGatewayV2::Api" || !api.exists {
			continue
		}
		if own, err := apiID(l.evaluator, api); err != nil || own != id {
			continue
		}
		protocol, err := l.property(api, "ProtocolType", protocolHTTP)
		return protocol == protocolWebSocket, err
	}
	return false, *in.err
}

func httpIntegration() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "ApiId IntegrationType IntegrationSubtype IntegrationUri PayloadFormatVersion TimeoutInMillis",
			later:    "RequestParameters ResponseParameters",
			silent: "ConnectionId ConnectionType ContentHandlingStrategy CredentialsArn Description IntegrationMethod " +
				"PassthroughBehavior RequestTemplates TemplateSelectionExpression TlsConfig",
		},
		ref:        httpPart("integration"),
		attributes: attributes{"IntegrationId": httpPart("integration")},
		read: func(l *loader, r *resource) error {
			id, err := l.identify(r)
			l.integrations[id] = r
			return err
		},
	}
}

// httpPart returns the identifier of a part of an HTTP API.
func httpPart(kind string) func(*evaluator, *resource) (string, error) {
	return func(e *evaluator, r *resource) (string, error) {
		return e.stack.apiID(resourceIDLength+1, kind, r.id), nil
	}
}

func httpRoute() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "ApiId AuthorizationScopes AuthorizationType AuthorizerId RouteKey Target",
			later:    "ApiKeyRequired RequestParameters",
			silent:   "ModelSelectionExpression OperationName RequestModels RouteResponseSelectionExpression",
		},
		ref:        httpPart("route"),
		attributes: attributes{"RouteId": httpPart("route")},
		link:       (*loader).linkHTTPRoute,
	}
}

// linkHTTPRoute adds a route, with its integration, to its API.
func (l *loader) linkHTTPRoute(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	a := l.httpAPIOf(in, r, "routes")
	if a == nil {
		return *in.err
	}
	l.checkProperties(a.LogicalID, r.properties, r.def.properties)
	route := &Route{Source: in.source(r.line, routeFields)}
	in.routeKey("RouteKey", route)
	route.Authorization = l.authorization(in, r.id)
	l.hasOnAWS(a, route.Key())
	if in.value("Target") == nil {
		l.warnOf(r.line, r.id, "left out: routes without a target")
		return *in.err
	}
	id, ours := strings.CutPrefix(in.required("Target"), "integrations/")
	to := l.integrations[id]
	if ours && to != nil {
		return l.integrate(a, route, in, r.id, to)
	}
	if *in.err == nil {
		in.refuse("Target", "is integrations/ and the id of an integration of this template, not %s", quote(in.text("Target", "")))
	}
	return *in.err
}

// integrate adds a route to its API with what an integration invokes. in reads the
// route of the logical id of.
func (l *loader) integrate(a *HTTPAPI, route *Route, in reader, of string, integration *resource) error {
	to := in.of(integration.properties, integration.id)
	to.label, to.line = integration.id+": ", integration.line
	l.checkProperties(a.LogicalID, to.n, integration.def.properties)
	route.apart = map[string]*node{"Integration": to.n}
	typ := to.required("IntegrationType")
	switch subtype := to.text("IntegrationSubtype", ""); {
	case *in.err != nil:
		return *in.err
	case subtype != "":
		l.omit(integration.line, of, "integrations of type "+subtype)
		return nil
	case typ != "AWS_PROXY":
		l.omit(integration.line, of, "integrations of type "+typ)
		return nil
	}
	route.Payload, route.Timeout = to.payload("PayloadFormatVersion", ""), to.httpTimeout("TimeoutInMillis")
	route.Function = functionOfTarget(to.required("IntegrationUri"))
	if *in.err != nil {
		return *in.err
	}
	if !l.hasFunction(route.Function) {
		l.warnOf(to.lineOf("IntegrationUri"), of, "left out: routes whose IntegrationUri names no function of this template")
		return nil
	}
	return l.addHTTPRoute(a, route)
}

func httpStage() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "ApiId StageName StageVariables DefaultRouteSettings RouteSettings AutoDeploy DeploymentId",
			silent:   "AccessLogSettings AccessPolicyId ClientCertificateId Description Tags",
		},
		ref: func(e *evaluator, r *resource) (string, error) { return e.property(r, "StageName", defaultStage) },
		link: func(l *loader, r *resource) error {
			in := l.reader(r.id+": ", r.line, r.properties)
			a := l.httpAPIOf(in, r, "stages")
			if a == nil {
				return *in.err
			}
			name := in.required("StageName")
			if in.oneOf("AutoDeploy", "false", "false", "true") == "true" || in.value("DeploymentId") != nil {
				l.deployed[a.ID+"/"+name] = true
			}
			l.addHTTPStage(a, in, name)
			return *in.err
		},
	}
}

func httpDeployment() *resourceType {
	return &resourceType{
		properties: properties{honoured: "ApiId StageName", silent: "Description"},
		ref:        httpPart("deployment"),
		attributes: attributes{"DeploymentId": httpPart("deployment")},
		link: func(l *loader, r *resource) error {
			in := l.reader(r.id+": ", r.line, r.properties)
			if a := l.httpAPIOf(in, r, "deployments"); a != nil {
				l.deployed[a.ID+"/"+in.text("StageName", "")] = true
			}
			return *in.err
		},
	}
}

// finishHTTP checks the HTTP APIs when everything of them is known, and leaves out those
// that nothing deploys.
func (l *loader) finishHTTP() {
	for _, r := range l.overrides {
		l.add(l.override(r))
	}
	for _, a := range l.t.HTTPAPIs {
		l.limitRoutes(a)
		l.checkCORS(a)
	}
	if len(l.errors) > 0 {
		return // an error may be in a route, or in what deploys an API
	}
	for _, a := range l.t.HTTPAPIs {
		l.checkSettings(a)
	}
	l.t.HTTPAPIs = slices.DeleteFunc(l.t.HTTPAPIs, func(a *HTTPAPI) bool {
		undeployed := !l.deployed[a.ID+"/"+a.Stage]
		if undeployed {
			l.warnf(a.at.Line, "%s was left out: nothing deploys it to a stage", a.LogicalID)
		}
		return undeployed
	})
}
