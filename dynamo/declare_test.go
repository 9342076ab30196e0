package dynamo_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/dynamo"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/storage"
)

func TestDeclareChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := storage.Open("", storage.Options{Durability: storage.Memory})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		e := engine(t, db, dynamo.Options{})
		declare := func(text string, ttl *request.TimeToLiveSpecification) {
			t.Helper()
			if err := e.Declare(t.Context(), instant.Of(time.Now()), dynamo.Declaration{Table: input[request.CreateTableInput](t, text), TimeToLive: ttl}); err != nil {
				t.Fatal(err)
			}
		}
		restart := func() {
			t.Helper()
			if err := stop(e); err != nil {
				t.Fatal(err)
			}
			e = engine(t, db, dynamo.Options{})
		}
		declare(hashTable, nil)
		for _, id := range []string{"a", "b"} {
			answer(t, e, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"`+id+`"},"g":{"S":"x"},"ttl":{"N":"1"}}}`)
		}
		const index = `{"GlobalSecondaryIndexes":[{"IndexName":"by-g","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"},` +
			`"ProvisionedThroughput":{"ReadCapacityUnits":2,"WriteCapacityUnits":2}}],"Tags":[{"Key":"k","Value":"v"}],"DeletionProtectionEnabled":true,`
		indexed := strings.Replace(strings.Replace(hashTable, `{`, index, 1), `"AttributeDefinitions":[`, `"AttributeDefinitions":[{"AttributeName":"g","AttributeType":"S"},`, 1)
		enabled, name := true, "ttl"
		restart()
		declare(indexed, &request.TimeToLiveSpecification{Enabled: &enabled, AttributeName: &name})
		compareIndex(t, e)
		if got := ttlStatus(t, e); got != "ENABLED ttl" {
			t.Errorf("time to live is %s", got)
		}
		d := describe(t, e, "tab")
		if d.TableStatus != "ACTIVE" || d.GlobalSecondaryIndexes[0].IndexStatus != "ACTIVE" || !d.DeletionProtectionEnabled || len(d.AttributeDefinitions) != 2 {
			t.Errorf("declared with an index: %+v", d)
		}
		if got, want := tag(t, e, "ListTagsOfResource", `{"ResourceArn":"`+d.TableArn+`"}`), `{"Tags":[{"Key":"k","Value":"v"}]}`; got != want {
			t.Errorf("tags %s, want %s", got, want)
		}
		restart()
		declare(strings.ReplaceAll(indexed, `"ProjectionType":"ALL"`, `"ProjectionType":"KEYS_ONLY"`), nil)
		if got := readAll(t, e, "by-g"); len(got) != 2 || strings.Contains(got[0], "ttl") {
			t.Errorf("with another projection the index has %v", got)
		}
		restart()
		declare(hashTable, nil)
		d = describe(t, e, "tab")
		if len(d.GlobalSecondaryIndexes) != 0 || d.DeletionProtectionEnabled || d.ItemCount != 2 || len(d.AttributeDefinitions) != 1 {
			t.Errorf("declared without the index: %+v", d)
		}
		if got := ttlStatus(t, e); got != "DISABLED " {
			t.Errorf("time to live is %s", got)
		}
		time.Sleep(time.Hour)
		if n := describe(t, e, "tab").ItemCount; n != 2 {
			t.Errorf("%d items are left", n)
		}
		declare(indexedTable, nil)
		var other *dynamo.LocalIndexError
		if err := e.Declare(t.Context(), instant.Of(time.Now()), dynamo.Declaration{Table: input[request.CreateTableInput](t, strings.ReplaceAll(indexedTable, "by-l", "by-ll"))}); !errors.As(err, &other) {
			t.Errorf("declared with another local index: %v", err)
		}
		if err := stop(e); err != nil {
			t.Error(err)
		}
	})
}

// TestDeclareWithinQuotas has a template raise what no quota allows, and lower
// its units more often than UpdateTable may.
func TestDeclareWithinQuotas(t *testing.T) {
	e := open(t, dynamo.Options{})
	declare := func(units string) error {
		t.Helper()
		return e.Declare(t.Context(), instant.Of(time.Now()), dynamo.Declaration{Table: input[request.CreateTableInput](t, createText("tab", units, units))})
	}
	const want = "The requested ReadCapacityUnits, 40001, is above the per table maximum for the account in us-east-1. Per table maximum: 40000. " +
		"Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
	if err := declare("40001/1"); !errors.Is(err, refusal.LimitExceeded) || err.Error() != want {
		t.Errorf("a new table over its maximum: %v, want %s", err, want)
	}
	for units := 20; units > 10; units-- {
		if err := declare(fmt.Sprintf("%d/%d", units, units)); err != nil {
			t.Fatal(err)
		}
	}
	if err := declare("40001/11"); !errors.Is(err, refusal.LimitExceeded) || err.Error() != want {
		t.Errorf("a table raised over its maximum: %v, want %s", err, want)
	}
	if got, want := show(describe(t, e, "tab")), "tab 11/11, 0 decreases; by-g 11/11, 0 decreases"; got != want {
		t.Errorf("the table is %s, want %s", got, want)
	}
}

// TestDeclaredStream follows the stream of a template's table through changes
// of the template, each with a restart.
func TestDeclaredStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := storage.Open("", storage.Options{Durability: storage.Memory})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		e := engine(t, db, dynamo.Options{Instant: true})
		defer func() {
			if err := stop(e); err != nil {
				t.Error(err)
			}
		}()
		const place = "arn:aws:dynamodb:us-east-1:123456789012:table/tab/stream/"
		begun := 0
		// start declares the table, writes an item and returns what its stream has.
		start := func(text, label string) []string {
			t.Helper()
			if err := stop(e); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			e = engine(t, db, dynamo.Options{Instant: true})
			if err := e.Declare(t.Context(), instant.Of(time.Now()), dynamo.Declaration{Table: input[request.CreateTableInput](t, text), StreamLabel: label}); err != nil {
				t.Fatal(err)
			}
			begun++
			if got := answer(t, e, "PutItem", fmt.Sprintf(`{"TableName":"tab","Item":{"id":{"S":"%d"}}}`, begun)); got != "{}" {
				t.Fatal(got)
			}
			d := describe(t, e, "tab")
			if label == "" {
				if d.StreamSpecification != nil {
					t.Errorf("the stream %s is enabled without being declared", d.LatestStreamArn)
				}
				return nil
			}
			if d.LatestStreamArn != place+label {
				t.Fatalf("the stream is %q, want %s", d.LatestStreamArn, place+label)
			}
			return keysIn(t, e, d.LatestStreamArn)
		}
		expect := func(what string, got []string, want ...string) {
			t.Helper()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, records of (-want +got):\n%s", what, diff)
			}
		}
		id := func(n int) string { return fmt.Sprintf(`{"id":{"S":"%d"}}`, n) }
		expect("new", start(streamTable("KEYS_ONLY"), "keys"), id(1))
		expect("the same again", start(streamTable("KEYS_ONLY"), "keys"), id(1), id(2))
		expect("another view", start(streamTable("NEW_IMAGE"), "new"), id(3))
		expect("the one before", keysIn(t, e, place+"keys"), id(1), id(2))
		start(hashTable, "")
		expect("removed", keysIn(t, e, place+"new"), id(3))
		if _, err := e.UpdateTable(t.Context(), instant.Of(time.Now()), input[request.UpdateTableInput](t, `{"TableName":"tab","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}}`)); err != nil {
			t.Fatal(err)
		}
		expect("back, in place of one that was not declared", start(streamTable("KEYS_ONLY"), "keys"), id(5))
		expect("and again", start(streamTable("KEYS_ONLY"), "keys"), id(5), id(6))
		left := 0
		if err := db.Scan([]byte{storage.Streams}, []byte{storage.Streams + 1}, func(_, _ []byte) (bool, error) {
			left++
			return true, nil
		}); err != nil || left != 3 {
			t.Errorf("%d records are kept, %v, want those of items 3, 5 and 6", left, err)
		}
	})
}

// keysIn returns the keys of the items in a stream's records.
func keysIn(t *testing.T, e *dynamo.Engine, arn string) []string {
	t.Helper()
	described, err := e.DescribeStream(t.Context(), instant.Of(time.Now()), &request.DescribeStreamInput{StreamArn: &arn})
	if err != nil {
		t.Fatal(err)
	}
	oldest := "TRIM_HORIZON"
	from, err := e.GetShardIterator(t.Context(), instant.Of(time.Now()), &request.GetShardIteratorInput{StreamArn: &arn, ShardId: &described.StreamDescription.Shards[0].ShardId, ShardIteratorType: &oldest})
	if err != nil {
		t.Fatal(err)
	}
	out, err := e.GetRecords(t.Context(), instant.Of(time.Now()), &request.GetRecordsInput{ShardIterator: &from.ShardIterator})
	if err != nil {
		t.Fatal(err)
	}
	keys := make([]string, 0, len(out.Records))
	for _, r := range out.Records {
		keys = append(keys, output(t, r.Dynamodb.Keys))
	}
	return keys
}
