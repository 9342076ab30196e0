package template

import "slices"

// The ids that SAM generates from a resource, as far as a template can know them
// (docs/aws/templates.md#generated-ids). Those with a hash at the end cannot be
// known, and SAM has names with a dot for them.

// An expansion adds the resources that SAM generates from one resource.
type expansion struct {
	of  *resource
	add func(*resource)
}

// generate adds a resource. It may be referred to and is not read.
func (x expansion) generate(id, typ string, properties *node) {
	x.add(&resource{
		id: id, typ: typ, line: x.of.line, properties: properties,
		condition: x.of.condition, exists: x.of.exists, generated: true,
	})
}

// function adds the role, version, alias, URL and events of a function. The role
// has the function's Policies.
func (x expansion) function(text func(*node) string) {
	f := pair("FunctionName", refNode(x.of.id, x.of.line))
	x.role()
	if alias := x.of.properties.get("AutoPublishAlias"); alias != nil {
		x.generate(x.of.id+".Version", typeVersion, f)
		x.generate(x.of.id+".Alias", typeAlias, f.with("Name", alias))
		x.generate(x.of.id+"Alias"+text(alias), typeAlias, f.with("Name", alias))
	}
	if x.of.properties.get("FunctionUrlConfig") != nil {
		x.generate(x.of.id+"Url", typeURL, pair("TargetFunctionArn", refNode(x.of.id, x.of.line)))
		x.generate(x.of.id+"UrlPublicPermissions", typePermission, nil)
	}
	if invoke := x.of.properties.get("EventInvokeConfig"); invoke != nil {
		x.generate(x.of.id+"EventInvokeConfig", "AWS::Lambda::EventInvokeConfig", nil)
		x.generate(x.of.id+".DestinationQueue", typeQueue, nil)
		x.generate(x.of.id+".DestinationTopic", typeTopic, nil)
	}
	if x.of.properties.get("DeploymentPreference") != nil {
		x.generate(x.of.id+"DeploymentGroup", "AWS::CodeDeploy::DeploymentGroup", nil)
		x.generate("ServerlessDeploymentApplication", "AWS::CodeDeploy::Application", nil)
		x.generate("CodeDeployServiceRole", typeRole, nil)
	}
	x.events(text)
}

// role adds the role of a function or state machine that names none.
func (x expansion) role() {
	if x.of.properties.get("Role") != nil {
		return
	}
	var role *node
	if p := x.of.properties.get("Policies"); p != nil {
		role = pair("Policies", p)
	}
	x.generate(x.of.id+"Role", typeRole, role)
	x.of.dependsOn = append(slices.Clip(x.of.dependsOn), textNode(x.of.id+"Role", x.of.line))
}

// eventTypes are the types of resources that SAM generates from an event, with
// the id of the function or state machine and then the event's. Events with
// other types have a permission only.
var eventTypes = map[string]string{
	"CloudWatchEvent": "AWS::Events::Rule", "EventBridgeRule": "AWS::Events::Rule", "Schedule": "AWS::Events::Rule",
	"ScheduleV2": "AWS::Scheduler::Schedule", "SNS": typeSubscription, "IoTRule": "AWS::IoT::TopicRule",
	"CloudWatchLogs": "AWS::Logs::SubscriptionFilter",
	"DynamoDB":       typeMapping, "Kinesis": typeMapping, "SQS": typeMapping, "MSK": typeMapping, "MQ": typeMapping,
	"SelfManagedKafka": typeMapping, "DocumentDB": typeMapping,
}

// events adds what SAM generates from the events of a function or state machine.
func (x expansion) events(text func(*node) string) {
	for _, f := range x.of.properties.get("Events").entries() {
		id := x.of.id + f.key
		typ := text(f.value.get("Type"))
		if generated := eventTypes[typ]; generated != "" {
			var properties *node
			if topic := f.value.get("Properties").get("Topic"); typ == "SNS" && topic != nil {
				properties = pair("TopicArn", topic)
			}
			x.generate(id, generated, properties)
		}
		x.generate(id+"Permission", typePermission, nil)
		x.generate(id+"Role", typeRole, nil)
		switch typ {
		case "Api":
			x.generate(id+"Permission"+implicitStage, typePermission, nil)
			x.generate(id+"PermissionTest", typePermission, nil)
		case "SNS":
			x.generate(id+"Queue", typeQueue, nil)
			x.generate(id+"QueuePolicy", typeQueuePolicy, nil)
			x.generate(id+"EventSourceMapping", typeMapping, nil)
		}
	}
}

// api adds the stage, the deployment, the authorizers and the keys of an API.
func (x expansion) api(text func(*node) string) {
	api := pair("RestApiId", refNode(x.of.id, x.of.line))
	stage := x.of.properties.get("StageName")
	if stage != nil {
		api = api.with("StageName", stage)
	}
	x.generate(x.of.id+".Stage", typeStage, api)
	x.generate(x.of.id+".Deployment", typeDeployment, api)
	x.generate(x.of.id+text(stage)+"Stage", typeStage, api)
	x.generate(x.of.id+"Stage", typeStage, api)
	x.authorizers()
	if x.of.properties.get("Auth").get("UsagePlan") != nil {
		for _, prefix := range []string{x.of.id, "Serverless"} {
			x.generate(prefix+"UsagePlan", typeUsagePlan, nil)
			x.generate(prefix+"ApiKey", typeAPIKey, nil)
			x.generate(prefix+"UsagePlanKey", typeUsagePlanKey, nil)
		}
	}
}

// authorizers adds the permissions of an API's authorizers.
func (x expansion) authorizers() {
	for _, a := range x.of.properties.get("Auth").get("Authorizers").entries() {
		x.generate(x.of.id+a.key+"AuthorizerPermission", typePermission, nil)
	}
}

// httpAPI adds the stage and the authorizers of an HTTP API.
func (x expansion) httpAPI(text func(*node) string) {
	x.authorizers()
	stage := x.of.properties.get("StageName")
	name := pair("StageName", textNode(defaultStage, x.of.line))
	if stage != nil {
		name = pair("StageName", stage)
	}
	x.generate(x.of.id+".Stage", typeHTTPStage, name)
	x.generate(x.of.id+"ApiGatewayDefaultStage", typeHTTPStage, name)
	x.generate(x.of.id+text(stage)+"Stage", typeHTTPStage, name)
}

// stateMachine adds the role, version, alias and events of a state machine.
func (x expansion) stateMachine(text func(*node) string) {
	x.role()
	x.generate(x.of.id+".Version", "AWS::StepFunctions::StateMachineVersion", nil)
	x.generate(x.of.id+".Alias", "AWS::StepFunctions::StateMachineAlias", nil)
	x.generate(x.of.id+"Alias"+text(x.of.properties.get("AutoPublishAlias")), "AWS::StepFunctions::StateMachineAlias", nil)
	x.events(text)
}
