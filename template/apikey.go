package template

import (
	"slices"
	"strings"

	"lullaby/gateway"
)

// API keys and usage plans (docs/aws/gateway.md#usage-plans).

// Lengths of an API key and of one that AWS generates, in characters.
const (
	minAPIKey       = 20
	maxAPIKey       = 128
	generatedAPIKey = 40
)

func apiKey() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "Enabled Name Value GenerateDistinctId",
			silent:   "CustomerId Description StageKeys Tags",
		},
		ref:        keyID,
		attributes: attributes{"APIKeyId": keyID},
		read:       (*loader).readAPIKey,
	}
}

func keyID(e *evaluator, r *resource) (string, error) {
	return e.stack.apiID(apiIDLength, "key", r.id), nil
}

func (l *loader) readAPIKey(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	k := l.newAPIKey(in.source(r.line, nil), r.id)
	k.Name = in.text("Name", l.stack.physicalName(r.id, maxName))
	k.Enabled = in.truth("Enabled")
	if value := in.text("Value", ""); value != "" {
		k.Value, k.Generated = value, false
	}
	if n := len(k.Value); n < minAPIKey {
		in.refuse("Value", "should be at least %d characters, as AWS says of an API key", minAPIKey)
	} else if n > maxAPIKey {
		in.refuse("Value", "has %d characters; an API key has at most %d", n, maxAPIKey)
	}
	if !k.Enabled && *in.err == nil {
		l.warnOf(in.lineOf("Enabled"), r.id, "a key without Enabled: true is refused")
	}
	if *in.err == nil {
		l.t.APIKeys = append(l.t.APIKeys, k)
	}
	return *in.err
}

// newAPIKey returns a key with a value that is the same at every start.
func (l *loader) newAPIKey(at Source, id string) *APIKey {
	value := l.stack.token(generatedAPIKey, "key's value", id)
	return &APIKey{
		Source: at, LogicalID: id, ID: l.stack.apiID(apiIDLength, "key", id),
		Name: l.stack.physicalName(id, maxName), Value: value, Generated: true,
	}
}

func usagePlan() *resourceType {
	return &resourceType{
		properties: properties{
			honoured: "ApiStages Throttle UsagePlanName",
			later:    "Quota",
			silent:   "Description Tags",
		},
		ref:        planID,
		attributes: attributes{"Id": planID},
		read:       (*loader).readUsagePlan,
		link:       (*loader).linkUsagePlan,
	}
}

func planID(e *evaluator, r *resource) (string, error) {
	return e.stack.apiID(resourceIDLength, "plan", r.id), nil
}

// readUsagePlan reads what a plan lets its keys do.
func (l *loader) readUsagePlan(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	p := &UsagePlan{Source: in.source(r.line, planFields), LogicalID: r.id, ID: l.nameOf(r, in)}
	throttle := in.under("Throttle")
	if limits, set := throttle.limits("RateLimit", "BurstLimit"); set {
		p.Limits = &limits
	}
	l.t.Plans = append(l.t.Plans, p)
	return *in.err
}

// linkUsagePlan adds the stages that a plan opens.
func (l *loader) linkUsagePlan(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	p := l.planOf(l.nameOf(r, in))
	for i, item := range in.list("ApiStages") {
		at := in.item("ApiStages", i, item)
		stage := PlanStage{APIID: at.required("ApiId"), Stage: at.required("Stage")}
		if *at.err == nil && l.apis[stage.APIID] == nil {
			l.omit(at.line, r.id, "stages of APIs outside the template")
			continue
		}
		stage.Methods = at.planMethods("Throttle")
		p.Stages = append(p.Stages, stage)
	}
	return *in.err
}

// planMethods reads limits of methods, by path and method.
func (r reader) planMethods(key string) map[string]gateway.MethodLimits {
	in := r.under(key)
	var all map[string]gateway.MethodLimits
	for _, f := range in.n.entries() {
		if limits, set := in.under(f.key).limits("RateLimit", "BurstLimit"); set {
			if all == nil {
				all = make(map[string]gateway.MethodLimits)
			}
			all["/"+strings.TrimLeft(f.key, "/")] = limits
		}
	}
	return all
}

