package conformance

import "testing"

// Debian's AWS CLI speaks Application Auto Scaling.
func TestAWSCLIAutoScaling(t *testing.T) {
	t.Parallel()
	takesLong(t)
	needAWSCLI(t)
	c := awsCLI{start(t, "--bare").AWS}
	scalable := []string{"--service-namespace", "dynamodb", "--resource-id", "table/tab", "--scalable-dimension", "dynamodb:table:WriteCapacityUnits"}
	expect := func(want, operation string, args ...string) {
		t.Helper()
		c.expect(t, want, append(append([]string{"application-autoscaling", operation}, args...), scalable...)...)
	}
	c.expect(t, `"TableName":"tab"`, "dynamodb", "create-table", "--table-name", "tab", "--attribute-definitions", "AttributeName=id,AttributeType=S",
		"--key-schema", "AttributeName=id,KeyType=HASH", "--provisioned-throughput", "ReadCapacityUnits=5,WriteCapacityUnits=5")
	expect("", "register-scalable-target", // Debian 12's CLI does not know of the ARN yet
		"--min-capacity", "5", "--max-capacity", "200", "--suspended-state", "ScheduledScalingSuspended=true")
	expect(`"AlarmName":"TargetTracking-table/tab-AlarmHigh-`, "put-scaling-policy", "--policy-name", "half", "--policy-type", "TargetTrackingScaling",
		"--target-tracking-scaling-policy-configuration", `{"TargetValue":50,"PredefinedMetricSpecification":{"PredefinedMetricType":"DynamoDBWriteCapacityUtilization"}}`)
	expect("", "put-scheduled-action", "--scheduled-action-name", "morning", "--schedule", "cron(0 6 * * ? *)", "--scalable-target-action", "MinCapacity=20")
	expect(`"ScheduledActionName":"morning"`, "describe-scheduled-actions")
	expect(`"TargetValue":50`, "describe-scaling-policies")
	expect(`{"ScalingActivities":[]}`, "describe-scaling-activities")
	c.expect(t, `"MinCapacity":5`, "application-autoscaling", "describe-scalable-targets", "--service-namespace", "dynamodb", "--max-items", "1")
	c.expect(t, `"Threshold":150`, "cloudwatch", "describe-alarms", "--alarm-name-prefix", "TargetTracking-table/tab-AlarmHigh")
	expect("", "delete-scheduled-action", "--scheduled-action-name", "morning")
	expect("", "delete-scaling-policy", "--policy-name", "half")
	c.expect(t, `"MetricAlarms":[]`, "cloudwatch", "describe-alarms")
	expect("", "deregister-scalable-target")

	c.refused(t, "(ObjectNotFoundException) when calling the DeregisterScalableTarget operation: No scalable target found for service namespace: dynamodb, "+
		"resource ID: table/tab, scalable dimension: dynamodb:table:WriteCapacityUnits", append([]string{"application-autoscaling", "deregister-scalable-target"}, scalable...)...)
	c.refused(t, "(ValidationException) when calling the RegisterScalableTarget operation: ", "application-autoscaling", "register-scalable-target",
		"--service-namespace", "ecs", "--resource-id", "service/a/b", "--scalable-dimension", "ecs:service:DesiredCount", "--min-capacity", "1", "--max-capacity", "2")
}
