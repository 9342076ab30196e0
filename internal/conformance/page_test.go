package conformance

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	metrics "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// script is a text that becomes a script where it becomes HTML.
const script = `"'><img src=x onerror="window.evil=1"><script>window.evil=1</script>`

// The live page in a real browser: it shows names as text, goes by links, keys and the way
// back, asks nobody but its server, logs nothing, and has CloudWatch's numbers.
func TestLivePageInChromium(t *testing.T) {
	t.Parallel()
	takesLong(t)
	b := browse(t)
	up := start(t, writeKept(t), "--drained", "--web-addr", "127.0.0.1:0")
	fillPage(t, up.AWS)

	b.show(up.Web + "/")
	b.until(`[...document.querySelectorAll('h3')].some(e => e.textContent === 'kept')`)
	b.until(`[...document.querySelectorAll('td a')].some(e => e.textContent === ` + strconv.Quote(script) + `)`)

	// By keyboard: past the header into the page, and on to its first thing.
	b.press("Tab")
	b.until(`document.activeElement.textContent === 'Skip to the content'`)
	b.press("Enter")
	b.until(`document.activeElement.id === 'main'`)
	b.press("Tab")
	b.until(`document.activeElement.tagName === 'A' && document.activeElement.closest('main')`)
	first := b.value(`document.activeElement.textContent`)
	b.press("Enter")
	b.until(`document.activeElement.tagName === 'H1' && document.activeElement.textContent === ` + fmt.Sprintf("%q", first))
	b.value(`history.back()`)
	b.until(`document.querySelector('h1').textContent === 'Overview'`)
	b.value(`document.querySelector('svg').focus()`)
	b.press("ArrowLeft")
	b.until(`/^\d\d:\d\d  /.test(document.querySelector('figcaption span').textContent)`)

	// A link to each thing.
	for _, thing := range []string{"table/kept", "queue/q", "function/invoked", "alarm/" + script} {
		kind, name, _ := strings.Cut(thing, "/")
		b.value(`location.hash = '#/` + kind + `/' + encodeURIComponent(` + strconv.Quote(name) + `)`)
		b.until(`document.querySelector('h1').textContent === ` + strconv.Quote(name))
	}
	b.show(up.Web + "/#/queue/q")
	b.until(`document.querySelector('details pre')?.textContent === ` + strconv.Quote(script))
	b.show(up.Web + "/#/refusals")
	b.until(`document.querySelector('main').textContent.includes('TableWriteProvisionedThroughputExceeded by tight')`)
	b.show(up.Web + "/#/table/kept")
	b.until(`document.querySelector('details pre')?.textContent.includes('onerror')`)

	b.show(up.Web + "/#/table/tight")
	comparePage(t, b, up.AWS)
	if b.value(`window.evil === undefined && document.querySelectorAll('img, body script').length === 0`) != true {
		t.Error("a name or a text became HTML")
	}
	for _, s := range b.strange(up.Web) {
		t.Error(s)
	}
	doesNotGrow(t, b, up.Web)
}

// doesNotGrow has the page ask for many states one after the other, as many as it does in
// half an hour, and compares what it holds.
func doesNotGrow(t *testing.T, b *chromium, url string) {
	t.Helper()
	b.show(url + "/#/")
	b.until(`document.querySelector('h1')?.textContent === 'Overview'`)
	holds := func() (nodes int) {
		b.call("HeapProfiler.collectGarbage", nil, nil)
		var counters struct{ Nodes int }
		b.call("Memory.getDOMCounters", nil, &counters)
		return counters.Nodes
	}
	b.value(`{
		const wait = setTimeout, ask = fetch;
		window.asked = 0;
		window.setTimeout = (f, ms) => wait(f, ms === 2000 ? 0 : ms);
		window.fetch = (...of) => { window.asked++; return ask(...of); };
		document.dispatchEvent(new Event('visibilitychange'));
	}`)
	b.until(`window.asked > 20`)
	before := holds()
	b.until(`window.asked > 900`)
	if after := holds(); after > before*5/4 {
		t.Errorf("the page held %d nodes, and %d after 900 states", before, after)
	}
}

