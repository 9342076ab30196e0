package awsretry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/retry"
	"lullaby/retry/awsretry"
)

func TestAccount(t *testing.T) {
	put := answer{status: 200, body: `{"ConsumedCapacity":{"TableName":"t","CapacityUnits":2}}`}
	get := answer{status: 200, body: `{"ConsumedCapacity":{"TableName":"t","CapacityUnits":0.5}}`}
	legacy := awsretry.Options{Policy: policy(t, retry.Legacy, retry.Options{MaxAttempts: 4}), Limit: time.Minute}
	ours := func(n int, reason string) []awsretry.Refusal {
		return []awsretry.Refusal{{Resource: tableARN, Reason: reason, Count: n}}
	}
	for _, tt := range []struct {
		name string
		o    awsretry.Options
		s    *service
		want awsretry.Account
	}{
		{"at once", legacy, always(put), awsretry.Account{Calls: 1, Attempts: 1, WriteUnits: 2}},
		{"throttled twice", legacy, times(2, refusal(tableWrite), put), awsretry.Account{
			Calls: 1, Attempts: 3, Throttled: 2, Waited: 150 * time.Millisecond, Refusals: ours(2, tableWrite), WriteUnits: 2,
		}},
		{"broken once", legacy, times(1, answer{status: 500, body: "{}"}, get), awsretry.Account{
			Calls: 1, Attempts: 2, Waited: 50 * time.Millisecond, WriteUnits: 0.5,
		}},
		{"throttled for good", legacy, always(refusal(keyRangeWrite)), awsretry.Account{
			Calls: 1, Attempts: 4, Throttled: 4, Waited: 350 * time.Millisecond, Refusals: ours(4, keyRangeWrite),
			Failed: 1, Stopped: retry.AttemptsSpent,
		}},
		{"no time", awsretry.Options{Policy: legacy.Policy, Limit: 600 * time.Millisecond}, always(refusal(tableWrite)), awsretry.Account{
			Calls: 1, Attempts: 2, Throttled: 2, Waited: 50 * time.Millisecond, Refusals: ours(2, tableWrite),
			Failed: 1, Stopped: retry.DeadlineNear, Delay: 100 * time.Millisecond,
		}},
		{"invalid", legacy, always(answer{status: 400, body: `{"__type":"ValidationException"}`}), awsretry.Account{
			Calls: 1, Attempts: 1, Failed: 1,
		}},
		{"observed", awsretry.Options{ObserveOnly: true}, always(answer{status: 400, body: `{"__type":"ValidationException"}`}), awsretry.Account{
			Calls: 1, Attempts: 1, Failed: 1,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := retrier(t, tt.o)
				ctx, inv := r.Begin(t.Context(), time.Time{})
				defer inv.End()
				_, err := client(tt.s, r).PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("t"), Item: key(1)})
				if (err != nil) != (tt.want.Failed > 0) {
					t.Errorf("error %v", err)
				}
				if got := inv.Account(); !reflect.DeepEqual(got, tt.want) {
					t.Errorf("account %+v, want %+v", got, tt.want)
				}
			})
		})
	}
}

// The SDK's own retries are counted too, and their ends told apart.
func TestAccountOfTheSDKsRetries(t *testing.T) {
	for _, tt := range []struct {
		name    string
		timeout time.Duration
		want    retry.Outcome
	}{
		{"attempts", time.Hour, retry.AttemptsSpent},
		{"deadline", time.Nanosecond, retry.DeadlineNear},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := retrier(t, awsretry.Options{ObserveOnly: true, Reserve: 1})
			s := always(refusal(tableWrite))
			db := client(s, r)
			ctx, cancel := context.WithTimeout(t.Context(), tt.timeout+1)
			defer cancel()
			ctx, inv := r.Begin(ctx, time.Time{})
			defer inv.End()
			_, err := db.PutItem(ctx, put)
			if _, ok := errors.AsType[*types.ProvisionedThroughputExceededException](err); ok != (tt.want == retry.AttemptsSpent) {
				t.Errorf("%s: error %v, want the SDK's own", tt.name, err)
			}
			a := inv.Account()
			if a.Stopped != tt.want || a.Failed != 1 || a.Attempts != len(s.at) || a.Throttled != a.Attempts || a.Waited != time.Since(s.since) {
				t.Errorf("%s: account %+v after %v, want %v", tt.name, a, time.Since(s.since), tt.want)
			}
		})
	}
}

