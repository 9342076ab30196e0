package dynamo_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lullaby/dynamo"
	"lullaby/internal/arn"
	"lullaby/storage"
)

// A table is UPDATING for 4.5 s when its stream is switched, and keeps the ARN of
// a disabled one, over a restart too.
func TestStreamSwitched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := storage.Open("", storage.Options{Durability: storage.Memory})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		e := engine(t, db, dynamo.Options{})
		create(t, e, hashTable)
		time.Sleep(time.Minute)
		state := func() string {
			d := describe(t, e, "tab")
			return d.TableStatus + " " + output(t, d.StreamSpecification) + " " + d.LatestStreamArn
		}
		expect := func(want string) {
			t.Helper()
			if got := state(); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		expect("ACTIVE null ")
		const (
			on  = `{"TableName":"tab","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}}`
			off = `{"TableName":"tab","StreamSpecification":{"StreamEnabled":false}}`
		)
		updateTable(t, e, on)
		const spec, place = `{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}`, "arn:aws:dynamodb:us-east-1:123456789012:table/tab/stream/2000-01-01T00:01:00.000"
		expect("UPDATING " + spec + " " + place)
		if got := refusalOf(t, e, off); !strings.HasSuffix(got, "Table: tab is in the process of being updated.") {
			t.Errorf("disabled at once: %s", got)
		}
		if got := answer(t, e, "DeleteTable", `{"TableName":"tab"}`); !strings.HasSuffix(got, "Table: tab is in the process of being updated.") {
			t.Errorf("deleted meanwhile: %s", got)
		}
		time.Sleep(4400 * time.Millisecond)
		expect("UPDATING " + spec + " " + place)
		time.Sleep(200 * time.Millisecond)
		expect("ACTIVE " + spec + " " + place)
		updateTable(t, e, off)
		expect("UPDATING null " + place)
		time.Sleep(5 * time.Second)
		expect("ACTIVE null " + place)
		if err := stop(e); err != nil {
			t.Fatal(err)
		}
		time.Sleep(48 * time.Hour) // its records are gone
		e = engine(t, db, dynamo.Options{})
		expect("ACTIVE null " + place)
		if err := stop(e); err != nil {
			t.Fatal(err)
		}
	})
}

// A stream is of the region and the account in which its folder is opened.
func TestStreamMoves(t *testing.T) {
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	e := engine(t, db, dynamo.Options{Instant: true})
	create(t, e, streamTable("KEYS_ONLY"))
	answer(t, e, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"}}}`)
	if err := stop(e); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second start finds what the first has moved
		e = engine(t, db, dynamo.Options{Instant: true, Scope: arn.Scope{Region: "eu-west-1"}})
		place, _ := shard(t, e)
		if d := describe(t, e, "tab"); d.LatestStreamArn != place || !strings.HasPrefix(place, "arn:aws:dynamodb:eu-west-1:") {
			t.Errorf("the stream is %s, in the list %s", d.LatestStreamArn, place)
		}
		if got, _ := records(t, e, iterator(t, e, "TRIM_HORIZON", "")); len(got) != 1 {
			t.Errorf("%d records, want 1", len(got))
		}
		if err := stop(e); err != nil {
			t.Fatal(err)
		}
	}
}
