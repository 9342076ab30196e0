package conformance

import (
	"testing"
	"time"
)

// Debian's AWS CLI speaks CloudWatch, whichever protocol its version chooses.
func TestAWSCLIMetrics(t *testing.T) {
	t.Parallel()
	takesLong(t)
	needAWSCLI(t)
	c := awsCLI{start(t, "--bare").AWS}
	at := func(ago time.Duration) string { return time.Now().Add(-ago).UTC().Format("2006-01-02T15:04:00Z") }
	const arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:high"
	put := at(10 * time.Minute)

	c.expect(t, "", "cloudwatch", "put-metric-data", "--namespace", "App", "--metric-name", "Sales", "--value", "3.5", "--unit", "Count",
		"--dimensions", "Shop=a", "--timestamp", put)
	c.expect(t, `{"Metrics":[{"Dimensions":[{"Name":"Shop","Value":"a"}],"MetricName":"Sales","Namespace":"App"}]}`, "cloudwatch", "list-metrics", "--namespace", "App")
	c.expect(t, `{"Datapoints":[{"Sum":3.5,`, "cloudwatch", "get-metric-statistics", "--namespace", "App", "--metric-name", "Sales",
		"--dimensions", "Name=Shop,Value=a", "--start-time", put, "--end-time", at(0), "--period", "60", "--statistics", "Sum")
	c.expect(t, `"Values":[7]`, "cloudwatch", "get-metric-data", "--start-time", put, "--end-time", at(0), "--metric-data-queries",
		`[{"Id":"m","ReturnData":false,"MetricStat":{"Metric":{"Namespace":"App","MetricName":"Sales","Dimensions":[{"Name":"Shop","Value":"a"}]},"Period":60,"Stat":"p90"}},`+
			`{"Id":"e","Expression":"m*2"}]`)
	c.expect(t, "", "cloudwatch", "put-metric-alarm", "--alarm-name", "high", "--namespace", "App", "--metric-name", "Sales", "--statistic", "Sum", "--period", "60",
		"--evaluation-periods", "2", "--threshold", "3", "--comparison-operator", "GreaterThanThreshold", "--tags", "Key=team,Value=a")
	c.expect(t, "", "cloudwatch", "put-composite-alarm", "--alarm-name", "all", "--alarm-rule", "ALARM(high)")
	c.expect(t, "", "cloudwatch", "set-alarm-state", "--alarm-name", "high", "--state-value", "ALARM", "--state-reason", "a test")
	c.expect(t, `"StateValue":"ALARM"`, "cloudwatch", "describe-alarms", "--alarm-types", "CompositeAlarm")
	c.expect(t, `"AlarmArn":"`+arn+`"`, "cloudwatch", "describe-alarms-for-metric", "--namespace", "App", "--metric-name", "Sales")
	c.expect(t, `"HistorySummary":"Alarm updated from INSUFFICIENT_DATA to ALARM"`, "cloudwatch", "describe-alarm-history", "--alarm-name", "high")
	c.expect(t, "", "cloudwatch", "disable-alarm-actions", "--alarm-names", "high")
	c.expect(t, `"ActionsEnabled":false`, "cloudwatch", "describe-alarms", "--alarm-names", "high")
	c.expect(t, `{"Tags":[{"Key":"team","Value":"a"}]}`, "cloudwatch", "list-tags-for-resource", "--resource-arn", arn)
	c.expect(t, "", "cloudwatch", "untag-resource", "--resource-arn", arn, "--tag-keys", "team")
	c.expect(t, `{"DashboardValidationMessages":[]}`, "cloudwatch", "put-dashboard", "--dashboard-name", "d", "--dashboard-body", `{"widgets":[]}`)
	c.expect(t, `"DashboardBody":"{\"widgets\":[]}"`, "cloudwatch", "get-dashboard", "--dashboard-name", "d")
	c.expect(t, "", "cloudwatch", "delete-alarms", "--alarm-names", "all", "high")

	c.refused(t, "(ResourceNotFound) when calling the SetAlarmState operation: Alarm high does not exist",
		"cloudwatch", "set-alarm-state", "--alarm-name", "high", "--state-value", "ALARM", "--state-reason", "a test")
	c.refused(t, "(ValidationError) when calling the PutMetricAlarm operation: MetricName must not be null",
		"cloudwatch", "put-metric-alarm", "--alarm-name", "x", "--evaluation-periods", "2", "--threshold", "3", "--comparison-operator", "GreaterThanThreshold")
	c.refused(t, "(InvalidParameterValue) when calling the PutMetricData operation: The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks.",
		"cloudwatch", "put-metric-data", "--namespace", "App", "--metric-name", "Sales", "--value", "1", "--timestamp", "2020-01-01T00:00:00Z")
}
