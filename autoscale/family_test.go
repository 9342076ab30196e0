package autoscale_test

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/autoscale"
	"lullaby/autoscale/request"
	"lullaby/internal/arn"
	"lullaby/internal/uuid"
	"lullaby/watch"
)

// Names, descriptions and actions of an index's alarms are as AWS has them, in the
// partition of the region.
func TestFamilyIsAWS(t *testing.T) {
	s := &autoscale.Scaler{Scope: arn.Scope{Region: "us-gov-west-1", Account: "111122223333"}, NewID: uuid.New}
	r := autoscale.ResourceOf("orders", "by-day", true)
	of, _, err := s.Register(midnight, &request.RegisterScalableTargetInput{
		Scalable: scalable(r), MinCapacity: new(int32(5)), MaxCapacity: new(int32(100)), RoleARN: new("arn:aws:iam::1:role/mine"),
	}, autoscale.Current{Units: 10})
	if err != nil {
		t.Fatal(err)
	}
	target := regexp.MustCompile(`^arn:aws-us-gov:application-autoscaling:us-gov-west-1:111122223333:scalable-target/[0-9a-f]{32}$`)
	const role = "arn:aws-us-gov:iam::111122223333:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/" +
		"AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
	if !target.MatchString(of.ARN) || of.RoleARN != role {
		t.Errorf("target %s of role %s", of.ARN, of.RoleARN)
	}
	p, e, err := s.PutPolicy(midnight, &request.PutScalingPolicyInput{
		PolicyName: new("read"), Scalable: scalable(r), PolicyType: new(request.TargetTrackingScaling),
		TargetTrackingScalingPolicyConfiguration: tracking(r, &words{keys: map[string]string{"target": "62.5"}}),
	})
	if err != nil || len(e.PutAlarms) != 4 {
		t.Fatalf("%d alarms (%v), want 4", len(e.PutAlarms), err)
	}
	const id = `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`
	action := e.PutAlarms[0].AlarmActions[0]
	for what, form := range map[string][2]string{
		"policy": {p.ARN, `^arn:aws-us-gov:autoscaling:us-gov-west-1:111122223333:scalingPolicy:` + id + `:resource/dynamodb/table/orders/index/by-day:policyName/read$`},
		"action": {action, `^` + regexp.QuoteMeta(p.ARN) + `:createdBy/` + id + `$`},
		"name":   {p.Alarms.Low, `^TargetTracking-table/orders/index/by-day-AlarmLow-` + id + `$`},
	} {
		if !regexp.MustCompile(form[1]).MatchString(form[0]) {
			t.Errorf("%s %s, want %s", what, form[0], form[1])
		}
	}
	alarm := func(name, metric, statistic string, period, periods int, comparison string, threshold float64) watch.MetricAlarm {
		return watch.MetricAlarm{
			AlarmName: name, AlarmDescription: "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy " + action + ".",
			Actions:   watch.Actions{ActionsEnabled: true, AlarmActions: []string{action}},
			Namespace: "AWS/DynamoDB", MetricName: metric + "ReadCapacityUnits", Statistic: statistic, Period: period,
			Dimensions:        []watch.Dimension{{Name: "TableName", Value: "orders"}, {Name: "GlobalSecondaryIndexName", Value: "by-day"}},
			EvaluationPeriods: periods, Threshold: threshold, ComparisonOperator: comparison,
		}
	}
	want := []watch.MetricAlarm{
		alarm(p.Alarms.High, "Consumed", "Sum", 60, 2, "GreaterThanThreshold", 375),
		alarm(p.Alarms.Low, "Consumed", "Sum", 60, 15, "LessThanThreshold", 255),
		alarm(p.Alarms.ProvisionedHigh, "Provisioned", "Average", 300, 3, "GreaterThanThreshold", 10),
		alarm(p.Alarms.ProvisionedLow, "Provisioned", "Average", 300, 3, "LessThanThreshold", 10),
	}
	if diff := cmp.Diff(want, e.PutAlarms); diff != "" {
		t.Errorf("alarms (-want +got):\n%s", diff)
	}
}
