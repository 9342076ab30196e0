package template

// What AWS::ApiGatewayV2::ApiGatewayManagedOverrides changes of an API's quick create
// (docs/aws/templates.md#http-apis).

func managedOverrides() *resourceType {
	return &resourceType{
		properties: properties{honoured: "ApiId Integration Stage", later: "Route"},
		link: func(l *loader, r *resource) error {
			l.overrides = append(l.overrides, r)
			return nil
		},
	}
}

// Keys of Integration and Stage of overrides.
var (
	overriddenIntegration = properties{honoured: "PayloadFormatVersion TimeoutInMillis", silent: "Description IntegrationMethod"}
	overriddenStage       = properties{honoured: "StageVariables DefaultRouteSettings RouteSettings AutoDeploy", silent: "AccessLogSettings Description"}
)

// override changes what quick create has made of an API. All routes are known.
func (l *loader) override(r *resource) error {
	in := l.reader(r.id+": ", r.line, r.properties)
	a := l.httpAPIOf(in, r, "overrides")
	if a == nil {
		return *in.err
	}
	route := l.quick[a]
	if route == nil {
		l.warnOf(r.line, r.id, "left out: overrides of an API without a quick create")
		return *in.err
	}
	if to := in.under("Integration"); to.n != nil {
		l.checkProperties(a.LogicalID, to.n, overriddenIntegration)
		route.Payload = to.payload("PayloadFormatVersion", route.Payload)
		route.Timeout = to.httpTimeout("TimeoutInMillis")
		route.apart = map[string]*node{"Payload": to.n.get("PayloadFormatVersion"), "Timeout": to.n.get("TimeoutInMillis")}
	}
	if stage := in.under("Stage"); stage.n != nil {
		l.checkProperties(a.LogicalID, stage.n, overriddenStage)
		a.StageVariables = stage.textMap("StageVariables")
		a.apart = map[string]*node{"StageVariables": stage.n.get("StageVariables")}
		l.readRouteSettings(a, stage)
	}
	return *in.err
}
