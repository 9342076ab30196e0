package template_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/template"
)

// What the policies of a function say about its tables, in SAM's words and in
// CloudFormation's.
func TestGrants(t *testing.T) {
	const onDemand = table + "      BillingMode: PAY_PER_REQUEST\n      TableName: orders\n"
	sam := func(policies string) string { return samHead + onDemand + fn + "      Policies:\n" + policies }
	plain := func(resources string) string {
		return plainHead + onDemand + "  F: {Type: AWS::Lambda::Function, Properties: {Code: f, Handler: bootstrap, Runtime: provided.al2023, Role: !GetAtt R.Arn}}\n" + resources
	}
	for _, tt := range []struct {
		name, text string
		want       []template.Grant
	}{
		{"policy template", sam("        - DynamoDBReadPolicy: {TableName: !Ref T}\n"), []template.Grant{{Table: "T", Read: true}}},
		{"two policy templates", sam("        - DynamoDBReadPolicy: {TableName: !Ref T}\n        - DynamoDBWritePolicy: {TableName: orders}\n"), []template.Grant{{Table: "T", Read: true, Write: true}}},
		{"statement", sam("        - Statement: [{Effect: Allow, Action: 'dynamodb:Get*', Resource: !GetAtt T.Arn}]\n"), []template.Grant{{Table: "T", Read: true}}},
		{"index of a table", sam("        - Statement: {Effect: Allow, Action: ['dynamodb:UpdateItem'], Resource: !Sub '${T.Arn}/index/*'}\n"), []template.Grant{{Table: "T", Write: true}}},
		{"connector", samHead + onDemand + fn + "  C: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: F}, Destination: [{Id: T}], Permissions: [Read, Write]}}\n", []template.Grant{{Table: "T", Read: true, Write: true}}},
		{"connector of the function", samHead + onDemand + fn + "    Connectors: {C: {Properties: {Destination: {Id: T}, Permissions: [Write]}}}\n", []template.Grant{{Table: "T", Write: true}}},
		{"denied", sam("        - Statement: [{Effect: Deny, Action: '*', Resource: !GetAtt T.Arn}]\n"), nil},
		{"another service", sam("        - Statement: [{Effect: Allow, Action: 'sqs:*', Resource: !GetAtt T.Arn}]\n"), nil},
		{"description of a table", sam("        - Statement: [{Effect: Allow, Action: 'dynamodb:DescribeTable', Resource: !GetAtt T.Arn}]\n"), nil},
		{"managed policy", sam("        - AWSLambdaBasicExecutionRole\n"), nil},
		{"role", plain("  R: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyDocument: {Statement: [{Effect: Allow, Action: 'dynamodb:*', Resource: !GetAtt T.Arn}]}}]}}\n"), []template.Grant{{Table: "T", Read: true, Write: true}}},
		{"policy of the role", plain("  R: {Type: AWS::IAM::Role}\n  P: {Type: AWS::IAM::Policy, Properties: {Roles: [!Ref R], PolicyDocument: {Statement: [{Effect: Allow, Action: [dynamodb:Query], Resource: [!GetAtt T.Arn]}]}}}\n"), []template.Grant{{Table: "T", Read: true}}},
		{"policy of another role", plain("  R: {Type: AWS::IAM::Role}\n  S: {Type: AWS::IAM::Role}\n  P: {Type: AWS::IAM::ManagedPolicy, Properties: {Roles: [!Ref S], PolicyDocument: {Statement: [{Effect: Allow, Action: [dynamodb:Query], Resource: [!GetAtt T.Arn]}]}}}\n"), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tmpl := mustLoad(t, tt.text, template.Options{})
			if diff := cmp.Diff(tt.want, tmpl.Functions[0].Grants); diff != "" {
				t.Errorf("grants (-want +got):\n%s", diff)
			}
		})
	}
}

