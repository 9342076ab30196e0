package template

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strings"

	"lullaby/gateway"
	"lullaby/internal/schema"
)

// Models and request validators (docs/aws/gateway.md#request-validation).

// A model is a JSON schema of an API.
type model struct {
	id   string // logical id of the resource or API that has it
	line int
	text []byte // JSON; nil: it could not be read
}

// A validator says what is checked of requests.
type validator struct{ body, parameters bool }

// A check is what a method says of its validation. Models are known by name once
// all are read.
type check struct {
	gate       *Gate
	api        *API
	of         string // logical id, for what is left out
	line       int
	validator  validator
	parameters []gateway.Value   // required ones
	models     map[string]string // names by content type
}

func modelType() *resourceType {
	return &resourceType{
		properties: properties{honoured: "ContentType Name RestApiId Schema", silent: "Description"},
		ref: func(e *evaluator, r *resource) (string, error) {
			return e.property(r, "Name", e.stack.token(apiIDLength, "model", r.id))
		},
		read: (*loader).readModel,
	}
}

func (l *loader) readModel(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	name := l.nameOf(r, in)
	api := in.required("RestApiId")
	if v := in.value("Schema"); v != nil && *in.err == nil {
		l.addModel(api, name, model{id: r.id, line: v.line}, v)
	}
	return *in.err
}

// addModel adds a model of the API with a physical id.
func (l *loader) addModel(api, name string, m model, n *node) {
	text, err := l.jsonOf(n)
	if errors.Is(err, errNotHere) {
		l.omit(m.line, m.id, "models with values that are on AWS only")
	} else {
		l.add(err)
	}
	m.text = text
	if l.models[api] == nil {
		l.models[api] = make(map[string]model)
	}
	l.models[api][name] = m
}

// definitionRef matches a reference to a schema of a document, in JSON.
var definitionRef = regexp.MustCompile(`"\$ref":"#/(?:definitions|components/schemas)/([^"/]+)"`)

// addDefinition adds a schema of an API's document as a model, as API Gateway does:
// references to others in the document are to models.
func (l *loader) addDefinition(a *API, name string, n *node) {
	l.addModel(a.ID, name, model{id: a.LogicalID, line: n.line}, n)
	if m := l.models[a.ID][name]; m.text != nil {
		m.text = definitionRef.ReplaceAll(m.text, []byte(`"$$ref":"`+modelURL(a.ID, "$1")+`"`))
		l.models[a.ID][name] = m
	}
}

func requestValidator() *resourceType {
	id := func(e *evaluator, r *resource) (string, error) {
		return e.stack.apiID(resourceIDLength, "validator", r.id), nil
	}
	return &resourceType{
		properties: properties{honoured: "RestApiId ValidateRequestBody ValidateRequestParameters", silent: "Name"},
		ref:        id,
		attributes: attributes{"RequestValidatorId": id},
		read: func(l *loader, r *resource) error {
			in := l.reader(r.id+": ", r.line, r.properties)
			l.validators[l.nameOf(r, in)] = validator{in.truth("ValidateRequestBody"), in.truth("ValidateRequestParameters")}
			return *in.err
		},
	}
}

// readChecks reads the validation of a method.
func (l *loader) readChecks(a *API, of string, g *Gate, in reader) {
	id := in.text("RequestValidatorId", "")
	v, known := l.validators[id]
	if id == "" {
		return
	}
	if !known {
		l.omit(in.lineOf("RequestValidatorId"), of, "request validators outside the template")
		return
	}
	c := &check{gate: g, api: a, of: of, line: in.line, validator: v, models: in.textMap("RequestModels")}
	parameters := in.under("RequestParameters")
	for _, f := range parameters.n.entries() {
		c.require(f.key, parameters.truth(f.key))
	}
	l.checks = append(l.checks, c)
}

// require adds a parameter, method.request.LOCATION.NAME, if it is required.
func (c *check) require(parameter string, required bool) {
	if v, ok := gateway.ParseValue(parameter); ok && required {
		c.parameters = append(c.parameters, v)
	}
}