// Units are asked for only where somebody counts them, and never in place of
// what the caller has asked for.
func TestUnitsAreAskedFor(t *testing.T) {
	r := retrier(t, awsretry.Options{})
	ctx, inv := r.Begin(t.Context(), time.Time{})
	defer inv.End()
	s := always(done)
	db := client(s, r)
	name, item := aws.String("t"), key(1)
	calls := []func(context.Context) error{
		func(ctx context.Context) error { return second(db.PutItem(ctx, put)) },
		func(ctx context.Context) error {
			return second(db.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: name, Key: item}))
		},
		func(ctx context.Context) error {
			return second(db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: name, Key: item}))
		},
		func(ctx context.Context) error {
			return second(db.GetItem(ctx, &dynamodb.GetItemInput{TableName: name, Key: item}))
		},
		func(ctx context.Context) error { return second(db.Query(ctx, &dynamodb.QueryInput{TableName: name})) },
		func(ctx context.Context) error { return second(db.Scan(ctx, &dynamodb.ScanInput{TableName: name})) },
		func(ctx context.Context) error { return second(db.BatchWriteItem(ctx, writesOf(1))) },
		func(ctx context.Context) error { return second(db.BatchGetItem(ctx, getsOf(1))) },
		func(ctx context.Context) error {
			return second(db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{Put: &types.Put{TableName: name, Item: item}}}}))
		},
		func(ctx context.Context) error {
			return second(db.TransactGetItems(ctx, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{{Get: &types.Get{TableName: name, Key: item}}}}))
		},
	}
	for i, call := range calls {
		if err := call(ctx); err != nil {
			t.Fatal(err)
		}
		if err := call(t.Context()); err != nil {
			t.Fatal(err)
		}
		counted, alone := s.asked[2*i], s.asked[2*i+1]
		if !strings.Contains(counted, `"ReturnConsumedCapacity":"TOTAL"`) || strings.Contains(alone, "ReturnConsumedCapacity") {
			t.Errorf("in an invocation %s, want TOTAL; alone %s, want none", counted, alone)
		}
	}
	own := &dynamodb.GetItemInput{TableName: name, Key: item, ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes}
	if err := second(db.GetItem(ctx, own)); err != nil || !strings.Contains(s.asked[len(s.asked)-1], "INDEXES") {
		t.Errorf("%v, %s, want INDEXES as asked for", err, s.asked[len(s.asked)-1])
	}
	if put.ReturnConsumedCapacity != "" {
		t.Error("the caller's input was changed")
	}
}

func second[T any](_ T, err error) error { return err }

// full is an account in which everything is news.
var full = awsretry.Account{
	Calls: 3, Attempts: 9, Throttled: 5, Waited: 1_234_567 * time.Microsecond,
	Refusals: []awsretry.Refusal{
		{Resource: tableARN, Reason: tableWrite, Count: 3},
		{Resource: tableARN + "/index/i", Reason: "IndexWriteProvisionedThroughputExceeded", Count: 1},
		{Reason: "UnprocessedItems", Count: 1},
	},
	ReadUnits: 1.5, WriteUnits: 7, Failed: 1, Stopped: retry.QuotaSpent, Unprocessed: 4,
}

