package wire

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go"
	"github.com/valyala/fasthttp/fasthttputil"

	"lullaby/internal/members"
	"lullaby/storage"
	"lullaby/watch/refusal"
	watchrequest "lullaby/watch/request"
	watched "lullaby/watch/store"
)

// cloud serves CloudWatch and returns its client, which speaks CBOR, and what sends a
// request by hand.
func cloud(t *testing.T) (client *cloudwatch.Client, send func(header, body string) (int, string)) {
	t.Helper()
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	store, err := watched.New(db, watched.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ln, s := fasthttputil.NewInmemoryListener(), New(Services{CloudWatch: store}, Options{})
	ended := make(chan error, 1) // what Serve returned, once
	go func() { ended <- s.Serve(ln) }()
	t.Cleanup(func() {
		if err := errors.Join(s.Shutdown(context.Background()), <-ended, db.Close()); err != nil {
			t.Error(err)
		}
	})
	dialing := &http.Client{Transport: &http.Transport{
		DialContext:       func(context.Context, string, string) (net.Conn, error) { return ln.Dial() },
		DisableKeepAlives: true,
	}}
	client = cloudwatch.New(cloudwatch.Options{
		BaseEndpoint: aws.String("http://localhost"), Region: "us-east-1", HTTPClient: dialing,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
		}),
	})
	send = func(header, body string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost/", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(header) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			r.Header.Set(name, value)
		}
		resp, err := dialing.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var text bytes.Buffer
		if _, err := text.ReadFrom(resp.Body); err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, text.String()
	}
	return client, send
}

// Metrics over CBOR, by AWS's client.
func TestMetricsOfTheClient(t *testing.T) {
	client, _ := cloud(t)
	ctx, now := t.Context(), time.Now().Truncate(time.Hour).Add(-time.Hour)
	dimensions := []types.Dimension{{Name: aws.String("Shop"), Value: aws.String("a")}}
	if _, err := client.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: aws.String("App"), MetricData: []types.MetricDatum{
		{MetricName: aws.String("Sales"), Dimensions: dimensions, Timestamp: &now, Unit: types.StandardUnitCount, Values: []float64{1, 2.5}, Counts: []float64{2, 1}},
		{MetricName: aws.String("Sales"), Dimensions: dimensions, Timestamp: aws.Time(now.Add(time.Minute)), Unit: types.StandardUnitCount, Value: aws.Float64(10)},
	}}); err != nil {
		t.Fatal(err)
	}
	list, err := client.ListMetrics(ctx, &cloudwatch.ListMetricsInput{Namespace: aws.String("App")})
	if err != nil || len(list.Metrics) != 1 || *list.Metrics[0].MetricName != "Sales" || *list.Metrics[0].Dimensions[0].Value != "a" {
		t.Errorf("ListMetrics: %+v, %v", list, err)
	}
	stats, err := client.GetMetricStatistics(ctx, &cloudwatch.GetMetricStatisticsInput{
		Namespace: aws.String("App"), MetricName: aws.String("Sales"), Dimensions: dimensions, Period: aws.Int32(60),
		StartTime: &now, EndTime: aws.Time(now.Add(time.Hour)), Statistics: []types.Statistic{types.StatisticSum, types.StatisticMaximum},
	})
	if err != nil || len(stats.Datapoints) != 2 || *stats.Datapoints[0].Sum != 4.5 || !stats.Datapoints[0].Timestamp.Equal(now) || stats.Datapoints[0].Unit != "Count" {
		t.Errorf("GetMetricStatistics: %+v, %v", stats, err)
	}
	data, err := client.GetMetricData(ctx, &cloudwatch.GetMetricDataInput{StartTime: &now, EndTime: aws.Time(now.Add(time.Hour)), MetricDataQueries: []types.MetricDataQuery{
		{Id: aws.String("m"), ReturnData: aws.Bool(false), MetricStat: &types.MetricStat{
			Metric: &types.Metric{Namespace: aws.String("App"), MetricName: aws.String("Sales"), Dimensions: dimensions}, Period: aws.Int32(60), Stat: aws.String("Average"),
		}},
		{Id: aws.String("e"), Expression: aws.String("m*10")},
	}})
	if err != nil || len(data.MetricDataResults) != 1 || !slices.Equal(data.MetricDataResults[0].Values, []float64{100, 15}) {
		t.Errorf("GetMetricData: %+v, %v", data, err)
	}
	_, err = client.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: aws.String("App"), MetricData: []types.MetricDatum{
		{MetricName: aws.String("Sales"), Timestamp: aws.Time(now.AddDate(-1, 0, 0)), Value: aws.Float64(1)},
	}})
	if refused, ok := errors.AsType[*types.InvalidParameterValueException](err); !ok || !strings.Contains(refused.ErrorMessage(), "within the past two weeks") {
		t.Errorf("a year ago: %v", err)
	}
}

