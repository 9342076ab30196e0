package stack

import (
	"testing"

	"lullaby/dynamo"
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
	}
	if err := e.Declare(createTable(table), timeToLive(table)); err != nil {
		t.Fatal(err)
	}
	out, err := e.DescribeTable(t.Context(), &dynamo.DescribeTableInput{TableName: &table.Name})
	if err != nil {
		t.Fatal(err)
	}
	d := out.Table
	if len(d.GlobalSecondaryIndexes) != 1 || !d.DeletionProtectionEnabled || *d.OnDemandThroughput.MaxReadRequestUnits != 7 {
		t.Errorf("the table is %+v", d)
	}
	ttl, err := e.DescribeTimeToLive(t.Context(), &dynamo.DescribeTimeToLiveInput{TableName: &table.Name})
	if err != nil || ttl.TimeToLiveDescription.AttributeName != "ttl" {
		t.Errorf("items expire by %+v, %v", ttl, err)
	}
}