// Each omission is of the shape that lacks something.
func TestOmissions(t *testing.T) {
	text := samHead + fn + "      Layers: [x]\n      Events:\n        Jobs: {Type: SQS, Properties: {Queue: x}}\n" +
		"        Get: {Type: Api, Properties: {Path: /, Method: get, ResponseTransferMode: x, RestApiId: !Ref A}}\n" +
		"  A: {Type: AWS::Serverless::Api, Properties: {StageName: s, Domain: {DomainName: x}}}\n" +
		"  Q: {Type: AWS::Kinesis::Stream}\n"
	tmpl := mustLoad(t, text, template.Options{})
	omission := func(line int, of, what string) template.Omission {
		return template.Omission{Pos: template.Pos{File: "template.yaml", Line: line}, Of: of, What: what}
	}
	want := []template.Omission{
		omission(9, "F", "layer x"), omission(11, "F", "events of queues outside the template"), omission(12, "F", "ResponseTransferMode"), omission(13, "A", "Domain"),
		omission(14, "Q", "type AWS::Kinesis::Stream"),
	}
	if diff := cmp.Diff(want, tmpl.Omissions); diff != "" {
		t.Errorf("omissions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("template.yaml:12: not run yet: ResponseTransferMode (F)", tmpl.Warnings[2].String()); diff != "" {
		t.Errorf("warning (-want +got):\n%s", diff)
	}
}

// What the policies of a function say about its queues.
func TestQueueGrants(t *testing.T) {
	const head = samHead + "  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}\n" + fn
	sam := func(policies string) string { return head + "      Policies:\n" + policies }
	for _, tt := range []struct {
		name, text string
		want       []template.QueueGrant
	}{
		{"policy template", sam("        - SQSSendMessagePolicy: {QueueName: !GetAtt Q.QueueName}\n"), []template.QueueGrant{{Queue: "Q", Send: true}}},
		{"two policy templates", sam("        - SQSSendMessagePolicy: {QueueName: jobs}\n        - SQSPollerPolicy: {QueueName: jobs}\n"), []template.QueueGrant{{Queue: "Q", Send: true, Hide: true}}},
		{"statement", sam("        - Statement: [{Effect: Allow, Action: ['sqs:Send*'], Resource: !GetAtt Q.Arn}]\n"), []template.QueueGrant{{Queue: "Q", Send: true}}},
		{"every action", sam("        - Statement: [{Effect: Allow, Action: '*', Resource: !GetAtt Q.Arn}]\n"), []template.QueueGrant{{Queue: "Q", Send: true, Hide: true}}},
		{"connector", head + "  C: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: F}, Destination: {Id: Q}, Permissions: [Write]}}\n", []template.QueueGrant{{Queue: "Q", Send: true, Hide: true}}},
		{"connector that reads", head + "  C: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: F}, Destination: {Id: Q}, Permissions: [Read]}}\n", nil},
		{"to receive", sam("        - Statement: [{Effect: Allow, Action: ['sqs:ReceiveMessage'], Resource: !GetAtt Q.Arn}]\n"), nil},
		{"another service", sam("        - Statement: [{Effect: Allow, Action: 'dynamodb:*', Resource: !GetAtt Q.Arn}]\n"), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := mustLoad(t, tt.text, template.Options{}).Functions[0]
			if diff := cmp.Diff(tt.want, f.QueueGrants); diff != "" || f.Grants != nil {
				t.Errorf("grants of tables %v, of queues (-want +got):\n%s", f.Grants, diff)
			}
		})
	}
}

