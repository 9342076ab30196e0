package template

import "slices"

// The API that SAM generates for events without an API, and SAM's only stage
// that is not the literal "Stage" (docs/aws/templates.md#implicit-api).
const (
	implicitAPI   = "ServerlessRestApi"
	implicitStage = "Prod"
)

// Resource types from which SAM generates resources, or which others refer to.
const (
	typeServerlessFunction = "AWS::Serverless::Function"
	typeServerlessAPI      = "AWS::Serverless::Api"
	typeRole               = "AWS::IAM::Role"
	typePolicy             = "AWS::IAM::Policy"
	typeManagedPolicy      = "AWS::IAM::ManagedPolicy"
	typeVersion            = "AWS::Lambda::Version"
	typeAlias              = "AWS::Lambda::Alias"
	typeStage              = "AWS::ApiGateway::Stage"
	typeDeployment         = "AWS::ApiGateway::Deployment"
)

// expand adds the resources that SAM generates, as far as a template may refer
// to them or the graph of references needs them. A resource of the file with
// the same id replaces a generated one.
func (l *loader) expand(written []*resource, types map[string]*resourceType, globals *node) {
	add := func(r *resource) {
		if l.resources[r.id] == nil {
			r.def = types[r.typ]
			l.resources[r.id] = r
			l.order = append(l.order, r)
		}
	}
	for _, r := range written {
		if f, ok := firstImplicit(r); ok && l.resources[implicitAPI] == nil {
			stage := pair("StageName", textNode(implicitStage, f.line))
			api := &resource{id: implicitAPI, typ: typeServerlessAPI, line: f.line, exists: true}
			api.properties = mergeGlobals(globals, api.typ, pair("Properties", stage))
			add(api)
			expandAPI(api, add)
		}
		l.order = append(l.order, r)
		switch r.typ {
		case typeServerlessFunction:
			expandFunction(r, add)
		case typeServerlessAPI:
			expandAPI(r, add)
		}
	}
	for _, r := range written {
		for _, f := range apiEvents(r) {
			if api := l.resources[eventAPIID(f.value)]; api != nil {
				api.dependsOn = append(slices.Clip(api.dependsOn), textNode(r.id, f.line))
			}
		}
	}
}

// expandFunction adds the role, version and alias of a function. The role has
// the function's Policies.
func expandFunction(r *resource, add func(*resource)) {
	generate := func(id, typ string, properties *node) {
		add(&resource{id: id, typ: typ, line: r.line, properties: properties, condition: r.condition, exists: r.exists, generated: true})
	}
	function := pair("FunctionName", refNode(r.id, r.line))
	if r.properties.get("Role") == nil {
		var role *node
		if p := r.properties.get("Policies"); p != nil {
			role = pair("Policies", p)
		}
		generate(r.id+"Role", typeRole, role)
		r.dependsOn = append(slices.Clip(r.dependsOn), textNode(r.id+"Role", r.line))
	}
	if alias := r.properties.get("AutoPublishAlias"); alias != nil {
		generate(r.id+".Version", typeVersion, function)
		generate(r.id+".Alias", typeAlias, function.with("Name", alias))
	}
}

// expandAPI adds the stage and the deployment of an API.
func expandAPI(r *resource, add func(*resource)) {
	properties := pair("RestApiId", refNode(r.id, r.line))
	stage := r.properties.get("StageName")
	if stage != nil {
		properties = properties.with("StageName", stage)
	}
	generate := func(id, typ string) {
		add(&resource{id: id, typ: typ, line: r.line, properties: properties, condition: r.condition, exists: r.exists, generated: true})
	}
	generate(r.id+".Stage", typeStage)
	generate(r.id+".Deployment", typeDeployment)
	switch {
	case stage != nil && stage.kind == scalar:
		generate(r.id+stage.text+"Stage", typeStage)
	default:
		generate(r.id+"Stage", typeStage)
	}
}

// apiEvents returns the events of type Api of a SAM function.
func apiEvents(r *resource) []field {
	if r.typ != typeServerlessFunction {
		return nil
	}
	var events []field
	for _, f := range r.properties.get("Events").entries() {
		if t := f.value.get("Type"); t != nil && t.text == "Api" {
			events = append(events, f)
		}
	}
	return events
}

// eventAPIID returns the logical id of an event's API, "" unless a Ref gives it.
func eventAPIID(event *node) string {
	id := event.get("Properties").get("RestApiId")
	switch {
	case id == nil:
		return implicitAPI
	case id.kind == call && id.text == "Ref":
		return id.arg.text
	default:
		return ""
	}
}

// firstImplicit returns the first event of r that belongs to the implicit API,
// if r is in the stack.
func firstImplicit(r *resource) (field, bool) {
	if r.exists {
		for _, f := range apiEvents(r) {
			if eventAPIID(f.value) == implicitAPI {
				return f, true
			}
		}
	}
	return field{}, false
}
