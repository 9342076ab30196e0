package template

import (
	"strings"

	"lullaby/lambda"
)

// resourceTypes returns the known types. It is a function because readers
// evaluate references, which look it up again.
func resourceTypes() typeTable {
	return typeTable{
		typeServerlessFunction:         serverlessFunction(),
		typeServerlessAPI:              serverlessAPI(),
		"AWS::Serverless::SimpleTable": simpleTable(),
		"AWS::Serverless::Connector":   connector(),

		"AWS::DynamoDB::Table":       dynamoTable(),
		"AWS::DynamoDB::GlobalTable": globalTable(),

		typeQueue:             queue(),
		typeQueuePolicy:       queuePolicy(),
		typeQueueInlinePolicy: queueInlinePolicy(),

		typeScalableTarget: scalableTarget(),
		typeScalingPolicy:  scalingPolicy(),

		typeAlarm:          metricAlarm(),
		typeCompositeAlarm: compositeAlarm(),
		typeDashboard:      dashboard(),

		typeTopic:             topic(),
		typeTopicPolicy:       topicPolicy(),
		typeTopicInlinePolicy: topicInlinePolicy(),
		typeSubscription:      subscription(),

		typeHTTPAPI:                                     serverlessHTTPAPI(),
		"AWS::ApiGatewayV2::Api":                        httpAPI(),
		"AWS::ApiGatewayV2::Route":                      httpRoute(),
		"AWS::ApiGatewayV2::Integration":                httpIntegration(),
		"AWS::ApiGatewayV2::Deployment":                 httpDeployment(),
		"AWS::ApiGatewayV2::ApiGatewayManagedOverrides": managedOverrides(),
		typeHTTPStage:                                   httpStage(),
		typeURL:                                         lambdaURL(),

		"AWS::Lambda::Function":         lambdaFunction(),
		"AWS::Lambda::LayerVersion":     lambdaLayer(),
		"AWS::Serverless::LayerVersion": serverlessLayer(),
		typeVersion:                     {ref: qualifiedARN("1"), attributes: attributes{"Version": constant("1")}},
		typeAlias:                       {ref: aliasARN},
		typePermission:                  {},
		typeMapping:                     eventSourceMapping(),

		"AWS::ApiGateway::RestApi":      restAPI(),
		"AWS::ApiGateway::Resource":     pathResource(),
		"AWS::ApiGateway::Method":       method(),
		"AWS::ApiGateway::Account":      {},
		"AWS::ApiGateway::Authorizer":   restAuthorizer(),
		"AWS::ApiGatewayV2::Authorizer": httpAuthorizer(),

		"AWS::ApiGateway::GatewayResponse":  gatewayResponse(),
		"AWS::ApiGateway::Model":            modelType(),
		"AWS::ApiGateway::RequestValidator": requestValidator(),

		"AWS::CDK::Metadata": {},
		typeAPIKey:           apiKey(),
		typeUsagePlan:        usagePlan(),
		typeUsagePlanKey:     usagePlanKey(),
		typeDeployment:       deployment(),
		typeStage:            stageType(),

		typeRole:              {ref: named("RoleName", 64), attributes: attributes{"Arn": roleARN, "RoleId": roleID}},
		typePolicy:            {},
		typeManagedPolicy:     {},
		"AWS::Logs::LogGroup": {ref: named("LogGroupName", 512), attributes: attributes{"Arn": logGroupARN}},

		"AWS::S3::Bucket":       {definesOnly: "ServerlessDeploymentBucket", ref: bucketName, attributes: attributes{"Arn": bucketARN}},
		"AWS::S3::BucketPolicy": {definesOnly: "ServerlessDeploymentBucketPolicy"},
	}
}

// attributes are the values of Fn::GetAtt, by name.
type attributes map[string]func(*evaluator, *resource) (string, error)

func constant(s string) func(*evaluator, *resource) (string, error) {
	return func(*evaluator, *resource) (string, error) { return s, nil }
}

// named returns the name in a property, or a generated one of at most limit
// characters.
func named(property string, limit int) func(*evaluator, *resource) (string, error) {
	return func(e *evaluator, r *resource) (string, error) {
		return e.property(r, property, e.stack.physicalName(r.id, limit))
	}
}

// property returns the string in a property of r, fallback if it is absent.
func (e *evaluator) property(r *resource, name, fallback string) (string, error) {
	in := e.reader(r.id+": ", r.line, r.properties)
	return in.text(name, fallback), *in.err
}

// arnOf returns an ARN that ends in prefix and the value of Ref.
func arnOf(service, prefix string) func(*evaluator, *resource) (string, error) {
	return func(e *evaluator, r *resource) (string, error) {
		id, err := e.identify(r)
		return e.stack.scope.ARN(service, prefix+id), err
	}
}

// qualifiedARN returns the ARN of a version or alias. The function is in
// FunctionName, as a name or an ARN.
func qualifiedARN(qualifier string) func(*evaluator, *resource) (string, error) {
	return func(e *evaluator, r *resource) (string, error) {
		name, err := e.property(r, "FunctionName", "")
		function, _ := functionIn(name)
		return lambda.FunctionARN(e.stack.scope, function, qualifier), err
	}
}

func aliasARN(e *evaluator, r *resource) (string, error) {
	name, err := e.property(r, "Name", "")
	if err != nil {
		return "", err
	}
	return qualifiedARN(name)(e, r)
}

func roleARN(e *evaluator, r *resource) (string, error) {
	name, err := e.identify(r)
	return e.stack.scope.Global("iam", "role/"+name), err
}

func logGroupARN(e *evaluator, r *resource) (string, error) {
	name, err := e.identify(r)
	return e.stack.scope.ARN("logs", "log-group:"+name+":*"), err
}

func bucketName(e *evaluator, r *resource) (string, error) {
	return e.property(r, "BucketName", strings.ToLower(e.stack.physicalName(r.id, 63)))
}

// tableID returns the identifier of a table, a UUID on AWS.
func tableID(e *evaluator, r *resource) (string, error) {
	return strings.ToLower(e.stack.token(32, "table", r.id)), nil
}

func bucketARN(e *evaluator, r *resource) (string, error) {
	name, err := e.identify(r)
	return "arn:" + e.stack.scope.Partition + ":s3:::" + name, err
}

// roleID returns the unique identifier of a role, AROA and 17 characters.
func roleID(e *evaluator, r *resource) (string, error) {
	return "AROA" + e.stack.token(17, "role", r.id), nil
}
