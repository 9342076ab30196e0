package wire_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTableAnswers(t *testing.T) {
	addr := serve(t, nil)
	dynamoDB(t, addr, "CreateTable", table)
	const service, ofTables = `{"__type":"com.amazon.coral.service#`, `{"__type":"com.amazonaws.dynamodb.v20120810#`
	const list = `SerializationException","Message":"Unrecognized collection type class com.amazonaws.dynamodb.v20120810.`
	tests := []struct {
		name, operation, in string
		status              int
		want                string
	}{
		{"limits", "DescribeLimits", `{}`, 200, `{"AccountMaxReadCapacityUnits":80000,"AccountMaxWriteCapacityUnits":80000,"TableMaxReadCapacityUnits":40000,"TableMaxWriteCapacityUnits":40000}`},
		{"endpoints", "DescribeEndpoints", `{}`, 200, `{"Endpoints":[{"Address":"dynamodb.us-east-1.amazonaws.com","CachePeriodInMinutes":1440}]}`},
		{"backups", "DescribeContinuousBackups", `{"TableName":"tab"}`, 200, `{"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED","PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"DISABLED"}}}`},
		{"backups of no table", "DescribeContinuousBackups", `{"TableName":"nope"}`, 400, ofTables + `TableNotFoundException","message":"Table not found: nope"}`},
		{"no resource", "TagResource", `{"ResourceArn":""}`, 400, service + `AccessDeniedException","Message":"User: arn:aws:iam::123456789012:root is not authorized to perform: dynamodb:TagResource on resource: *"}`},
		{"limit", "UpdateTable", `{"TableName":"tab","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"abc"}},{"Delete":{"IndexName":"abd"}}]}`, 400, ofTables + `LimitExceededException","message":"Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"}`},
		{"local index", "CreateTable", `{"LocalSecondaryIndexes":[[]]}`, 400, service + list + `LocalSecondaryIndex"}`},
		{"global index", "CreateTable", `{"GlobalSecondaryIndexes":[[]]}`, 400, service + list + `GlobalSecondaryIndex"}`},
		{"key of an index", "CreateTable", `{"GlobalSecondaryIndexes":[{"KeySchema":[[]]}]}`, 400, service + list + `KeySchemaElement"}`},
		{"action", "UpdateTable", `{"GlobalSecondaryIndexUpdates":[{"Create":[]}]}`, 400, service + list + `CreateGlobalSecondaryIndexAction"}`},
		{"update", "UpdateTable", `{"GlobalSecondaryIndexUpdates":[[]]}`, 400, service + list + `GlobalSecondaryIndexUpdate"}`},
		{"tag", "TagResource", `{"Tags":[[]]}`, 400, service + list + `Tag"}`},
		{"time to live", "UpdateTimeToLive", `{"TableName":"tab","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}}`, 200, `{"TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ttl"}}`},
		{"what expires", "DescribeTimeToLive", `{"TableName":"tab"}`, 200, `{"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"ttl"}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := dynamoDB(t, addr, tt.operation, tt.in)
			if diff := cmp.Diff(tt.want, a.body); diff != "" || a.status != tt.status {
				t.Errorf("%s %s: status %d, want %d (-want +got):\n%s", tt.operation, tt.in, a.status, tt.status, diff)
			}
		})
	}
}
