package dynamo_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
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

func streamTable(view string) string {
	return strings.TrimSuffix(hashTable, "}") + `,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"` + view + `"}}`
}

// shard returns the stream of the only table that has one, and its shard.
func shard(t *testing.T, e *dynamo.Engine) (arn, id string) {
	t.Helper()
	list, err := e.ListStreams(t.Context(), instant.Of(time.Now()), &request.ListStreamsInput{})
	if err != nil || len(list.Streams) != 1 {
		t.Fatalf("streams %v, %v, want one", list, err)
	}
	arn = list.Streams[0].StreamArn
	out, err := e.DescribeStream(t.Context(), instant.Of(time.Now()), &request.DescribeStreamInput{StreamArn: &arn})
	if err != nil || len(out.StreamDescription.Shards) != 1 {
		t.Fatalf("stream %v, %v, want one shard", out, err)
	}
	return arn, out.StreamDescription.Shards[0].ShardId
}

func iterator(t *testing.T, e *dynamo.Engine, kind, sequence string) string {
	t.Helper()
	arn, id := shard(t, e)
	in := &request.GetShardIteratorInput{StreamArn: &arn, ShardId: &id, ShardIteratorType: &kind}
	if sequence != "" {
		in.SequenceNumber = &sequence
	}
	out, err := e.GetShardIterator(t.Context(), instant.Of(time.Now()), in)
	if err != nil {
		t.Fatal(err)
	}
	return out.ShardIterator
}

// records reads from an iterator until there is nothing, a few at a time.
func records(t *testing.T, e *dynamo.Engine, from string) (found []dynamo.Record, next string) {
	t.Helper()
	limit := int32(3)
	for {
		out, err := e.GetRecords(t.Context(), instant.Of(time.Now()), &request.GetRecordsInput{ShardIterator: &from, Limit: &limit})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Records) == 0 || out.NextShardIterator == "" {
			return append(found, out.Records...), out.NextShardIterator
		}
		found = append(found, out.Records...)
		from = out.NextShardIterator
	}
}

// recordTexts writes records as their event and images.
func recordTexts(t *testing.T, rs []dynamo.Record) []string {
	t.Helper()
	texts := make([]string, len(rs))
	for i, r := range rs {
		texts[i] = fmt.Sprintf("%s %s old %s new %s", r.EventName, output(t, r.Dynamodb.Keys), output(t, r.Dynamodb.OldImage), output(t, r.Dynamodb.NewImage))
	}
	return texts
}

func TestStreamViews(t *testing.T) {
	const k, one, two = `{"id":{"S":"a"}}`, `{"id":{"S":"a"},"v":{"N":"1"}}`, `{"id":{"S":"a"},"v":{"N":"2"}}`
	tests := map[string][]string{
		"KEYS_ONLY":          {"INSERT " + k + " old {} new {}", "MODIFY " + k + " old {} new {}", "REMOVE " + k + " old {} new {}"},
		"NEW_IMAGE":          {"INSERT " + k + " old {} new " + one, "MODIFY " + k + " old {} new " + two, "REMOVE " + k + " old {} new {}"},
		"OLD_IMAGE":          {"INSERT " + k + " old {} new {}", "MODIFY " + k + " old " + one + " new {}", "REMOVE " + k + " old " + two + " new {}"},
		"NEW_AND_OLD_IMAGES": {"INSERT " + k + " old {} new " + one, "MODIFY " + k + " old " + one + " new " + two, "REMOVE " + k + " old " + two + " new {}"},
	}
	for view, want := range tests {
		e := open(t, dynamo.Options{Instant: true})
		create(t, e, streamTable(view))
		answer(t, e, "PutItem", `{"TableName":"tab","Item":`+one+`}`)
		answer(t, e, "PutItem", `{"TableName":"tab","Item":`+one+`}`) // changes nothing
		answer(t, e, "PutItem", `{"TableName":"tab","Item":`+two+`}`)
		answer(t, e, "DeleteItem", `{"TableName":"tab","Key":`+k+`}`)
		answer(t, e, "DeleteItem", `{"TableName":"tab","Key":`+k+`}`) // nor does this
		answer(t, e, "UpdateItem", `{"TableName":"tab","Key":`+k+`,"UpdateExpression":"REMOVE v"}`)
		got, _ := records(t, e, iterator(t, e, "TRIM_HORIZON", ""))
		if diff := cmp.Diff(want, recordTexts(t, got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", view, diff)
		}
	}
}

func TestStreamIterators(t *testing.T) {
	e := open(t, dynamo.Options{Instant: true, Unlimited: true})
	create(t, e, streamTable("KEYS_ONLY"))
	put := func(id int) {
		answer(t, e, "PutItem", fmt.Sprintf(`{"TableName":"tab","Item":{"id":{"S":"%d"}}}`, id))
	}
	for i := range 5 {
		put(i)
	}
	latest := iterator(t, e, "LATEST", "")
	all, next := records(t, e, iterator(t, e, "TRIM_HORIZON", ""))
	if len(all) != 5 {
		t.Fatalf("%d records, want 5", len(all))
	}
	third := all[2].Dynamodb.SequenceNumber
	at, _ := records(t, e, iterator(t, e, "AT_SEQUENCE_NUMBER", third))
	behind, _ := records(t, e, iterator(t, e, "AFTER_SEQUENCE_NUMBER", third))
	if len(at) != 3 || len(behind) != 2 || at[0].EventID != all[2].EventID {
		t.Errorf("%d records at the third and %d after it, want 3 and 2", len(at), len(behind))
	}
	put(5)
	for name, from := range map[string]string{"latest": latest, "next": next} {
		if got, _ := records(t, e, from); len(got) != 1 || output(t, got[0].Dynamodb.Keys) != `{"id":{"S":"5"}}` {
			t.Errorf("%s: %v, want the record that came after", name, recordTexts(t, got))
		}
	}
}

// The stream of a deleted table is closed, and there for a day.
func TestStreamOutlivesTable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{Instant: true})
		create(t, e, streamTable("KEYS_ONLY"))
		answer(t, e, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"}}}`)
		from := iterator(t, e, "TRIM_HORIZON", "")
		answer(t, e, "DeleteTable", `{"TableName":"tab"}`)
		got, next := records(t, e, from)
		if len(got) != 1 || next != "" {
			t.Errorf("%d records and next iterator %q, want 1 and none", len(got), next)
		}
		arn, _ := shard(t, e)
		time.Sleep(25 * time.Hour)
		_, err := e.DescribeStream(t.Context(), instant.Of(time.Now()), &request.DescribeStreamInput{StreamArn: &arn})
		if want := "Requested resource not found: Stream: " + arn + " not found"; err == nil || err.Error() != want {
			t.Errorf("after a day: %v, want %s", err, want)
		}
	})
}

func TestStreamTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{Instant: true})
		create(t, e, streamTable("KEYS_ONLY"))
		answer(t, e, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"}}}`)
		from := iterator(t, e, "TRIM_HORIZON", "")
		first, _ := records(t, e, from)
		time.Sleep(16 * time.Minute)
		_, err := e.GetRecords(t.Context(), instant.Of(time.Now()), &request.GetRecordsInput{ShardIterator: &from})
		if !errors.Is(err, refusal.ExpiredIterator) {
			t.Errorf("an iterator of 16 minutes: %v", err)
		}
		time.Sleep(24 * time.Hour)
		answer(t, e, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"b"}}}`)
		got, _ := records(t, e, iterator(t, e, "TRIM_HORIZON", ""))
		if diff := cmp.Diff([]string{`INSERT {"id":{"S":"b"}} old {} new {}`}, recordTexts(t, got)); diff != "" {
			t.Errorf("after a day (-want +got):\n%s", diff)
		}
		arn, id := shard(t, e)
		kind := "AT_SEQUENCE_NUMBER"
		_, err = e.GetShardIterator(t.Context(), instant.Of(time.Now()), &request.GetShardIteratorInput{
			StreamArn: &arn, ShardId: &id, ShardIteratorType: &kind, SequenceNumber: &first[0].Dynamodb.SequenceNumber,
		})
		if !errors.Is(err, refusal.Trimmed) {
			t.Errorf("an iterator at a record of yesterday: %v", err)
		}
	})
}

// A reader that follows writers misses nothing and sees each key's changes in
// order, also across a restart.
func TestStreamReaderFollowsWriters(t *testing.T) {
	db, err := storage.Open(t.TempDir(), storage.Options{Durability: storage.Process})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	o := dynamo.Options{Instant: true, Unlimited: true}
	e := engine(t, db, o)
	create(t, e, streamTable("NEW_IMAGE"))
	const writers, writes = 4, 100
	from := iterator(t, e, "TRIM_HORIZON", "")
	seen := map[string][]string{}
	follow := func() {
		var got []dynamo.Record
		got, from = records(t, e, from)
		for _, r := range got {
			id, n := valueOf(t, r.Dynamodb.Keys, "id"), valueOf(t, r.Dynamodb.NewImage, "n")
			seen[id.Text()] = append(seen[id.Text()], n.Number().String())
		}
	}
	for round := range 2 {
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range writes {
					answer(t, e, "PutItem", fmt.Sprintf(`{"TableName":"tab","Item":{"id":{"S":"%d"},"n":{"N":"%d"}}}`, w, round*writes+i))
				}
			})
		}
		done := make(chan struct{})
		go func() { wg.Wait(); close(done) }()
		for running := true; running; {
			select {
			case <-done:
				running = false
			default:
			}
			follow()
		}
		if err := stop(e); err != nil {
			t.Fatal(err)
		}
		e = engine(t, db, o)
	}
	follow()
	for w := range writers {
		got := seen[strconv.Itoa(w)]
		if len(got) != 2*writes {
			t.Fatalf("writer %d: %d records, want %d", w, len(got), 2*writes)
		}
		for i, n := range got {
			if n != strconv.Itoa(i) {
				t.Fatalf("writer %d: record %d is of %s", w, i, n)
			}
		}
	}
}

// A stream comes and goes with UpdateTable, and another one is another stream.
func TestStreamOfALiveTable(t *testing.T) {
	e := open(t, dynamo.Options{Instant: true})
	create(t, e, hashTable)
	change := func(spec string) string {
		t.Helper()
		out, err := e.UpdateTable(t.Context(), instant.Of(time.Now()), input[request.UpdateTableInput](t, `{"TableName":"tab","StreamSpecification":`+spec+`}`))
		if err != nil {
			return err.Error()
		}
		return output(t, out.TableDescription.StreamSpecification)
	}
	expect := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	answer(t, e, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"before"}}}`)
	expect(change(`{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}`), `{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}`)
	expect(change(`{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}`), "Table already has an enabled stream: TableName: tab")
	answer(t, e, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"while"}}}`)
	from := iterator(t, e, "TRIM_HORIZON", "")
	expect(change(`{"StreamEnabled":false}`), "null")
	answer(t, e, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"after"}}}`)
	got, next := records(t, e, from)
	if len(got) != 1 || output(t, got[0].Dynamodb.Keys) != `{"id":{"S":"while"}}` || next != "" {
		t.Errorf("records %v and next iterator %q, want one and none", recordTexts(t, got), next)
	}
}

