package template

import "slices"

// The APIs that SAM generates for events without an API, and the REST API's only
// stage that is not the literal "Stage" (docs/aws/templates.md#implicit-api).
const (
	implicitAPI     = "ServerlessRestApi"
	implicitHTTPAPI = "ServerlessHttpApi"
	implicitStage   = "Prod"
)

// Resource types from which SAM generates resources, or which others refer to.
const (
	typeServerlessFunction = "AWS::Serverless::Function"
	typeServerlessAPI      = "AWS::Serverless::Api"
	typeHTTPAPI            = "AWS::Serverless::HttpApi"
	typeHTTPStage          = "AWS::ApiGatewayV2::Stage"
	typeStateMachine       = "AWS::Serverless::StateMachine"
	typeMapping            = "AWS::Lambda::EventSourceMapping"
	typePermission         = "AWS::Lambda::Permission"
	typeSecret             = "AWS::SecretsManager::Secret"
	typeScalableTarget     = "AWS::ApplicationAutoScaling::ScalableTarget"
	typeURL                = "AWS::Lambda::Url"
	typeRole               = "AWS::IAM::Role"
	typePolicy             = "AWS::IAM::Policy"
	typeManagedPolicy      = "AWS::IAM::ManagedPolicy"
	typeVersion            = "AWS::Lambda::Version"
	typeAlias              = "AWS::Lambda::Alias"
	typeStage              = "AWS::ApiGateway::Stage"
	typeDeployment         = "AWS::ApiGateway::Deployment"
	typeAPIKey             = "AWS::ApiGateway::ApiKey"
	typeUsagePlan          = "AWS::ApiGateway::UsagePlan"
	typeUsagePlanKey       = "AWS::ApiGateway::UsagePlanKey"
)

// expand adds the resources that SAM generates, as far as a template may refer
// to them or the graph of references needs them. A resource of the file with
// the same id replaces a generated one.
func (l *loader) expand(written []*resource, types typeTable, globals *node) {
	add := func(r *resource) {
		if l.resources[r.id] == nil {
			r.def = types.of(r.typ)
			l.resources[r.id] = r
			l.order = append(l.order, r)
		}
	}
	for _, r := range written {
		if f, ok := firstImplicit(r, "Api"); ok && l.resources[implicitAPI] == nil {
			stage := pair("StageName", textNode(implicitStage, f.line))
			api := &resource{id: implicitAPI, typ: typeServerlessAPI, line: f.line, exists: true}
			api.properties = mergeGlobals(globals, api.typ, pair("Properties", stage))
			add(api)
			expansion{api, add}.api(l.textOf)
		}
		if f, ok := firstImplicit(r, "HttpApi"); ok && l.resources[implicitHTTPAPI] == nil {
			api := &resource{id: implicitHTTPAPI, typ: typeHTTPAPI, line: f.line, exists: true}
			api.properties = mergeGlobals(globals, api.typ, pair("Properties", &node{kind: mapping, line: f.line}))
			add(api)
			expansion{api, add}.httpAPI(l.textOf)
		}
		l.order = append(l.order, r)
		x := expansion{r, add}
		switch r.typ {
		case typeServerlessFunction:
			x.function(l.textOf)
		case typeServerlessAPI:
			x.api(l.textOf)
		case typeHTTPAPI:
			x.httpAPI(l.textOf)
		case typeStateMachine:
			x.stateMachine(l.textOf)
		}
	}
	for _, r := range written {
		for _, f := range slices.Concat(events(r, "Api"), events(r, "HttpApi")) {
			if api := l.resources[eventAPIID(f.value)]; api != nil {
				api.dependsOn = append(slices.Clip(api.dependsOn), textNode(r.id, f.line))
			}
		}
	}
}

// textOf returns the text of a value that depends on parameters alone, "" if it
// has none or is wrong. Readers report what is wrong.
func (l *loader) textOf(n *node) string {
	text, err := l.evalText(n)
	if err != nil {
		return ""
	}
	return text
}

// events returns the events of a type of a SAM function.
func events(r *resource, typ string) []field {
	if r.typ != typeServerlessFunction {
		return nil
	}
	var events []field
	for _, f := range r.properties.get("Events").entries() {
		if t := f.value.get("Type"); t != nil && t.text == typ {
			events = append(events, f)
		}
	}
	return events
}

// eventAPIID returns the logical id of an event's API, "" unless a Ref gives it.
func eventAPIID(event *node) string {
	at, implicit := "RestApiId", implicitAPI
	if event.get("Type").text == "HttpApi" {
		at, implicit = "ApiId", implicitHTTPAPI
	}
	id := event.get("Properties").get(at)
	switch {
	case id == nil:
		return implicit
	case id.kind == call && id.text == "Ref":
		return id.arg.text
	default:
		return ""
	}
}

// firstImplicit returns the first event of a type, Api or HttpApi, that belongs
// to the implicit API, if r is in the stack.
func firstImplicit(r *resource, typ string) (field, bool) {
	if r.exists {
		for _, f := range events(r, typ) {
			if id := eventAPIID(f.value); id == implicitAPI || id == implicitHTTPAPI {
				return f, true
			}
		}
	}
	return field{}, false
}
