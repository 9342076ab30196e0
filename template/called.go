package template

import (
	"slices"
	"strings"

	"lullaby/internal/awsservice"
)

// The services that policies let functions call, whether Lullaby has them or not.

// call adds a service to those that f may call; empty: none.
func (f *Function) call(service string) {
	if i, known := slices.BinarySearch(f.Services, service); !known && service != "" {
		f.Services = slices.Insert(f.Services, i, service)
	}
}

// calledBy returns the service that an action such as s3:GetObject lets a function call,
// empty if none: an action on everything names no service, and some are not calls of the
// function's, but what Lambda does for it (docs/aws/templates.md#what-lambda-does-itself).
func calledBy(action string) string {
	prefix, verb, ok := strings.Cut(strings.ToLower(action), ":")
	if !ok || !awsservice.Valid(prefix) {
		return ""
	}
	begins := func(verbs ...string) bool {
		return slices.ContainsFunc(verbs, func(v string) bool { return strings.HasPrefix(verb, v) })
	}
	switch {
	case prefix == "xray",
		prefix == "logs" && !begins("get", "filter", "start", "describe"),
		prefix == "ec2" && (strings.Contains(verb, "networkinterface") || strings.Contains(verb, "privateipaddresses") || begins("describesubnets", "describesecuritygroups", "describevpcs")),
		prefix == "iam" && begins("pass"),
		prefix == "execute-api" && begins("invoke"):
		return ""
	}
	return awsservice.Named(prefix)
}

// policyService returns the service of one of SAM's policy templates or of one of AWS's
// managed policies, by its name or its ARN, empty if it is not known
// (docs/aws/templates.md#policy-templates).
func policyService(policy string) string {
	name := policy[strings.LastIndex(policy, "/")+1:]
	name = strings.TrimPrefix(strings.TrimPrefix(name, "Amazon"), "AWS")
	for _, p := range policyServices {
		if strings.HasPrefix(name, p.begin) {
			return p.service
		}
	}
	return ""
}

// policyServices are the services of policies by how their names begin, without Amazon or
// AWS. The first counts.
var policyServices = []struct{ begin, service string }{
	{"AMI", "ec2"},
	{"Acm", "acm"},
	{"Athena", "athena"},
	{"Bedrock", "bedrock"},
	{"CloudFormation", "cloudformation"},
	{"CloudWatchEvents", "events"},
	{"CloudWatchLogs", "logs"},
	{"CloudWatch", "monitoring"},
	{"CodeCommit", "codecommit"},
	{"CodePipeline", "codepipeline"},
	{"Cognito", "cognito-idp"},
	{"Comprehend", "comprehend"},
	{"CostExplorer", "ce"},
	{"DynamoDB", "dynamodb"},
	{"EC2", "ec2"},
	{"EFS", "elasticfilesystem"},
	{"EKS", "eks"},
	{"Ecs", "ecs"},
	{"ElasticMapReduce", "elasticmapreduce"},
	{"Elasticsearch", "es"},
	{"EventBridge", "events"},
	{"FilterLogEvents", "logs"},
	{"Firehose", "firehose"},
	{"KMS", "kms"},
	{"KeyManagementService", "kms"},
	{"KinesisFirehose", "firehose"},
	{"Kinesis", "kinesis"},
	{"LambdaInvoke", "lambda"},
	{"MobileAnalytics", "mobileanalytics"},
	{"Organizations", "organizations"},
	{"Pinpoint", "mobiletargeting"},
	{"Polly", "polly"},
	{"RDSData", "rds-data"},
	{"Rekognition", "rekognition"},
	{"Route53", "route53"},
	{"S3", "s3"},
	{"SES", "ses"},
	{"SNS", "sns"},
	{"SQS", "sqs"},
	{"SSM", "ssm"},
	{"SageMaker", "sagemaker"},
	{"SecretsManager", "secretsmanager"},
	{"ServerlessRepo", "serverlessrepo"},
	{"StepFunctions", "states"},
	{"Textract", "textract"},
	{"Transcribe", "transcribe"},
	{"Translate", "translate"},
}

// grantManaged adds what a policy grants that is named or has an ARN: one of AWS's, or
// one of the template's.
func (l *loader) grantManaged(f *Function, policy string) {
	for _, r := range l.order {
		if id, err := l.identify(r); r.typ == typeManagedPolicy && r.readable() && err == nil && id == policy {
			l.grantDocument(f, r.properties.get("PolicyDocument"))
			return
		}
	}
	f.call(policyService(policy))
}

// connectedServices are the services that a function may call because of a connector, by
// the type of its destination (AWS SAM Developer Guide, "AWS SAM connector reference").
var connectedServices = map[string]string{
	"AWS::Events::EventBus":            "events",
	"AWS::Location::PlaceIndex":        "geo",
	"AWS::S3::Bucket":                  "s3",
	"AWS::Serverless::StateMachine":    "states",
	"AWS::StepFunctions::StateMachine": "states",
}