// fillPage makes what the page shows: an item and a message with scripts, an alarm with one
// for a name, and a table that throttles.
func fillPage(t *testing.T, aws string) {
	t.Helper()
	tables := dynamodb.New(dynamodb.Options{
		BaseEndpoint: &aws, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("x", "y", ""), RetryMaxAttempts: 1,
	})
	ctx := t.Context()
	_, err := tables.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: new("tight"), AttributeDefinitions: []types.AttributeDefinition{{AttributeName: new("id"), AttributeType: "S"}},
		KeySchema:             []types.KeySchemaElement{{AttributeName: new("id"), KeyType: "HASH"}},
		ProvisionedThroughput: &types.ProvisionedThroughput{ReadCapacityUnits: new(int64(1)), WriteCapacityUnits: new(int64(1))},
	})
	check(t, err)
	check(t, dynamodb.NewTableExistsWaiter(tables).Wait(ctx, &dynamodb.DescribeTableInput{TableName: new("tight")}, time.Minute))
	put := func(table, id string) error {
		_, err := tables.PutItem(ctx, &dynamodb.PutItemInput{TableName: &table, Item: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: id}}})
		return err
	}
	check(t, put("kept", script))
	throttled := 0
	for i := range 40 {
		if put("tight", strconv.Itoa(i)) != nil {
			throttled++
		}
	}
	if throttled == 0 {
		t.Fatal("nothing was throttled")
	}
	queues := queueSDK(aws)
	q, err := queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: new("q")})
	check(t, err)
	_, err = queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: q.QueueUrl, MessageBody: new(script)})
	check(t, err)
	_, err = metricsOf(aws).PutMetricAlarm(ctx, &cloudwatch.PutMetricAlarmInput{
		AlarmName: new(script), AlarmDescription: new(script), Namespace: new("AWS/DynamoDB"), MetricName: new("WriteThrottleEvents"),
		Statistic: metrics.StatisticSum, Period: new(int32(60)), EvaluationPeriods: new(int32(1)), Threshold: new(0.0),
		ComparisonOperator: metrics.ComparisonOperatorGreaterThanThreshold,
		Dimensions:         []metrics.Dimension{{Name: new("TableName"), Value: new("tight")}},
	})
	check(t, err)
}

// comparePage waits until CloudWatch knows the minutes of tight's writes, and compares each
// with the row of the page.
func comparePage(t *testing.T, b *chromium, aws string) {
	t.Helper()
	type sums map[int64]float64
	of := func(metric string) sums {
		out, err := metricsOf(aws).GetMetricStatistics(t.Context(), &cloudwatch.GetMetricStatisticsInput{
			Namespace: new("AWS/DynamoDB"), MetricName: &metric, Period: new(int32(60)), Statistics: []metrics.Statistic{metrics.StatisticSum},
			StartTime: new(time.Now().Add(-10 * time.Minute)), EndTime: new(time.Now()),
			Dimensions: []metrics.Dimension{{Name: new("TableName"), Value: new("tight")}},
		})
		check(t, err)
		found := sums{}
		for _, d := range out.Datapoints {
			found[d.Timestamp.UnixMilli()] = *d.Sum
		}
		return found
	}
	written := time.Now()
	for time.Since(written) < 130*time.Second { // the minute is over, and AWS's samples are a minute late
		time.Sleep(time.Second)
	}
	for column, metric := range map[int]string{2: "ConsumedWriteCapacityUnits", 3: "WriteThrottleEvents"} {
		want, compared := of(metric), 0
		for minute, sum := range want {
			cell := fmt.Sprintf(`document.querySelector('tr[data-minute="%d"]')?.cells[%d].textContent`, minute, column)
			got, shown := b.value(cell).(string)
			if !shown {
				continue // it is older than what the page shows
			}
			if f, err := strconv.ParseFloat(got, 64); err != nil || f != sum {
				t.Errorf("%s at %d: the page has %q, CloudWatch %v", metric, minute, got, sum)
			}
			if sum > 0 {
				compared++
			}
		}
		if compared == 0 {
			t.Errorf("of %s nothing was compared: %v", metric, want)
		}
	}
}

func metricsOf(aws string) *cloudwatch.Client {
	return cloudwatch.New(cloudwatch.Options{BaseEndpoint: &aws, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("x", "y", "")})
}
