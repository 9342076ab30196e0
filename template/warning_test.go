package template_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/template"
)

func TestWarnings(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"unknown type", plainHead + "  Q:\n    Type: AWS::SQS::Queue\n", []string{
			`template.yaml:3: Q: type "AWS::SQS::Queue" is not run yet and was skipped`,
		}},
		{"types without effect", plainHead + `  Permission: {Type: AWS::Lambda::Permission}
  Role: {Type: AWS::IAM::Role}
  Policy: {Type: AWS::IAM::Policy}
  Managed: {Type: AWS::IAM::ManagedPolicy}
  Log: {Type: AWS::Logs::LogGroup}
  Version: {Type: AWS::Lambda::Version}
  Alias: {Type: AWS::Lambda::Alias}
  Account: {Type: AWS::ApiGateway::Account}
  ServerlessDeploymentBucket: {Type: AWS::S3::Bucket}
  ServerlessDeploymentBucketPolicy: {Type: AWS::S3::BucketPolicy}
`, nil},
		{"another bucket", plainHead + "  Pictures: {Type: AWS::S3::Bucket}\n", []string{
			`template.yaml:2: Pictures: type "AWS::S3::Bucket" is not run yet and was skipped`,
		}},
		{"properties", plainHead + table + `      BillingMode: PAY_PER_REQUEST
      KinesisStreamSpecification: {StreamArn: s}
      StreamSpecification: {StreamViewType: NEW_IMAGE}
      TimeToLiveSpecification: {Enabled: false, AttributeName: ttl}
      LocalSecondaryIndexes: []
      TableClass: !Ref AWS::NoValue
      Tags: [{Key: a, Value: b}]
      BilingMode: x
`, []string{
			`template.yaml:8: T: KinesisStreamSpecification is not run yet and was left out`,
			`template.yaml:14: T: "BilingMode" is not a property that Lullaby knows`,
		}},
		{"Globals once", "Transform: AWS::Serverless-2016-10-31\nGlobals:\n  Function:\n    Layers: [x]\nResources:\n" +
			fn + "  G:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: g, Handler: h, Runtime: r}\n", []string{
			"template.yaml:4: F: Layers is not run yet and was left out",
		}},
		{"events", samHead + fn + "      Events:\n        Jobs: {Type: SQS, Properties: {Queue: x}}\n        Get: {Type: Api, Properties: {Path: /, Method: get, Auth: {ApiKeyRequired: true}}}\n", []string{
			`template.yaml:10: F: Events.Jobs: an event of type "SQS" is not run yet and was left out`,
			`template.yaml:11: F: Events.Get.Properties.Auth is not run yet and was left out`,
		}},
		{"sections", "Transform: [AWS::LanguageExtensions, {Name: AWS::Include}]\nRules: {R: {}}\n" + plainHead + "  A: {Type: AWS::IAM::Role}\n", []string{
			`template.yaml:1: transform "AWS::LanguageExtensions" is not applied`,
			`template.yaml:1: transform "AWS::Include" is not applied`,
			"template.yaml:2: section Rules is not honoured yet",
		}},
		{"outputs", plainHead + "  Q: {Type: Custom::Queue}\nOutputs:\n  Arn: {Value: !GetAtt Q.Arn}\n  Name: {Value: !Ref Q}\n  Other: {Value: !ImportValue x}\n", []string{
			`template.yaml:2: Q: type "Custom::Queue" is not run yet and was skipped`,
			"template.yaml:4: output Arn was left out: Q.Arn: Lullaby does not know the type Custom::Queue",
			"template.yaml:6: output Other was left out: Lullaby does not evaluate Fn::ImportValue yet",
		}},
		{"pattern", "Parameters:\n  P:\n    Type: String\n    Default: x\n    AllowedPattern: '(?!y).*'\n" + plainHead + "  A: {Type: AWS::IAM::Role}\n", []string{
			"template.yaml:5: parameter P: AllowedPattern is not checked: error parsing regexp: invalid or unsupported Perl syntax: `(?!`",
		}},
		{"an API that nothing deploys", plainHead + "  A: {Type: AWS::ApiGateway::RestApi, Properties: {Name: a}}\n", []string{
			"template.yaml:2: A was left out: nothing deploys it to a stage",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := warnings(mustLoad(t, tt.text, template.Options{}))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

// A reference to a skipped resource has a value where AWS would give a name.
func TestRefToSkipped(t *testing.T) {
	tmpl := mustLoad(t, samHead+fn+"      Environment: {Variables: {QUEUE: !Ref Q}}\n  Q: {Type: AWS::SQS::Queue}\n", template.Options{})
	if got := tmpl.Functions[0].Environment["QUEUE"]; !generated.MatchString(got) {
		t.Errorf("Ref of a skipped resource = %q, want a generated name", got)
	}
}
