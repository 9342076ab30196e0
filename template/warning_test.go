package template_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/template"
)

// A warningTest is a template and all its warnings.
type warningTest struct {
	name, text string
	want       []string
}

func TestResourceWarnings(t *testing.T) {
	checkWarnings(t, []warningTest{
		{"unknown type", plainHead + "  Q:\n    Type: AWS::Kinesis::Stream\n", []string{
			"template.yaml:3: not run yet: type AWS::Kinesis::Stream (Q)",
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
			"template.yaml:2: not run yet: type AWS::S3::Bucket (Pictures)",
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
			"template.yaml:8: not run yet: KinesisStreamSpecification (T)",
			`template.yaml:14: no property that Lullaby knows: "BilingMode" (T)`,
		}},
		{"Globals once", "Transform: AWS::Serverless-2016-10-31\nGlobals:\n  Function:\n    Layers: [x]\nResources:\n" +
			fn + "  G:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: g, Handler: h, Runtime: provided.al2023}\n", []string{
			"template.yaml:4: not run yet: layer x (F and G)",
		}},
		{"events", samHead + fn + "      Events:\n        Jobs: {Type: SQS, Properties: {Queue: x}}\n        Get: {Type: Api, Properties: {Path: /, Method: get, ResponseTransferMode: STREAM}}\n", []string{
			"template.yaml:10: not run yet: events of queues outside the template (F)",
			"template.yaml:11: not run yet: ResponseTransferMode (F)",
		}},
	})
}

func TestWarnings(t *testing.T) {
	checkWarnings(t, []warningTest{
		{"sections", "Transform: [AWS::LanguageExtensions, {Name: AWS::Include}]\n" + plainHead + "  A: {Type: AWS::IAM::Role}\n", []string{
			`template.yaml:1: transform "AWS::Include" is not applied`,
		}},
		{"outputs", plainHead + "  Q: {Type: Custom::Queue}\nOutputs:\n  Arn: {Value: !GetAtt Q.Arn}\n  Name: {Value: !Ref Q}\n  Other: {Value: !ImportValue x}\n", []string{
			"template.yaml:2: not run yet: type Custom::Queue (Q)",
			`template.yaml:6: output Other left out: Fn::ImportValue "x" has no value: --export x=...`,
		}},
		{"pattern", "Parameters:\n  P:\n    Type: String\n    Default: x\n    AllowedPattern: '(?!y).*'\n" + plainHead + "  A: {Type: AWS::IAM::Role}\n", []string{
			"template.yaml:5: parameter P: AllowedPattern is not checked: error parsing regexp: invalid or unsupported Perl syntax: `(?!`",
		}},
		{"an API that nothing deploys", plainHead + "  A: {Type: AWS::ApiGateway::RestApi, Properties: {Name: a}}\n", []string{
			"template.yaml:2: A was left out: nothing deploys it to a stage",
		}},
		{"retired runtime", samHead + strings.Replace(fn, "provided.al2023", "python3.8", 1), []string{"template.yaml:8: AWS has retired the runtime python3.8 (F)"}},
		{"a key twice", plainHead + "  A: {Type: AWS::IAM::Role}\n  B: {Type: x}\n  A: {Type: y}\n", []string{
			"template.yaml:3: not run yet: type x (B)",
			`template.yaml:4: key "A" stands on line 2 too: the last one counts`,
			"template.yaml:4: not run yet: type y (A)",
		}},
		{"a resource's description", plainHead + "  A: {Type: AWS::IAM::Role, Description: x}\n", []string{
			"template.yaml:2: a resource has no attribute Description (A)",
		}},
		{"two shapes that do not fit", plainHead + "  " + strings.Repeat("L", 60) + ": {Type: x}\n  B: {Type: x}\n", []string{
			"template.yaml:2: not run yet: type x (" + strings.Repeat("L", 38) + "... and 1 more)",
		}},
		{"more shapes than fit", plainHead + many(40), []string{
			"template.yaml:2: not run yet: type x (R0, R1, R2, R3, R4, R5, R6, R7, R8, R9 and 30 more)",
		}},
	})
}

func checkWarnings(t *testing.T, tests []warningTest) {
	t.Helper()
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
	tmpl := mustLoad(t, samHead+fn+"      Environment: {Variables: {QUEUE: !Ref Q}}\n  Q: {Type: AWS::Events::EventBus}\n", template.Options{})
	if got := tmpl.Functions[0].Environment["QUEUE"]; !generated.MatchString(got) {
		t.Errorf("Ref of a skipped resource = %q, want a generated name", got)
	}
}
