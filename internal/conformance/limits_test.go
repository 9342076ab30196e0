package conformance

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"lullaby/stack"
	"lullaby/storage"
	"lullaby/watch/watchtest"
)

// A tape keeps the samples of a running up.
type tape struct{ watchtest.Tape }

// take returns what was counted since it was called last, in order and without
// what was consumed, and the latencies.
func (p *tape) take() (counts []string, latency []time.Duration) {
	for _, s := range p.Take() {
		switch s.Metric.Name {
		case "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits":
		case "SuccessfulRequestLatency":
			latency = append(latency, time.Duration(s.Value*float64(time.Millisecond)))
		default:
			words := []string{s.Metric.Name, fmt.Sprint(s.Value)}
			for _, d := range s.Dimensions {
				words = append(words, d.Value)
			}
			counts = append(counts, strings.Join(words, " "))
		}
	}
	slices.Sort(counts)
	return counts, latency
}

// limited is a running up --bare, and a client that does not retry.
func limited(t *testing.T) (*dynamodb.Client, *tape) {
	t.Helper()
	told := new(tape)
	s, err := stack.Start(t.Context(), stack.Options{
		Bare: true, AWSAddr: "127.0.0.1:0", Durability: storage.Memory,
		Instant: true, Metrics: told, Out: t.Output(), Logs: t.Output(), Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return dynamodb.New(sdk(s.AWSURL()).Options(), func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }), told
}

func createLimited(t *testing.T, c *dynamodb.Client, in *dynamodb.CreateTableInput) {
	t.Helper()
	in.TableName = aws.String("orders")
	in.KeySchema = []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}}
	in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS})
	if in.ProvisionedThroughput == nil {
		in.BillingMode = types.BillingModePayPerRequest
	}
	if _, err := c.CreateTable(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

func units(read, write int64) *types.ProvisionedThroughput {
	return &types.ProvisionedThroughput{ReadCapacityUnits: &read, WriteCapacityUnits: &write}
}

// A limitTest writes large items to a table until one is refused.
type limitTest struct {
	name   string
	table  dynamodb.CreateTableInput
	hot    bool          // whether all is written under one key
	within int           // items at most, until one is refused
	pause  time.Duration // between them
	want   error
	counts []string
}

const (
	limitedARN = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
	largeItem  = 390 << 10 // bytes; 391 units to write

	// pause keeps a key under the 1,000 units a second that a partition takes.
	pause = 450 * time.Millisecond
)

var limitTests = []limitTest{
	{
		name:   "a table of 5 WCU",
		table:  dynamodb.CreateTableInput{ProvisionedThroughput: units(5, 5)},
		within: 5, pause: pause,
		want: &types.ProvisionedThroughputExceededException{
			Message: aws.String("The level of configured provisioned throughput for the table was exceeded. " +
				"Consider increasing your provisioning level with the UpdateTable API."),
			ThrottlingReasons: reasons("TableWriteProvisionedThroughputExceeded", limitedARN),
		},
		counts: []string{
			"ThrottledRequests 1 orders PutItem",
			"WriteProvisionedThroughputThrottleEvents 1 orders",
			"WriteThrottleEvents 1 orders",
		},
	},
	{
		name: "an index of 1 WCU under a table of 1,000",
		table: dynamodb.CreateTableInput{
			ProvisionedThroughput: units(1000, 1000),
			AttributeDefinitions:  []types.AttributeDefinition{{AttributeName: aws.String("day"), AttributeType: types.ScalarAttributeTypeS}},
			GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
				IndexName:             aws.String("by-day"),
				KeySchema:             []types.KeySchemaElement{{AttributeName: aws.String("day"), KeyType: types.KeyTypeHash}},
				Projection:            &types.Projection{ProjectionType: types.ProjectionTypeAll},
				ProvisionedThroughput: units(1, 1),
			}},
		},
		within: 5, pause: pause,
		want: &types.ProvisionedThroughputExceededException{
			Message: aws.String("The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. " +
				"Consider increasing your provisioning level for the under-provisioned global secondary indexes with the UpdateTable API"),
			ThrottlingReasons: reasons("IndexWriteProvisionedThroughputExceeded", limitedARN+"/index/by-day"),
		},
		counts: []string{
			"ThrottledRequests 1 orders PutItem",
			"WriteProvisionedThroughputThrottleEvents 1 orders by-day",
			"WriteThrottleEvents 1 orders by-day",
		},
	},
	{
		name: "a hot key on demand",
		hot:  true, within: 100,
		want: &types.ThrottlingException{
			Message: aws.String("Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index " +
				"so please try again shortly. If exceptions persist, check if you have a hot key: " +
				"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"),
			ThrottlingReasons: reasons("TableWriteKeyRangeThroughputExceeded", limitedARN),
		},
		counts: []string{
			"ThrottledRequests 1 orders PutItem",
			"WriteKeyRangeThroughputThrottleEvents 1 orders",
			"WriteThrottleEvents 1 orders",
		},
	},
}