// requestModel are the keys of RequestModel in an event of type Api.
var requestModel = properties{honoured: "Model Required ValidateBody ValidateParameters"}

// readEventChecks reads the validation of an event of type Api.
func (l *loader) readEventChecks(a *API, of string, g *Gate, in reader) {
	asked := in.under("RequestModel")
	l.checkProperties(of, asked.n, requestModel)
	c := &check{
		gate: g, api: a, of: of, line: in.line,
		validator: validator{asked.truth("ValidateBody"), asked.truth("ValidateParameters")},
	}
	if name := asked.text("Model", ""); name != "" {
		c.models = map[string]string{"application/json": name}
		if _, known := l.models[a.ID][name]; !known && *in.err == nil {
			in.fail(asked.lineOf("Model"), "%s: Unable to set RequestModel [%s] on API method [%s] for path [%s] because it wasn't defined in the API's Models.",
				strings.TrimSuffix(in.label, ".Properties."), name, strings.ToLower(in.text("Method", "")), in.text("Path", ""))
		}
	}
	for i, n := range in.list("RequestParameters") {
		if n.kind == scalar {
			continue // not required
		}
		one := in.item("RequestParameters", i, n)
		for _, f := range one.n.entries() {
			c.require(f.key, one.under(f.key).truth("Required"))
		}
	}
	l.checks = append(l.checks, c)
}

// settleChecks gives methods their checks. All models are known.
func (l *loader) settleChecks() {
	compiled := make(map[string]map[string]*schema.Schema) // by API and name
	for _, a := range l.t.APIs {
		compiled[a.ID] = l.compileModels(a)
	}
	for _, c := range l.checks {
		checks := new(Checks)
		if c.validator.parameters {
			checks.Parameters = c.parameters
			slices.SortFunc(checks.Parameters, func(x, y gateway.Value) int {
				return cmp.Or(cmp.Compare(rankOf(x.From), rankOf(y.From)), strings.Compare(x.Name, y.Name))
			})
		}
		for contentType, name := range c.models {
			_, known := l.models[c.api.ID][name]
			s := compiled[c.api.ID][name]
			switch {
			case !c.validator.body || known && s == nil || name == "Empty" || name == "Error": // API Gateway's own models
			case !known:
				l.add(l.errorf(c.line, "%s: Invalid model identifier specified: %s", c.of, name))
			default:
				if checks.Models == nil {
					checks.Models = make(map[string]*schema.Schema)
				}
				checks.Models[strings.ToLower(contentType)] = s
			}
		}
		if checks.Parameters != nil || checks.Models != nil {
			c.gate.Checks = checks
		}
	}
}

// rankOf gives the order in which a refusal names parameters.
func rankOf(f gateway.From) int {
	return slices.Index([]gateway.From{gateway.Header, gateway.Path, gateway.Query}, f)
}

// modelURL is how one model of an API refers to another.
func modelURL(api, name string) string {
	return "https://apigateway.amazonaws.com/restapis/" + api + "/models/" + name
}

// compileModels returns the schemas of an API's models. It refuses what is no
// schema.
func (l *loader) compileModels(a *API) map[string]*schema.Schema {
	texts := make(map[string][]byte)
	for name, m := range l.models[a.ID] {
		if m.text != nil {
			texts[modelURL(a.ID, name)] = m.text
		}
	}
	all := make(map[string]*schema.Schema)
	for name, m := range l.models[a.ID] {
		if m.text == nil {
			continue
		}
		s, err := schema.Compile(modelURL(a.ID, name), texts)
		switch {
		case errors.Is(err, schema.ErrPattern):
			l.omit(m.line, m.id, "models with patterns of Java's")
		case err != nil:
			l.add(l.errorf(m.line, "%s: Invalid model specified: %s: %v", m.id, name, err))
		default:
			all[name] = s
		}
	}
	return all
}
