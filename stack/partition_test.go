package stack

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/lambda"
	"lullaby/storage"
)

// A template with every kind of reference to its own resources.
const selfNaming = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
      StreamSpecification: {StreamViewType: NEW_IMAGE}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: worker
      CodeUri: worker
      Handler: bootstrap
      Runtime: provided.al2023
      Environment:
        Variables: {STREAM: !GetAtt Orders.StreamArn}
      Events:
        Any: {Type: Api, Properties: {Method: get, Path: /}}
Outputs:
  Table: {Value: !GetAtt Orders.Arn}
  Function: {Value: !GetAtt Worker.Arn}
  Place: {Value: !Sub "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders"}
  Host: {Value: !Sub "dynamodb.${AWS::Region}.${AWS::URLSuffix}"}
`

// TestPartitions starts a stack in a region of every partition. The template,
// the tables and the functions must agree about their region and partition.
func TestPartitions(t *testing.T) {
	for _, region := range []string{
		"us-east-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1", "eusc-de-east-1",
	} {
		t.Run(region, func(t *testing.T) {
			scope := arn.Scope{Region: region}
			s := startSelfNaming(t, scope)
			outputs := map[string]string{}
			for _, o := range s.template.Outputs {
				outputs[o.Name] = o.Value
			}
			checkTable(t, s, scope, outputs)
			checkTags(t, s, scope)
			checkStream(t, s)
			host := "dynamodb." + region + "." + scope.DNSSuffix()
			same(t, "host of the template", outputs["Host"], host)
			endpoints, err := s.tables.DescribeEndpoints(t.Context(), instant.Of(time.Now()), &dynamo.DescribeEndpointsInput{})
			if err != nil {
				t.Fatal(err)
			}
			same(t, "host of the endpoint", endpoints.Endpoints[0].Address, host)

			same(t, "function of the template", outputs["Function"], scope.ARN("lambda", "function:worker"))
			dry := lambda.InvokeInput{FunctionName: outputs["Function"], InvocationType: lambda.DryRun}
			if _, err := s.host.Invoke(t.Context(), dry); err != nil {
				t.Errorf("invoke %s: %v", dry.FunctionName, err)
			}
			_, err = s.host.Invoke(t.Context(), lambda.InvokeInput{FunctionName: "nobody"})
			same(t, "no function", message(err), "Function not found: "+scope.ARN("lambda", "function:nobody:$LATEST"))
		})
	}
}

func startSelfNaming(t *testing.T, scope arn.Scope) *Stack {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "template.yaml")
	if err := os.WriteFile(path, []byte(selfNaming), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "worker"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "worker", "bootstrap"), []byte("#!/bin/sh\n"), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	s, err := Start(t.Context(), Options{
		Template: path, HTTPAddr: "127.0.0.1:0", AWSAddr: "127.0.0.1:0", Durability: storage.Memory, Instant: true,
		Scope: scope, Out: io.Discard, Logs: io.Discard, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func checkTable(t *testing.T, s *Stack, scope arn.Scope, outputs map[string]string) {
	t.Helper()
	want := scope.ARN("dynamodb", "table/orders")
	same(t, "table of the template", outputs["Table"], want)
	same(t, "table by pseudo parameters", outputs["Place"], want)
	described, err := s.tables.DescribeTable(t.Context(), instant.Of(time.Now()), &request.DescribeTableInput{TableName: new("orders")})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "table", described.Table.TableArn, want)
	in := &request.UpdateTableInput{TableName: new("orders"), SSESpecification: &request.SSESpecification{Enabled: new(true)}}
	updated, err := s.tables.UpdateTable(t.Context(), instant.Of(time.Now()), in)
	if err != nil {
		t.Fatal(err)
	}
	key, err := arn.Parse(updated.TableDescription.SSEDescription.KMSMasterKeyArn)
	if err != nil || !scope.Contains(key) || key.Service != "kms" {
		t.Errorf("key = %v, %v, want one of kms in %+v", key, err, scope.WithDefaults())
	}
}

// checkTags sets a tag of the table by its ARN, and tries ARNs that belong to
// no table.
func checkTags(t *testing.T, s *Stack, scope arn.Scope) {
	t.Helper()
	tag := func(resource string) string {
		in := &request.TagResourceInput{ResourceArn: &resource, Tags: []request.Tag{{Key: new("a"), Value: new("b")}}}
		_, err := s.tables.TagResource(t.Context(), instant.Of(time.Now()), in)
		return message(err)
	}
	same(t, "tag", tag(scope.ARN("dynamodb", "table/orders")), "")
	elsewhere := strings.Replace(scope.ARN("dynamodb", "table/orders"), "arn:aws", "arn:swa", 1)
	same(t, "tag in another partition", tag(elsewhere), "Invalid TableArn: Invalid ResourceArn provided as input "+elsewhere)
	same(t, "tag of nothing", tag("nothing"),
		"User: "+scope.Global("iam", "root")+" is not authorized to perform: dynamodb:TagResource on resource: nothing")
}

// checkStream reads the stream whose ARN the function has.
func checkStream(t *testing.T, s *Stack) {
	t.Helper()
	told := s.template.Functions[0].Environment["STREAM"]
	out, err := s.tables.DescribeStream(t.Context(), instant.Of(time.Now()), &request.DescribeStreamInput{StreamArn: &told})
	if err != nil {
		t.Fatalf("the stream that the function is told of: %v", err)
	}
	same(t, "stream", out.StreamDescription.StreamArn, told)
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s = %q, want %q", what, got, want)
	}
}

// message returns an error's text, empty for nil.
func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
