package dynamo_test

import (
	"strings"
	"testing"

	"lullaby/dynamo"
)

// The operations on a table take its ARN as its name, but CreateTable; an ARN of
// another account, region or partition is none of its names.
func TestTableARN(t *testing.T) {
	const own = "arn:aws:dynamodb:us-east-1:123456789012:table/tab"
	others := []string{
		strings.Replace(own, "us-east-1", "eu-west-1", 1),
		strings.Replace(own, "123456789012", "210987654321", 1),
		strings.Replace(own, "arn:aws:", "arn:aws-cn:", 1),
		own + "/index/x",
	}
	ttl := `"TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}`
	e := open(t, dynamo.Options{Instant: true})
	create(t, e, hashTable)
	for _, step := range []struct{ operation, member, rest string }{
		{"DescribeTable", "TableName", ""},
		{"UpdateTable", "TableName", `,"ProvisionedThroughput":{"ReadCapacityUnits":7,"WriteCapacityUnits":7}`},
		{"UpdateTimeToLive", "TableName", "," + ttl},
		{"DescribeTimeToLive", "TableName", ""},
		{"DescribeContinuousBackups", "TableName", ""},
		{"GetItem", "TableName", `,"Key":{"id":{"S":"a"}}`},
		{"TagResource", "ResourceArn", `,"Tags":[{"Key":"a","Value":"b"}]`},
		{"ListTagsOfResource", "ResourceArn", ""},
		{"UntagResource", "ResourceArn", `,"TagKeys":["a"]`},
		{"DeleteTable", "TableName", ""},
	} {
		call := func(name string) string {
			return operations[step.operation](t, e, `{"`+step.member+`":"`+name+`"`+step.rest+`}`)
		}
		for _, other := range others {
			if got := call(other); !strings.Contains(got, "not found") && !strings.HasPrefix(got, "Invalid TableArn") {
				t.Errorf("%s of %s: %s, want not found", step.operation, other, got)
			}
		}
		if got := call(own); got != "" && !strings.HasPrefix(got, "{") {
			t.Errorf("%s: %s", step.operation, got)
		}
	}
	const bad = "failed to satisfy constraint: Member must satisfy regular expression pattern"
	if got := operations["CreateTable"](t, e, strings.Replace(hashTable, `"tab"`, `"`+own+`"`, 1)); !strings.Contains(got, bad) {
		t.Errorf("CreateTable of an ARN: %s", got)
	}
}
