package template_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/template"
)

// All errors are returned at once, sorted by place, without those that follow
// from others.
func TestLoadTellsAllErrors(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"of YAML", "Resources:\n  A: {Type: x, Type: y}\n  B: !Reference x\n  <<: {}\n", []string{
			"template.yaml:3: unknown tag !Reference",
			"template.yaml:4: CloudFormation does not support the merge key <<",
		}},
		{"of sections", "AWSTemplateFormatVersion: 1\nResource: {}\nResources: {A: {Type: x, Size: 1}}\n", []string{
			"template.yaml:1: AWSTemplateFormatVersion can only be 2010-09-09",
			`template.yaml:2: a template has no section "Resource"`,
			`template.yaml:3: A: a resource has no attribute "Size"`,
		}},
		{"of one resource", samHead + "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: ''\n      Timeout: 901\n      MemorySize: big\n      Environment: {Variables: {A: b, AWS_REGION: c}}\n", []string{
			"template.yaml:3: F: Runtime is missing",
			"template.yaml:6: F: Handler is empty",
			"template.yaml:7: F: Timeout must be 1 to 900, not 901",
			`template.yaml:8: F: MemorySize must be a whole number, not "big"`,
			`template.yaml:9: F: Environment variable "A": a name is letters, digits and _, at least two, a letter first`,
			"template.yaml:9: F: Environment variable AWS_REGION is set by Lambda and cannot be set here",
		}},
		{"of a table, its rules in AWS's order", plainHead + table + "      BillingMode: PAY_PER_REQUEST\n      TableName: ab\n      ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}\n", []string{
			"template.yaml:8: T: 1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3",
		}},
		{"of events", samHead + fn + "      Events:\n" + route("A", "fetch", "/") + route("B", "get", "b") + route("C", "get", "/c") +
			"        D: {Type: Api, Properties: {Method: get}}\n" + route("E", "get", "/c"), []string{
			`template.yaml:10: F: Events.A.Properties.Method must be one of [ANY DELETE GET HEAD OPTIONS PATCH POST PUT], not "fetch"`,
			`template.yaml:11: GET "b": a path begins with /`,
			"template.yaml:13: F: Events.D.Properties.Path is missing",
			`template.yaml:14: GET "/c" of ServerlessRestApi has a route already, on line 12`,
		}},
		{"of whatever refers to what is wrong", "Parameters:\n  P: {Type: Number}\n  Q: {Type: String}\nConditions:\n  C: !Equals [!Ref Q, a]\n" + plainHead +
			"  A: {Type: AWS::IAM::Role, Properties: {RoleName: !Ref P}}\n  B:\n    Type: AWS::IAM::Role\n    Condition: C\n  D: 1\n  E: {Type: x, Properties: {a: !Ref D, b: !GetAtt B.Arn, c: !Ref Nowhere}}\n" +
			"Outputs:\n  O: {Value: !GetAtt A.Arn}\n  R: {Value: !Ref D}\n  S: {Value: !Ref Nowhere}\n", []string{
			"template.yaml:2: 2 parameters have no default and no value: --parameter P=... --parameter Q=...",
			"template.yaml:11: D must be a mapping, not a single value",
			`template.yaml:12: there is no parameter or resource "Nowhere"`,
			`template.yaml:16: there is no parameter or resource "Nowhere"`,
		}},
		{"of a circle and beside it", plainHead + "  A: {Type: x, Properties: {a: !Ref B, b: [!Ref Nowhere, !Ref B]}}\n  B: {Type: x, Properties: {a: !Ref Nothing, b: !Ref A}}\n", []string{
			`template.yaml:2: there is no parameter or resource "Nowhere"`,
			`template.yaml:3: there is no parameter or resource "Nothing"`,
			"template.yaml:3: resources need each other: A -> B -> A",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(t, tt.text, template.Options{})
			if diff := cmp.Diff(tt.want, problems(t, err)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
			var first *template.Error
			if !errors.As(err, &first) || err.Error() != tt.want[0] || first.Error() != tt.want[0] {
				t.Errorf("Load = %v, and the first error is %v, want %s", err, first, tt.want[0])
			}
		})
	}
}

// A refused template has its warnings too.
func TestLoadTellsWarningsBesideErrors(t *testing.T) {
	_, err := load(t, samHead+fn+"      Timeout: 901\n  Q: {Type: AWS::Kinesis::Stream}\n", template.Options{})
	broken, ok := errors.AsType[*template.LoadError](err)
	if !ok {
		t.Fatalf("Load = %v, want a *LoadError", err)
	}
	want := []template.Warning{{
		Pos: template.Pos{File: "template.yaml", Line: 10}, Msg: "not run yet: type AWS::Kinesis::Stream (Q)",
	}}
	if diff := cmp.Diff(want, broken.Warnings); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}