// A deletion by time to live says that the service made it.
func TestStreamOfExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{Instant: true})
		create(t, e, streamTable("KEYS_ONLY"))
		if _, err := e.UpdateTimeToLive(t.Context(), instant.Of(time.Now()), input[request.UpdateTimeToLiveInput](t,
			`{"TableName":"tab","TimeToLiveSpecification":{"AttributeName":"ttl","Enabled":true}}`)); err != nil {
			t.Fatal(err)
		}
		answer(t, e, "PutItem", fmt.Sprintf(`{"TableName":"tab","Item":{"id":{"S":"a"},"ttl":{"N":"%d"}}}`, time.Now().Unix()+60))
		time.Sleep(10 * time.Minute)
		got, _ := records(t, e, iterator(t, e, "TRIM_HORIZON", ""))
		if len(got) != 2 || got[0].UserIdentity != nil || got[1].EventName != "REMOVE" ||
			output(t, got[1].UserIdentity) != `{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}` {
			t.Errorf("records %s, want an insert by nobody and a removal by the service", output(t, got))
		}
	})
}

// An iterator at a timestamp begins with the first record of that time or later.
func TestStreamAtTimestamp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{Instant: true})
		create(t, e, streamTable("KEYS_ONLY"))
		begin := time.Now()
		for n := range 4 {
			time.Sleep(time.Second)
			answer(t, e, "PutItem", fmt.Sprintf(`{"TableName":"tab","Item":{"id":{"S":"%d"}}}`, n))
		}
		time.Sleep(time.Millisecond)
		arn, id := shard(t, e)
		for _, tt := range []struct {
			at   float64 // seconds after the beginning
			want int
		}{{-1e9, 4}, {1, 4}, {1.001, 3}, {4, 1}, {4.001, 0}, {4.002, -1}, {1e300, -1}} {
			out, err := e.GetShardIterator(t.Context(), instant.Of(time.Now()), input[request.GetShardIteratorInput](t, fmt.Sprintf(
				`{"StreamArn":%q,"ShardId":%q,"ShardIteratorType":"AT_TIMESTAMP","Timestamp":%f}`, arn, id, float64(begin.UnixMilli())/1_000+tt.at)))
			if tt.want < 0 {
				if !errors.Is(err, refusal.Validation) {
					t.Errorf("at %v s: %v, want a refusal", tt.at, err)
				}
				continue
			}
			if err != nil {
				t.Fatalf("at %v s: %v", tt.at, err)
			}
			if found, _ := records(t, e, out.ShardIterator); len(found) != tt.want {
				t.Errorf("at %v s: %d records, want %d", tt.at, len(found), tt.want)
			}
		}
		out, err := e.DescribeStream(t.Context(), instant.Of(time.Now()), input[request.DescribeStreamInput](t,
			fmt.Sprintf(`{"StreamArn":%q,"ShardFilter":{"Type":"CHILD_SHARDS","ShardId":%q}}`, arn, id)))
		if err != nil || len(out.StreamDescription.Shards) > 0 {
			t.Errorf("children %v, %v, want none", out, err)
		}
	})
}
