package stack

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/storage"
	"lullaby/template"
)

func TestTableOfATemplate(t *testing.T) {
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	e, err := dynamo.New(db, dynamo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	table := &template.Table{
		Name:                 "full",
		AttributeDefinitions: []template.AttributeDefinition{{AttributeName: "id", AttributeType: "S"}, {AttributeName: "by", AttributeType: "S"}},
		KeySchema:            []template.KeySchemaElement{{AttributeName: "id", KeyType: "HASH"}},
		BillingMode:          "PAY_PER_REQUEST",
		GlobalSecondaryIndexes: []template.Index{{
			Name: "by-by", KeySchema: []template.KeySchemaElement{{AttributeName: "by", KeyType: "HASH"}}, ProjectionType: "ALL",
		}},
		TimeToLive: "ttl", Tags: []template.Tag{{Key: "a", Value: "b"}}, DeletionProtection: true,
		OnDemandThroughput: template.Throughput{Read: 7},
		StreamViewType:     "OLD_IMAGE", StreamLabel: "2018-01-01T00:00:00.001",
	}
	if err := e.Declare(t.Context(), instant.Of(time.Now()), declaration(table)); err != nil {
		t.Fatal(err)
	}
	out, err := e.DescribeTable(t.Context(), instant.Of(time.Now()), &request.DescribeTableInput{TableName: &table.Name})
	if err != nil {
		t.Fatal(err)
	}
	d := out.Table
	if len(d.GlobalSecondaryIndexes) != 1 || !d.DeletionProtectionEnabled || *d.OnDemandThroughput.MaxReadRequestUnits != 7 {
		t.Errorf("the table is %+v", d)
	}
	if want := d.TableArn + "/stream/2018-01-01T00:00:00.001"; d.LatestStreamArn != want || d.StreamSpecification.StreamViewType != "OLD_IMAGE" {
		t.Errorf("the stream is %s, %+v, want %s", d.LatestStreamArn, d.StreamSpecification, want)
	}
	ttl, err := e.DescribeTimeToLive(t.Context(), instant.Of(time.Now()), &request.DescribeTimeToLiveInput{TableName: &table.Name})
	if err != nil || ttl.TimeToLiveDescription.AttributeName != "ttl" {
		t.Errorf("items expire by %+v, %v", ttl, err)
	}
}

// TestStreamOfATemplate compares the stream's ARN that a template has before
// the stream exists with the ARN of its table's stream.
func TestStreamOfATemplate(t *testing.T) {
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	e, err := dynamo.New(db, dynamo.Options{Scope: arn.Scope{Region: "eu-west-1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	path := filepath.Join(t.TempDir(), "template.yaml")
	for _, view := range []string{"NEW_AND_OLD_IMAGES", "KEYS_ONLY"} {
		text := `
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
      StreamSpecification: {StreamViewType: ` + view + `}
Outputs:
  Stream: {Value: !GetAtt Orders.StreamArn}
`
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		read, err := template.Load(path, template.Options{Scope: arn.Scope{Region: "eu-west-1"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Declare(t.Context(), instant.Of(time.Now()), declaration(read.Tables[0])); err != nil {
			t.Fatal(err)
		}
		out, err := e.DescribeTable(t.Context(), instant.Of(time.Now()), &request.DescribeTableInput{TableName: &read.Tables[0].Name})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := read.Outputs[0].Value, out.Table.LatestStreamArn; got != want || got == "" || len(read.Warnings) > 0 {
			t.Errorf("stream of %s: the template has %s, %v, and the table %s", view, got, read.Warnings, want)
		}
	}
}