func (l *loader) planOf(id string) *UsagePlan {
	if i := slices.IndexFunc(l.t.Plans, func(p *UsagePlan) bool { return p.ID == id }); i >= 0 {
		return l.t.Plans[i]
	}
	return nil
}

func usagePlanKey() *resourceType {
	return &resourceType{
		properties: properties{honoured: "KeyId KeyType UsagePlanId"},
		ref: func(e *evaluator, r *resource) (string, error) {
			in := e.reader(r.id+": ", r.line, r.properties)
			return in.text("KeyId", "") + ":" + in.text("UsagePlanId", ""), *in.err
		},
		link: (*loader).linkUsagePlanKey,
	}
}

// linkUsagePlanKey adds a key to a plan.
func (l *loader) linkUsagePlanKey(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	in.oneOf("KeyType", "", "API_KEY")
	id, plan := in.required("KeyId"), in.required("UsagePlanId")
	if *in.err != nil {
		return *in.err
	}
	p := l.planOf(plan)
	i := slices.IndexFunc(l.t.APIKeys, func(k *APIKey) bool { return k.ID == id })
	if p == nil || i < 0 {
		l.omit(r.line, r.id, "keys and usage plans outside the template")
		return nil
	}
	p.Keys = append(p.Keys, l.t.APIKeys[i])
	return nil
}

// samUsagePlan are the keys of a SAM API's UsagePlan.
var samUsagePlan = properties{
	honoured: "CreateUsagePlan Throttle",
	later:    "Quota",
	silent:   "Description Tags UsagePlanName",
}

// readUsagePlanOf makes the usage plan and the key of a SAM API, as SAM does: of the
// API alone, or one that all APIs with SHARED have together.
func (l *loader) readUsagePlanOf(a *API, auth reader) {
	if auth.value("UsagePlan") == nil {
		return
	}
	in := auth.under("UsagePlan")
	l.checkProperties(a.LogicalID, in.n, samUsagePlan)
	prefix := a.LogicalID
	switch in.oneOf("CreateUsagePlan", "NONE", "PER_API", "SHARED", "NONE") {
	case "NONE":
		return
	case "SHARED":
		prefix = "Serverless"
	}
	id := prefix + "UsagePlan"
	stage := PlanStage{APIID: a.ID, Stage: a.Stage}
	if p := l.planOf(l.stack.apiID(resourceIDLength, "plan", id)); p != nil {
		p.Stages = append(p.Stages, stage)
		return
	}
	source := in.source(in.line, planFields)
	key := l.newAPIKey(source, prefix+"ApiKey")
	key.Enabled = true
	p := &UsagePlan{
		Source: source, LogicalID: id, ID: l.stack.apiID(resourceIDLength, "plan", id),
		Stages: []PlanStage{stage}, Keys: []*APIKey{key},
	}
	throttle := in.under("Throttle")
	if limits, set := throttle.limits("RateLimit", "BurstLimit"); set {
		p.Limits = &limits
	}
	l.t.APIKeys, l.t.Plans = append(l.t.APIKeys, key), append(l.t.Plans, p)
}

// readAuth reads the API keys in Auth of a SAM API. It returns whether methods
// require one, and whether preflights do then.
func (l *loader) readAuth(a *API, in reader) {
	auth := in.under("Auth")
	l.keyed[a] = samKeys{
		methods:    auth.truth("ApiKeyRequired"),
		preflights: auth.truth("ApiKeyRequired") && auth.text("AddApiKeyRequiredToCorsPreflight", "true") == "true",
	}
	l.readUsagePlanOf(a, auth)
}

// samKeys says which methods of a SAM API require an API key.
type samKeys struct{ methods, preflights bool }
