package stack

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lullaby/attribute"
	dynamorequest "lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/storage"
	"lullaby/watch/request"
)

// The services of a stack that takes over measure where its alarms look, and its
// alarms have the state that they had.
func TestReloadMeasures(t *testing.T) {
	const template = `
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: NAME
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
  Refused:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: refused
      Namespace: AWS/DynamoDB
      MetricName: WriteThrottleEvents
      Dimensions: [{Name: TableName, Value: orders}]
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
`
	path := filepath.Join(t.TempDir(), "template.yaml")
	write := func(table string) {
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(template, "NAME", table)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("orders")
	s, err := Start(t.Context(), Options{
		Template: path, HTTPAddr: "127.0.0.1:0", AWSAddr: "127.0.0.1:0", Durability: storage.Memory, Instant: true, Out: io.Discard,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.metrics.SetAlarmState(t.Context(), instant.Of(time.Now()), &request.SetAlarmStateInput{AlarmName: "refused", StateValue: "ALARM", StateReason: "by hand"}); err != nil {
		t.Fatal(err)
	}
	write("sales")
	next, err := s.Reload(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	if next == s {
		t.Fatal("the stack runs on as it was")
	}
	name := "sales"
	put := &dynamorequest.PutItemInput{Item: attribute.NewItem(attribute.Attribute{Name: "id", Value: attribute.String("a")})}
	put.TableName = &name
	if _, err := next.tables.PutItem(t.Context(), instant.Of(time.Now()), put); err != nil {
		t.Fatal(err)
	}
	listed, err := next.metrics.ListMetrics(t.Context(), instant.Of(time.Now()), &request.ListMetricsInput{MetricName: "ConsumedWriteCapacityUnits", Dimensions: []request.DimensionFilter{{Name: "TableName", Value: name}}})
	if err != nil || len(listed.Metrics) == 0 {
		t.Errorf("metrics of the table that was written: %v (%v)", listed, err)
	}
	alarms, err := next.metrics.DescribeAlarms(t.Context(), instant.Of(time.Now()), &request.DescribeAlarmsInput{})
	if err != nil || len(alarms.MetricAlarms) != 1 || alarms.MetricAlarms[0].StateValue != "ALARM" {
		t.Errorf("alarms: %v (%v)", alarms, err)
	}
}