// Each limit that a night without sleep begins with, as the SDK shows it with its
// retries off: the exception, its text and reason, and what CloudWatch counts.
func TestLimits(t *testing.T) {
	for _, tt := range limitTests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.run(t)
		})
	}
}

func (tt *limitTest) run(t *testing.T) {
	t.Helper()
	c, told := limited(t)
	createLimited(t, c, &tt.table)
	put := func(key string, more values) error {
		item := values{"id": text(key)}
		if tt.hot {
			item["id"] = text("hot")
		}
		maps.Copy(item, more)
		_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("orders"), Item: item})
		return err
	}
	began := time.Now()
	var err error
	succeeded := 0
	for err == nil && succeeded <= tt.within {
		err = put(fmt.Sprint("order", succeeded), values{"day": text("monday"), "b": text(strings.Repeat("x", largeItem))})
		if err == nil {
			succeeded++
			time.Sleep(tt.pause)
		}
	}
	counts, latency := told.take()
	took := time.Since(began)
	sameRefusal(t, err, tt.want)
	if !slices.Equal(counts, tt.counts) {
		t.Errorf("counted %v, want %v", counts, tt.counts)
	}
	if len(latency) != succeeded || slices.Min(latency) <= 0 || slices.Max(latency) > took {
		t.Errorf("latencies %v in %v, want one above zero for each of %d", latency, took, succeeded)
	}
	if tt.hot {
		return // a partition takes more within the second
	}
	sameRefusal(t, put("another", nil), tt.want) // of no day: in no index
	if counts, latency = told.take(); !slices.Equal(counts, tt.counts) || len(latency) > 0 {
		t.Errorf("another request counted %v, %v, want %v and no latency", counts, latency, tt.counts)
	}
}

func reasons(reason, resource string) []types.ThrottlingReason {
	return []types.ThrottlingReason{{Reason: &reason, Resource: &resource}}
}

// sameRefusal compares exceptions by their type, text and reasons.
func sameRefusal(t *testing.T, got, want error) {
	t.Helper()
	refusal := func(err error) string {
		var reasons []types.ThrottlingReason
		provisioned, isProvisioned := errors.AsType[*types.ProvisionedThroughputExceededException](err)
		throttling, isThrottling := errors.AsType[*types.ThrottlingException](err)
		switch {
		case isProvisioned:
			reasons = provisioned.ThrottlingReasons
		case isThrottling:
			reasons = throttling.ThrottlingReasons
		}
		api, ok := errors.AsType[smithy.APIError](err)
		if !ok {
			return fmt.Sprint(err)
		}
		lines := []string{api.ErrorCode() + ": " + api.ErrorMessage()}
		for _, r := range reasons {
			lines = append(lines, aws.ToString(r.Reason)+" of "+aws.ToString(r.Resource))
		}
		return strings.Join(lines, "\n")
	}
	if g, w := refusal(got), refusal(want); g != w {
		t.Errorf("refused with\n%s\nwant\n%s", g, w)
	}
}

// The fifth decrease of a day is a LimitExceededException, and an error of the
// user's to CloudWatch; an increase is none.
func TestDecreaseAfterFour(t *testing.T) {
	t.Parallel()
	c, told := limited(t)
	createLimited(t, c, &dynamodb.CreateTableInput{ProvisionedThroughput: units(10, 10)})
	change := func(write int64) error {
		_, err := c.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{TableName: aws.String("orders"), ProvisionedThroughput: units(10, write)})
		return err
	}
	for write := int64(9); write > 5; write-- {
		if err := change(write); err != nil {
			t.Fatal(err)
		}
	}
	told.take()
	limit, ok := errors.AsType[*types.LimitExceededException](change(5))
	if !ok {
		t.Fatalf("the fifth decrease: %v, want LimitExceededException", limit)
	}
	const at = `[A-Z][a-z]+, [A-Z][a-z]+ \d{1,2}, \d{4} at \d{1,2}:\d\d:\d\d [AP]M Coordinated Universal Time`
	want := regexp.MustCompile(`^Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day\. ` +
		`After the first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds\. ` +
		`Number of decreases today: 4\. Last decrease at ` + at + `\. Next decrease can be made at ` + at + `$`)
	if !want.MatchString(limit.ErrorMessage()) {
		t.Errorf("refused with %q, want %v", limit.ErrorMessage(), want)
	}
	if counts, _ := told.take(); !slices.Equal(counts, []string{"UserErrors 1"}) {
		t.Errorf("counted %v, want one of UserErrors", counts)
	}
	if err := change(20); err != nil {
		t.Errorf("an increase after that: %v", err)
	}
}
