package template

import "strings"

// The REST APIs of plain CloudFormation: an API, its tree of path resources,
// and its deployment.

func restAPI() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "ApiKeySourceType BinaryMediaTypes Body Name",
			later:    "BodyS3Location CloneFrom MinimumCompressionSize",
			silent: "Description DisableExecuteApiEndpoint EndpointAccessMode EndpointConfiguration FailOnWarnings Mode " +
				"Parameters Policy SecurityPolicy Tags",
		},
		ref:        apiID,
		attributes: attributes{"RootResourceId": rootResourceID, "RestApiId": apiID},
		read:       (*loader).readRestAPI,
		link:       (*loader).linkDocument,
	}
}

func (l *loader) readRestAPI(r *resource) error {
	a, in := l.newAPI(r)
	if in.n.get("Body") == nil && in.n.get("BodyS3Location") == nil {
		a.Name = in.required("Name")
	} else {
		a.Name = in.text("Name", r.id)
	}
	return *in.err
}

// restAPIOf returns the API of RestApiId. If there is none, it adds an error
// and returns nil.
func (l *loader) restAPIOf(in reader) *API {
	id := in.required("RestApiId")
	a := l.apis[id]
	if a == nil {
		in.refuse("RestApiId", "is no API of this template")
	}
	return a
}

func pathResource() *resourceType {
	id := func(e *evaluator, r *resource) (string, error) {
		return e.stack.apiID(resourceIDLength, "resource", r.id), nil
	}
	return &resourceType{
		properties: properties{honoured: "RestApiId ParentId PathPart"},
		ref:        id,
		attributes: attributes{"ResourceId": id},
		read: func(l *loader, r *resource) error {
			id, err := l.identify(r)
			l.paths[id] = r
			return err
		},
	}
}

// maxPathParts is the largest depth of a resource: an API has at most 300
// resources ("Quotas for configuring and running a REST API").
const maxPathParts = 300

// path returns the path of an API's resource, given by its physical id.
func (l *loader) path(a *API, id string, in reader) string {
	root, err := rootResourceID(l.evaluator, l.resources[a.LogicalID])
	in.stick(err)
	path := ""
	for range maxPathParts {
		if id == root {
			return "/" + strings.TrimPrefix(path, "/")
		}
		r := l.paths[id]
		if r == nil {
			break
		}
		part := l.reader(r.id+": ", r.line, r.properties)
		path = "/" + part.required("PathPart") + path
		id = part.required("ParentId")
		in.stick(*part.err)
	}
	in.fail(in.lineOf("ResourceId"), "%sResourceId leads to no root of %s", in.label, a.LogicalID)
	return ""
}

func deployment() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "RestApiId StageName StageDescription",
			later:    "DeploymentCanarySettings",
			silent:   "Description",
		},
		ref: func(e *evaluator, r *resource) (string, error) {
			return e.stack.apiID(resourceIDLength, "deployment", r.id), nil
		},
		link: func(l *loader, r *resource) error {
			in := l.reader(r.id+": ", r.line, r.properties)
			a := l.restAPIOf(in)
			if a == nil {
				return *in.err
			}
			l.checkProperties(a.LogicalID, r.properties, r.def.properties)
			if in.value("StageName") != nil {
				settings := in.under("StageDescription")
				l.checkProperties(a.LogicalID, settings.n, stageDescription)
				l.addStage(a, in, settings)
			}
			return *in.err
		},
	}
}

// stageSettings are the properties of a stage, and of a deployment's
// StageDescription, which has more.
var stageSettings = properties{
	honoured: "Variables MethodSettings",
	later:    "CacheClusterEnabled CacheClusterSize CacheDataEncrypted CacheTtlInSeconds CachingEnabled CanarySetting",
	silent: "AccessLogSetting ClientCertificateId DataTraceEnabled Description DocumentationVersion LoggingLevel " +
		"MetricsEnabled Tags TracingEnabled",
}

var stageDescription = stageSettings.and(properties{honoured: "ThrottlingBurstLimit ThrottlingRateLimit"})

func stageType() *resourceType {
	return &resourceType{
		properties: stageSettings.and(properties{honoured: "RestApiId StageName DeploymentId"}),
		ref:        func(e *evaluator, r *resource) (string, error) { return e.property(r, "StageName", "default") },
		link: func(l *loader, r *resource) error {
			in := l.reader(r.id+": ", r.line, r.properties)
			if a := l.restAPIOf(in); a != nil {
				l.checkProperties(a.LogicalID, r.properties, r.def.properties)
				l.addStage(a, in, in)
			}
			return *in.err
		},
	}
}

// addStage sets the stage of an API, unless it has one.
func (l *loader) addStage(a *API, in, settings reader) {
	name := in.required("StageName")
	in.checkStage(name)
	if a.Stage != "" {
		l.warnf(in.lineOf("StageName"), "%sstage %s of %s was left out: only the first, %s, is run", in.label, name, a.LogicalID, a.Stage)
		return
	}
	a.Stage = name
	a.apart = map[string]*node{"StageName": in.n.get("StageName"), "Variables": settings.n.get("Variables")}
	a.StageVariables = settings.textMap("Variables")
	l.readSettings(a, settings)
}
