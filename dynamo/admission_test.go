package dynamo_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/capacity"
	"lullaby/dynamo"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// indexed is a table of plenty with an index of one unit.
const indexed = `{"TableName":"tab","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"}],` +
	`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"ProvisionedThroughput":{"ReadCapacityUnits":1000,"WriteCapacityUnits":1000},` +
	`"GlobalSecondaryIndexes":[{"IndexName":"by-g","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"},` +
	`"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}]}`

// An index that is behind refuses every write to its table, and none when it is
// gone. Reads go on.
func TestIndexDeletedUnderBackPressure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{Instant: true})
		create(t, e, indexed)
		write := func(item string) error {
			_, err := e.PutItem(t.Context(), instant.Of(time.Now()), input[request.PutItemInput](t, `{"TableName":"tab","Item":`+item+`}`))
			return err
		}
		var refused *dynamo.ThrottleError
		for n := 0; !errors.As(write(fmt.Sprintf(`{"id":{"S":"%d"},"g":{"S":"%d"}}`, n, n)), &refused); n++ {
			if n > 2_000 {
				t.Fatal("no refusal")
			}
			time.Sleep(2 * time.Millisecond)
		}
		want := capacity.Resource{Name: "arn:aws:dynamodb:us-east-1:123456789012:table/tab/index/by-g", Index: true}
		if refused.Verdict.Resource != want {
			t.Fatalf("refused by %+v, want the index", refused.Verdict.Resource)
		}
		elsewhere := `{"id":{"S":"not in the index"}}`
		if err := write(elsewhere); !errors.Is(err, refusal.Throttled) {
			t.Errorf("a write that the index has no part in: %v, want it refused", err)
		}
		if _, err := e.GetItem(t.Context(), instant.Of(time.Now()), input[request.GetItemInput](t, `{"TableName":"tab","Key":{"id":{"S":"1"}}}`)); err != nil {
			t.Errorf("a read: %v", err)
		}
		if _, err := e.UpdateTable(t.Context(), instant.Of(time.Now()), input[request.UpdateTableInput](t,
			`{"TableName":"tab","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by-g"}}]}`)); err != nil {
			t.Fatal(err)
		}
		if err := write(elsewhere); err != nil {
			t.Errorf("a write without the index: %v", err)
		}
	})
}

// A table that is deleted while it refuses is as any other when it is made again.
func TestTableDeletedWhileThrottled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{Instant: true})
		create(t, e, hashTable)
		drain(t, e)
		if _, err := e.DeleteTable(t.Context(), instant.Of(time.Now()), input[request.DeleteTableInput](t, `{"TableName":"tab"}`)); err != nil {
			t.Fatal(err)
		}
		create(t, e, hashTable)
		if passed := drain(t, e); passed < 1_500 {
			t.Errorf("%d writes passed, want the burst of a new table", passed)
		}
	})
}

// A table on demand is warm to double its highest minute, half an hour later.
func TestWarmThroughputGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{Instant: true})
		create(t, e, `{"TableName":"tab","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],`+
			`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"}`)
		value := strings.Repeat("x", 399*1024)
		for n := range 300 { // for a minute, five of 400 units a second ...
			for k := range 2 { // ... and each twice
				if _, err := e.PutItem(t.Context(), instant.Of(time.Now()), input[request.PutItemInput](t,
					fmt.Sprintf(`{"TableName":"tab","Item":{"id":{"S":"%d-%d"},"v":{"S":"%s"}}}`, n%3, k, value))); err != nil && !errors.Is(err, refusal.Throttled) {
					t.Fatal(err)
				}
			}
			time.Sleep(200 * time.Millisecond)
		}
		warm := func() int64 {
			out, err := e.DescribeTable(t.Context(), instant.Of(time.Now()), input[request.DescribeTableInput](t, `{"TableName":"tab"}`))
			if err != nil {
				t.Fatal(err)
			}
			return out.Table.WarmThroughput.WriteUnitsPerSecond
		}
		before := warm()
		time.Sleep(31 * time.Minute)
		if _, err := e.DeleteItem(t.Context(), instant.Of(time.Now()), input[request.DeleteItemInput](t, `{"TableName":"tab","Key":{"id":{"S":"a"}}}`)); err != nil {
			t.Fatal(err)
		}
		if after := warm(); before != 4_000 || after <= 4_000 || after > 8_000 {
			t.Errorf("warm to %d writes a second, then to %d; want 4000, then more, and no more than double of what it took", before, after)
		}
	})
}

// A transaction that one of its tables refuses costs the others nothing.
func TestRefusedTransactionCostsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{Instant: true})
		for _, name := range []string{"tab", "other"} {
			create(t, e, `{"TableName":"`+name+`","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],`+
				`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}`)
		}
		write := func() error {
			_, err := e.TransactWriteItems(t.Context(), instant.Of(time.Now()), input[request.TransactWriteItemsInput](t,
				`{"TransactItems":[{"Put":{"TableName":"other","Item":{"id":{"S":"a"}}}},{"Put":{"TableName":"tab","Item":{"id":{"S":"a"}}}}]}`))
			return err
		}
		if err := write(); err != nil {
			t.Fatal(err)
		}
		if passed := drain(t, e); passed != 298 {
			t.Errorf("a transaction left %d units, want 298", passed)
		}
		for range 100 {
			var refused *dynamo.ThrottleError
			if err := write(); !errors.As(err, &refused) || refused.Request != dynamo.Transaction {
				t.Fatalf("%v, want the transaction refused", err)
			}
		}
		passed := 0
		for ; ; passed++ {
			_, err := e.PutItem(t.Context(), instant.Of(time.Now()), input[request.PutItemInput](t, `{"TableName":"other","Item":{"id":{"S":"b"}}}`))
			if errors.Is(err, refusal.Throttled) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if passed != 298 {
			t.Errorf("the other table had %d units left, want 298", passed)
		}
	})
}
