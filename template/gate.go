package template

import (
	"regexp"
	"time"

	"lullaby/gateway"
	"lullaby/internal/schema"
)

// A Gate is what a method or a route asks of a request before its integration gets
// it. The zero Gate asks nothing. An HTTP API asks for an Authorization alone.
type Gate struct {
	Authorization *Authorization // nil: anyone may invoke it
	KeyRequired   bool           // one of the APIKeys that a UsagePlan gives the stage
	Checks        *Checks        // nil: none
}

// Checks are what a request validator looks at.
type Checks struct {
	Parameters []gateway.Value           // that must be there and not blank: headers, then path, then query
	Models     map[string]*schema.Schema // of the body, by content type in lower case, $default for others; nil: not checked
}

// A Forward is one method of one resource path that API Gateway sends on to an HTTP
// endpoint.
type Forward struct {
	Source
	Gate
	Method     string // as Route has it
	Path       string
	Limits     *gateway.MethodLimits // nil: the stage sets none
	Timeout    time.Duration         // as Route has it
	URL        string                // http or https, with {name} for parameters of the path
	Verb       string                // of the request to the endpoint; empty: the client's
	Whole      bool                  // HTTP_PROXY: everything is passed on; else what Parameters say, and the body
	Parameters []Mapped              // of the request to the endpoint: headers, path, query
	Answers    []Answer              // of what is not Whole, in order; one without a Pattern takes what is left
}

// A Mapped is a parameter with what it is mapped from.
type Mapped struct {
	To   gateway.From // gateway.Header, Path or Query
	Name string
	From gateway.Value
}

// An Answer is an integration response of an HTTP integration.
type Answer struct {
	Pattern *regexp.Regexp // of statuses of the endpoint; nil: of all others
	Status  int
	Headers []Mapped
}

// A GatewayResponse replaces answers of the gateway's own.
type GatewayResponse struct {
	Source
	Type      string // THROTTLED, DEFAULT_4XX, ...
	Status    int    // 0: the type's
	Headers   []Mapped
	Templates []BodyTemplate // empty: the body stays
}

// A BodyTemplate makes a body of a content type.
type BodyTemplate struct {
	ContentType string
	Text        gateway.Text
}

// An APIKey is an AWS::ApiGateway::ApiKey, or the one that SAM makes for a usage plan.
type APIKey struct {
	Source
	LogicalID string
	ID        string // ten characters
	Name      string
	Value     string // 20 to 128 characters
	Generated bool   // the template has no value: this one is made of the stack's name
	Enabled   bool
}

// A UsagePlan is an AWS::ApiGateway::UsagePlan, or the one that SAM makes for an API.
type UsagePlan struct {
	Source
	LogicalID string
	ID        string                // six characters
	Limits    *gateway.MethodLimits // of each key, over all Stages; nil: none
	Stages    []PlanStage
	Keys      []*APIKey
}

// A PlanStage is a stage that the keys of a usage plan open.
type PlanStage struct {
	APIID, Stage string
	Methods      map[string]gateway.MethodLimits // of each key, by path and method: /item/POST
}