func TestAccountAsAttributes(t *testing.T) {
	for _, tt := range []struct {
		a    awsretry.Account
		want string
	}{
		{awsretry.Account{}, `retries.calls=0 retries.attempts=0`},
		{full, `retries.calls=3 retries.attempts=9 retries.throttled=5 retries.waited_ms=1234.567` +
			` "retries.refusals.TableWriteProvisionedThroughputExceeded ` + tableARN + `"=3` +
			` "retries.refusals.IndexWriteProvisionedThroughputExceeded ` + tableARN + `/index/i"=1` +
			` retries.refusals.UnprocessedItems=1 retries.read_units=1.5 retries.write_units=7 retries.failed=1` +
			` retries.unprocessed=4 retries.ended_by="quota spent"`},
	} {
		var got bytes.Buffer
		slog.New(slog.NewTextHandler(&got, nil)).Info("m", slog.Any("retries", tt.a))
		_, attributes, _ := strings.Cut(got.String(), "msg=m ")
		if attributes != tt.want+"\n" {
			t.Errorf("attributes\n%s, want\n%s", attributes, tt.want)
		}
	}
}

func TestAccountAsMetrics(t *testing.T) {
	line, err := full.AppendEMF([]byte("> "), time.UnixMilli(1_700_000_000_123), "Items", map[string]string{"Function": "put", "Mode": "aware"})
	if err != nil {
		t.Fatal(err)
	}
	text, isLine := strings.CutSuffix(strings.TrimPrefix(string(line), "> "), "\n")
	if !isLine || strings.Contains(text, "\n") {
		t.Fatalf("%q is not one line", line)
	}
	var got, want any
	must(json.Unmarshal([]byte(text), &got))
	must(json.Unmarshal([]byte(`{
		"_aws": {"Timestamp": 1700000000123, "CloudWatchMetrics": [{"Namespace": "Items", "Dimensions": [["Function", "Mode"]], "Metrics": [
			{"Name": "Calls", "Unit": "Count"}, {"Name": "Attempts", "Unit": "Count"}, {"Name": "Throttled", "Unit": "Count"},
			{"Name": "Waited", "Unit": "Milliseconds"}, {"Name": "ReadUnits", "Unit": "Count"}, {"Name": "WriteUnits", "Unit": "Count"},
			{"Name": "Failed", "Unit": "Count"}, {"Name": "Unprocessed", "Unit": "Count"},
			{"Name": "IndexWriteProvisionedThroughputExceeded", "Unit": "Count"},
			{"Name": "TableWriteProvisionedThroughputExceeded", "Unit": "Count"}, {"Name": "UnprocessedItems", "Unit": "Count"}]}]},
		"Function": "put", "Mode": "aware", "EndedBy": "quota spent",
		"Calls": 3, "Attempts": 9, "Throttled": 5, "Waited": 1234.567, "ReadUnits": 1.5, "WriteUnits": 7, "Failed": 1, "Unprocessed": 4,
		"IndexWriteProvisionedThroughputExceeded": 1, "TableWriteProvisionedThroughputExceeded": 3, "UnprocessedItems": 1}`), &want))
	if !reflect.DeepEqual(got, want) {
		t.Errorf("line %v, want %v", got, want)
	}
	if line, err := (awsretry.Account{}).AppendEMF(nil, time.Time{}, "Items", nil); err != nil ||
		strings.Contains(string(line), "EndedBy") || !strings.Contains(string(line), `"Dimensions":[[]]`) {
		t.Errorf("line of nothing: %s, %v", line, err)
	}
	many := map[string]string{}
	for i := range 31 {
		many[strings.Repeat("d", i+1)] = "v"
	}
	for _, tt := range []struct {
		namespace  string
		dimensions map[string]string
	}{
		{"", nil},
		{strings.Repeat("n", 257), nil},
		{"Items", many},
		{"Items", map[string]string{"Calls": "x"}},
		{"Items", map[string]string{"_aws": "x"}},
		{"Items", map[string]string{"EndedBy": "x"}},
	} {
		if line, err := full.AppendEMF(nil, time.Time{}, tt.namespace, tt.dimensions); err == nil || line != nil {
			t.Errorf("namespace %q, %d dimensions: no error", tt.namespace, len(tt.dimensions))
		}
	}
}
