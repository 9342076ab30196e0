package rest

import (
	"lullaby/gateway"
	"lullaby/gateway/edge"
	"lullaby/instant"
	"lullaby/template"
)

// apiKeyHeader is where clients send their API key (docs/aws/gateway.md#api-keys).
const apiKeyHeader = "X-Api-Key"

// Keys are the API keys of a stack, as its usage plans let them in. Make them with
// NewKeys, for all APIs together: a plan counts the requests of a key at all its
// stages (docs/aws/gateway.md#usage-plans). Safe for concurrent use.
type Keys struct {
	stages map[stageKey]map[string]*access
}

// A stageKey names one stage of one API.
type stageKey struct{ api, name string }

// An access is what a key may do at a stage.
type access struct {
	id, value string
	throttle  *edge.Throttle            // of the plan; nil: none
	methods   map[string]*edge.Throttle // by path and method
}

// NewKeys returns the keys of a template that are enabled. unlimited lifts the
// throttles of usage plans. Assumed: of two plans that let a key in at one stage,
// which AWS refuses, the first counts.
func NewKeys(t *template.Template, unlimited bool) *Keys {
	k := &Keys{stages: make(map[stageKey]map[string]*access)}
	for _, plan := range t.Plans {
		for _, key := range plan.Keys {
			if !key.Enabled {
				continue
			}
			throttle := edge.NewMethodThrottle(plan.Limits, unlimited)
			for _, s := range plan.Stages {
				at := stageKey{s.APIID, s.Stage}
				if k.stages[at] == nil {
					k.stages[at] = make(map[string]*access)
				}
				if k.stages[at][key.Value] == nil {
					k.stages[at][key.Value] = newAccess(key, throttle, &s, unlimited)
				}
			}
		}
	}
	return k
}

func newAccess(key *template.APIKey, throttle *edge.Throttle, s *template.PlanStage, unlimited bool) *access {
	a := &access{id: key.ID, value: key.Value, throttle: throttle, methods: make(map[string]*edge.Throttle)}
	for name, limits := range s.Methods {
		a.methods[name] = edge.NewMethodThrottle(&limits, unlimited)
	}
	return a
}

// of returns the keys of a stage, by value.
func (k *Keys) of(api, name string) map[string]*access {
	if k == nil {
		return nil
	}
	return k.stages[stageKey{api, name}]
}

// take takes a token of the plan for a method, or of the plan. It reports false if
// there is none.
func (a *access) take(now instant.Instant, method string) bool {
	throttle := a.throttle
	if own := a.methods[method]; own != nil {
		throttle = own
	}
	return throttle == nil || throttle.Take(now)
}

// takeKey looks at the API key of a request, and takes a token of its plan.
func (x *exchange) takeKey(now instant.Instant, key string) gateway.Refusal {
	if x.access = x.api.keys[key]; x.access == nil {
		return gateway.NoKey
	}
	if !x.access.take(now, x.endpoint.planMethod) {
		return gateway.Throttled
	}
	return 0
}