// Many data are compressed, in each protocol.
func TestCompressedMetricData(t *testing.T) {
	client, send := cloud(t)
	data := make([]types.MetricDatum, 0, 500)
	form := "Action=PutMetricData&Version=2010-08-01&Namespace=App"
	for i := range 500 {
		data = append(data, types.MetricDatum{MetricName: aws.String("a metric with a long name"), Value: aws.Float64(float64(i))})
	}
	form += "&MetricData.member.1.MetricName=formed&MetricData.member.1.Value=2.5&MetricData.member.1.Unit=Percent"
	if _, err := client.PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{Namespace: aws.String("App"), MetricData: data}); err != nil {
		t.Error(err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(form)); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	status, text := send("Content-Type: application/x-www-form-urlencoded\nContent-Encoding: gzip", packed.String())
	if status != 200 || !strings.Contains(text, "<PutMetricDataResponse") || strings.Contains(text, "PutMetricDataResult") {
		t.Errorf("%d %s", status, text)
	}
	list, err := client.ListMetrics(t.Context(), &cloudwatch.ListMetricsInput{Namespace: aws.String("App")})
	if err != nil || len(list.Metrics) != 2 {
		t.Errorf("ListMetrics: %+v, %v", list, err)
	}
}

// Alarms over CBOR, by AWS's client.
func TestAlarmsOfTheClient(t *testing.T) {
	client, _ := cloud(t)
	ctx := t.Context()
	alarm := &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("high"), Namespace: aws.String("App"), MetricName: aws.String("Sales"), Statistic: types.StatisticSum, Period: aws.Int32(60),
		EvaluationPeriods: aws.Int32(3), DatapointsToAlarm: aws.Int32(2), Threshold: aws.Float64(10), ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
		AlarmActions: []string{"arn:aws:sns:us-east-1:123456789012:night"}, Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("a")}},
	}
	composite := &cloudwatch.PutCompositeAlarmInput{AlarmName: aws.String("all"), AlarmRule: aws.String("ALARM(high)")}
	state := &cloudwatch.SetAlarmStateInput{AlarmName: aws.String("high"), StateValue: types.StateValueAlarm, StateReason: aws.String("a test")}
	if _, err := client.PutMetricAlarm(ctx, alarm); err != nil {
		t.Fatal(err)
	}
	if _, err := client.PutCompositeAlarm(ctx, composite); err != nil {
		t.Fatal(err)
	}
	if _, err := client.SetAlarmState(ctx, state); err != nil {
		t.Fatal(err)
	}
	all, err := client.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmTypes: []types.AlarmType{types.AlarmTypeCompositeAlarm, types.AlarmTypeMetricAlarm}})
	if err != nil || len(all.MetricAlarms) != 1 || len(all.CompositeAlarms) != 1 {
		t.Fatalf("DescribeAlarms: %+v, %v", all, err)
	}
	m, c := all.MetricAlarms[0], all.CompositeAlarms[0]
	if *m.AlarmArn != "arn:aws:cloudwatch:us-east-1:123456789012:alarm:high" || m.StateValue != "ALARM" || *m.Threshold != 10 || *m.Period != 60 ||
		!*m.ActionsEnabled || len(m.AlarmActions) != 1 || c.StateValue != "ALARM" || *c.AlarmRule != "ALARM(high)" || m.Unit != "" || m.StateUpdatedTimestamp.IsZero() {
		t.Errorf("DescribeAlarms: %+v\n%+v", m, c)
	}
	history, err := client.DescribeAlarmHistory(ctx, &cloudwatch.DescribeAlarmHistoryInput{AlarmName: aws.String("high")})
	var summaries []string
	if err == nil {
		for _, item := range history.AlarmHistoryItems {
			summaries = append(summaries, *item.HistorySummary)
		}
	}
	want := []string{
		"Failed to execute action arn:aws:sns:us-east-1:123456789012:night", "Alarm updated from INSUFFICIENT_DATA to ALARM", `Alarm "high" created`,
	}
	if err != nil || !slices.Equal(summaries, want) {
		t.Errorf("DescribeAlarmHistory: %q, %v; want %q", summaries, err, want)
	}
	tags, err := client.ListTagsForResource(ctx, &cloudwatch.ListTagsForResourceInput{ResourceARN: m.AlarmArn})
	if err != nil || len(tags.Tags) != 1 {
		t.Errorf("ListTagsForResource: %+v, %v", tags, err)
	}
	if _, err := client.UntagResource(ctx, &cloudwatch.UntagResourceInput{ResourceARN: m.AlarmArn, TagKeys: []string{"team"}}); err != nil {
		t.Error(err)
	}
	if _, err := client.DeleteAlarms(ctx, &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{"all"}}); err != nil {
		t.Error(err)
	}
	_, err = client.PutMetricAlarm(ctx, &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("high"), EvaluationPeriods: aws.Int32(1), ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
	})
	if refused, ok := errors.AsType[smithy.APIError](err); !ok || refused.ErrorCode() != "ValidationError" {
		t.Errorf("without a threshold: %v", err)
	}
}