// Which services the policies of a function let it call, in all places where policies are.
func TestServices(t *testing.T) {
	sam := func(policies string) string { return samHead + fn + "      Policies:\n" + policies }
	plain := func(resources string) string {
		return plainHead + "  F: {Type: AWS::Lambda::Function, Properties: {Code: f, Handler: bootstrap, Runtime: provided.al2023, Role: !GetAtt R.Arn}}\n" + resources
	}
	const document = "PolicyDocument: {Statement: [{Effect: Allow, Action: ['s3:GetObject', 'events:*'], Resource: '*'}]}"
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"no policy", samHead + fn, nil},
		{"an action", sam("        - Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]\n"), []string{"s3"}},
		{"a statement that is no list", sam("        - Statement: {Effect: Allow, Action: [S3:Get*, 'secretsmanager:*', dynamodb:GetItem], Resource: '*'}\n"), []string{"dynamodb", "s3", "secretsmanager"}},
		{"a policy that is no list", sam("        Statement: [{Effect: Allow, Action: 'ssm:GetParameter', Resource: '*'}]\n"), []string{"ssm"}},
		{"another name in policies", sam("        - Statement: [{Effect: Allow, Action: 'cloudwatch:PutMetricData', Resource: '*'}]\n"), []string{"monitoring"}},
		{"everything", sam("        - Statement: [{Effect: Allow, Action: '*', Resource: '*'}]\n"), nil},
		{"a wildcard in the service", sam("        - Statement: [{Effect: Allow, Action: 's*:Get', Resource: '*'}]\n"), nil},
		{"denied", sam("        - Statement: [{Effect: Deny, Action: 's3:*', Resource: '*'}]\n"), nil},
		{"not these", sam("        - Statement: [{Effect: Allow, NotAction: 's3:*', Resource: '*'}]\n"), nil},
		{"an unknown resource", sam("        - Statement: [{Effect: Allow, Action: 's3:*', Resource: !ImportValue x}]\n"), []string{"s3"}},
		{"what Lambda does", sam("        - Statement: [{Effect: Allow, Action: ['logs:CreateLogGroup', 'logs:PutLogEvents', 'logs:*', 'xray:PutTraceSegments', 'ec2:CreateNetworkInterface', 'ec2:DescribeSubnets', 'iam:PassRole', 'execute-api:Invoke'], Resource: '*'}]\n"), nil},
		{"what functions do with the same", sam("        - Statement: [{Effect: Allow, Action: ['logs:FilterLogEvents', 'ec2:DescribeInstances', 'iam:GetUser', 'execute-api:ManageConnections'], Resource: '*'}]\n"), []string{"ec2", "execute-api", "iam", "logs"}},
		{"policy templates", sam("        - S3ReadPolicy: {BucketName: b}\n        - AWSSecretsManagerGetSecretValuePolicy: {SecretArn: a}\n        - EventBridgePutEventsPolicy: {EventBusName: default}\n        - KMSEncryptPolicy_v2: {KeyId: k}\n        - VPCAccessPolicy: {}\n"), []string{"events", "kms", "s3", "secretsmanager"}},
		{"managed policies", sam("        - AmazonS3ReadOnlyAccess\n        - arn:aws:iam::aws:policy/AmazonSESFullAccess\n        - arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole\n        - AWSXRayDaemonWriteAccess\n"), []string{"s3", "ses"}},
		{"one managed policy", samHead + fn + "      Policies: SecretsManagerReadWrite\n", []string{"secretsmanager"}},
		{"a managed policy of the template", sam("        - !Ref M\n") + "  M: {Type: AWS::IAM::ManagedPolicy, Properties: {" + document + "}}\n", []string{"events", "s3"}},
		{"a role", plain("  R: {Type: AWS::IAM::Role, Properties: {Policies: [{PolicyName: p, " + document + "}]}}\n"), []string{"events", "s3"}},
		{"managed policies of a role", plain("  R: {Type: AWS::IAM::Role, Properties: {ManagedPolicyArns: [!Ref M, 'arn:aws:iam::aws:policy/AmazonSQSFullAccess']}}\n  M: {Type: AWS::IAM::ManagedPolicy, Properties: {" + document + "}}\n"), []string{"events", "s3", "sqs"}},
		{"a policy of the role", plain("  R: {Type: AWS::IAM::Role}\n  P: {Type: AWS::IAM::Policy, Properties: {Roles: [!Ref R], " + document + "}}\n"), []string{"events", "s3"}},
		{"a policy of another role", plain("  R: {Type: AWS::IAM::Role}\n  S: {Type: AWS::IAM::Role}\n  P: {Type: AWS::IAM::Policy, Properties: {Roles: [!Ref S], " + document + "}}\n"), nil},
		{"a connector", samHead + fn + "    Connectors: {C: {Properties: {Destination: [{Id: B}, {Type: AWS::StepFunctions::StateMachine, Arn: a}], Permissions: [Write]}}}\n  B: {Type: AWS::S3::Bucket}\n", []string{"s3", "states"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tmpl := mustLoad(t, tt.text, template.Options{})
			if diff := cmp.Diff(tt.want, tmpl.Functions[0].Services); diff != "" {
				t.Errorf("services (-want +got):\n%s", diff)
			}
		})
	}
}
