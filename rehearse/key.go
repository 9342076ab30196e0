package rehearse

import (
	"fmt"
	"slices"
	"time"

	"lullaby/capacity"
	"lullaby/gateway"
	"lullaby/template"
)

// assumeKey notes that the clients of a route that requires an API key have keys
// enough: how many there are, and who sends how much, is not in a template, so usage
// plans throttle nobody here.
func (p *path) assumeKey(t *template.Template) {
	if p.door == nil || !p.door.keyed() {
		return
	}
	d := p.door
	opened := false
	for _, plan := range t.Plans {
		i := slices.IndexFunc(plan.Stages, func(s template.PlanStage) bool { return s.APIID == d.api.ID && s.Stage == d.api.Stage })
		if i < 0 || len(plan.Keys) == 0 {
			continue
		}
		opened = true
		limits := plan.Limits
		if own, set := plan.Stages[i].Methods[gateway.PlanMethod(d.path, d.method)]; set {
			limits = &own
		}
		if limits != nil {
			p.assume("no API key sends more to %s than %s lets it: %s", d.name, plan.LogicalID, limit(limits))
		}
	}
	if !opened {
		p.assume("%s lets in all its clients, though no usage plan has an API key for it", d.name)
	}
}

// assumeAuthorizer notes that the clients of a route with an authorizer are let in:
// who they are is not in a template. An authorizer's function is not invoked.
func (p *path) assumeAuthorizer() {
	if p.door == nil || p.door.asks == nil {
		return
	}
	switch a := p.door.asks.Authorizer; {
	case a == nil:
		p.assume("all clients of %s sign their requests", p.door.name)
	case a.Settings.Function != "":
		p.assume("%s lets in all its clients: its authorizer %s is not invoked, and takes no concurrency", p.door.name, a.Name)
	default:
		p.assume("%s lets in all its clients: they have tokens that its authorizer %s takes", p.door.name, a.Name)
	}
}

// keyed reports whether a door requires an API key.
func (d *door) keyed() bool {
	return d.api != nil && slices.ContainsFunc(d.api.Routes, func(r *template.Route) bool {
		return r.Method == d.method && r.Path == d.path && r.KeyRequired
	})
}

// limit returns the text of a throttle.
func limit(l *gateway.MethodLimits) string {
	rate := float64(l.Rate.Tokens) / float64(capacity.Unit) * float64(time.Second) / float64(l.Rate.Per)
	return fmt.Sprintf("%g a second, %d at once", rate, l.Burst)
}