// The same in the older protocols.
func TestMetricsInOlderProtocols(t *testing.T) {
	_, send := cloud(t)
	form := func(text string) (int, string) {
		return send("Content-Type: application/x-www-form-urlencoded", text+"&Version=2010-08-01")
	}
	inJSON := func(operation, body string) (int, string) {
		return send("Content-Type: application/x-amz-json-1.0\nX-Amz-Target: GraniteServiceVersion20100801."+operation, body)
	}
	at := time.Now().Truncate(time.Hour).Add(-time.Hour).UTC().Format(time.RFC3339)
	check := func(name, want string, status int, text string) {
		t.Helper()
		if status != 200 || !strings.Contains(text, want) {
			t.Errorf("%s: %d %s\nwant %s", name, status, text, want)
		}
	}
	status, text := form("Action=PutMetricData&Namespace=App&MetricData.member.1.MetricName=m&MetricData.member.1.Value=2.5&MetricData.member.1.Timestamp=" + url.QueryEscape(at) +
		"&MetricData.member.1.Dimensions.member.1.Name=a&MetricData.member.1.Dimensions.member.1.Value=b")
	check("PutMetricData", "<PutMetricDataResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\"><ResponseMetadata>", status, text)
	status, text = form("Action=GetMetricStatistics&Namespace=App&MetricName=m&Period=60&Statistics.member.1=Sum&StartTime=" + at + "&EndTime=" + url.QueryEscape(time.Now().UTC().Format(time.RFC3339)) +
		"&Dimensions.member.1.Name=a&Dimensions.member.1.Value=b")
	check("GetMetricStatistics", "<Datapoints><member><Timestamp>"+at+"</Timestamp><Sum>2.5</Sum><Unit>None</Unit></member></Datapoints>", status, text)
	status, text = inJSON("ListMetrics", `{"Namespace":"App"}`)
	check("ListMetrics", `{"Metrics":[{"Namespace":"App","MetricName":"m","Dimensions":[{"Name":"a","Value":"b"}]}]}`, status, text)
	status, text = inJSON("PutMetricAlarm", `{"AlarmName":"x","Namespace":"App","MetricName":"m","Statistic":"Sum","Period":60,"EvaluationPeriods":1,"Threshold":1,"ComparisonOperator":"GreaterThanThreshold"}`)
	check("PutMetricAlarm", "", status, text)
	status, text = form("Action=DescribeAlarms")
	check("DescribeAlarms", "<DescribeAlarmsResult><MetricAlarms><member><AlarmName>x</AlarmName><ActionsEnabled>true</ActionsEnabled>", status, text)
	status, text = form("Action=TagResource&ResourceARN=arn:aws:cloudwatch:us-east-1:123456789012:alarm:x&Tags.member.1.Key=a&Tags.member.1.Value=b")
	check("TagResource", "<TagResourceResult/>", status, text)
	status, text = inJSON("DescribeAlarmHistory", `{}`)
	check("DescribeAlarmHistory", `"HistorySummary":"Alarm \"x\" created"`, status, text)
	if status, text := form("Action=DeleteAlarms&AlarmNames.member.1=none"); status != 404 || !strings.Contains(text, "<Code>ResourceNotFound</Code>") {
		t.Errorf("DeleteAlarms: %d %s", status, text)
	}
}

// Every kind of refusal has a row.
func TestEveryKindOfMetrics(t *testing.T) {
	for _, kind := range refusal.All() {
		f := faultOf(cloudWatchFaults, refusal.Newf(kind, "A text."))
		if f.old.code != kind.Code() || f.message != "A text." || f.internal {
			t.Errorf("%v is %+v", kind, f)
		}
	}
}

// Each operation of AWS's client is built or is refused by its name, and each member of
// those that are is read or refused.
func TestOperationsOfCloudWatch(t *testing.T) {
	v := metrics(new(watched.Store))
	client := reflect.TypeFor[*cloudwatch.Client]()
	for m := range client.Methods() {
		if m.Type.NumIn() != 4 {
			continue
		}
		op, built := v.operations[m.Name]
		if !built {
			if !slices.Contains(v.unbuilt, m.Name) {
				t.Errorf("%s is neither built nor refused by its name", m.Name)
			}
			continue
		}
		members.Each(m.Name, m.Type.In(2), reflect.TypeOf(op.in()), func(m members.Member) bool {
			if strings.HasSuffix(m.Name, ".Entity") || m.Ours == reflect.TypeFor[watchrequest.Unbuilt]() {
				return false // an entity names what data is of, and changes none of it
			}
			if m.Ours == nil {
				t.Errorf("there is no %s", m.Path)
			}
			return m.Ours != nil
		})
	}
}
