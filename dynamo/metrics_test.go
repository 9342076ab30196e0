package dynamo_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/storage"
	"lullaby/watch/watchtest"
)

// units is a table like hashTable, with other units.
func units(read, write int) string {
	return strings.Replace(strings.Replace(hashTable, `"ReadCapacityUnits":5`, fmt.Sprintf(`"ReadCapacityUnits":%d`, read), 1),
		`"WriteCapacityUnits":5`, fmt.Sprintf(`"WriteCapacityUnits":%d`, write), 1)
}

// indexedBy is a table with global indexes of one unit by the attributes of those
// names.
func indexedBy(write int, names ...string) string {
	var attributes, indexes strings.Builder
	for i, name := range names {
		fmt.Fprintf(&attributes, `,{"AttributeName":"%s","AttributeType":"S"}`, name)
		if i > 0 {
			indexes.WriteByte(',')
		}
		fmt.Fprintf(&indexes, `{"IndexName":"by-%[1]s","KeySchema":[{"AttributeName":"%[1]s","KeyType":"HASH"}],`+
			`"Projection":{"ProjectionType":"ALL"},"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}`, name)
	}
	text := strings.Replace(units(5, write), `}],"KeySchema"`, "}"+attributes.String()+`],"KeySchema"`, 1)
	return strings.TrimSuffix(text, "}") + `,"GlobalSecondaryIndexes":[` + indexes.String() + `]}`
}

const locallyIndexed = `{"TableName":"tab","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"r","AttributeType":"S"},` +
	`{"AttributeName":"l","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}],` +
	`"LocalSecondaryIndexes":[{"IndexName":"by-l","KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"l","KeyType":"RANGE"}],` +
	`"Projection":{"ProjectionType":"KEYS_ONLY"}}],"ProvisionedThroughput":{"ReadCapacityUnits":9,"WriteCapacityUnits":9}}`

// item returns the JSON of an item with an id and the names as attributes, which
// costs kb write units.
func item(id string, kb int, names ...string) string {
	var more strings.Builder
	for _, name := range names {
		more.WriteString(`,"` + name + `":{"S":"x"}`)
	}
	return `{"id":{"S":"` + id + `"},"b":{"S":"` + strings.Repeat("x", kb<<10-100) + `"}` + more.String() + "}"
}

func putItem(id string, kb int, names ...string) string {
	return `PutItem {"TableName":"tab","Item":` + item(id, kb, names...) + `}`
}

func batchPut(kb int, ids ...string) string {
	puts := make([]string, len(ids))
	for i, id := range ids {
		puts[i] = `{"PutRequest":{"Item":` + item(id, kb) + `}}`
	}
	return `BatchWriteItem {"RequestItems":{"tab":[` + strings.Join(puts, ",") + `]}}`
}

// Each item that a transaction is writing is a conflict; the conflicts of one
// request are one sample.
func TestConflictsAreCounted(t *testing.T) {
	var tape watchtest.Tape
	e := open(t, dynamo.Options{Instant: true, Metrics: &tape})
	create(t, e, hashTable)
	get := func(id string) string { return `{"Get":{"TableName":"tab","Key":{"id":{"S":"` + id + `"}}}}` }
	update := func(id string) string {
		return `{"Update":{"TableName":"tab","Key":{"id":{"S":"` + id + `"}},"UpdateExpression":"SET n = id"}}`
	}
	ask := func(operation, body string) string { return operations[operation](t, e, body) }
	conflict := func(text string) bool { return strings.Contains(text, "Transaction is ongoing for the item") }
	var transactions sync.WaitGroup
	defer transactions.Wait()
	for _, id := range []string{"a", "b"} {
		release, err := e.Hold(input[request.GetItemInput](t, `{"TableName":"tab","Key":{"id":{"S":"`+id+`"}}}`))
		if err != nil {
			t.Fatal(err)
		}
		defer release()
		transactions.Go(func() { ask("TransactWriteItems", `{"TransactItems":[`+update(id)+`]}`) })
		for !conflict(ask("TransactGetItems", `{"TransactItems":[`+get(id)+`]}`)) {
			time.Sleep(time.Millisecond)
		}
	}
	const one, two = "TransactionConflict tab: 1 in 1", "TransactionConflict tab: 2 in 1"
	const consumed = "ConsumedWriteCapacityUnits tab: 1 in 1\n"
	tape.Sums()
	for _, tt := range []struct{ operation, body, want string }{
		{"PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"}}}`, one},
		{"BatchWriteItem", `{"RequestItems":{"tab":[{"PutRequest":{"Item":{"id":{"S":"a"}}}},{"PutRequest":{"Item":{"id":{"S":"c"}}}}]}}`, consumed + one},
		{"TransactWriteItems", `{"TransactItems":[` + update("a") + "," + update("b") + "," + update("c") + `]}`, two},
		{"TransactGetItems", `{"TransactItems":[` + get("c") + "," + get("b") + "," + get("a") + `]}`, two},
	} {
		ask(tt.operation, tt.body)
		if diff := cmp.Diff(tt.want, tape.Sums()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.operation, diff)
		}
	}
}

// A minute in which nothing was consumed has a zero, for each direction of the
// table and of its global index; one in which something was has none.
func TestIdleMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(20 * time.Second) // minutes are those of the clock
		var tape watchtest.Tape
		e := open(t, dynamo.Options{Instant: true, Metrics: &tape})
		create(t, e, indexedBy(5, "g"))
		const read, write = "ConsumedReadCapacityUnits tab", "ConsumedWriteCapacityUnits tab"
		const idle = read + "/by-g: 0 in 1\n" + read + ": 0 in 1\n" + write + "/by-g: 0 in 1\n" + write + ": 0 in 1"
		for _, step := range []struct {
			sleep   time.Duration
			request string
			want    string
		}{
			{39 * time.Second, "", ""},
			{time.Second, "", idle},
			{time.Minute, "", idle},
			{59 * time.Second, putItem("a", 2, "g"), write + "/by-g: 2 in 1\n" + write + ": 2 in 1"},
			{2 * time.Second, "", read + "/by-g: 0 in 1\n" + read + ": 0 in 1"},
			{0, putItem("a", 2, "g"), write + ": 2 in 1"},
			{59 * time.Second, "", read + "/by-g: 0 in 1\n" + read + ": 0 in 1\n" + write + "/by-g: 0 in 1"},
			{time.Minute, "", idle + "\nProvisionedReadCapacityUnits tab/by-g: 1 in 1\nProvisionedReadCapacityUnits tab: 5 in 1" +
				"\nProvisionedWriteCapacityUnits tab/by-g: 1 in 1\nProvisionedWriteCapacityUnits tab: 5 in 1"},
			{0, "GetItem " + `{"TableName":"tab","Key":{"id":{"S":"b"}}}`, read + ": 0.5 in 1"},
			{time.Minute, "", strings.Replace(idle, read+": 0 in 1\n", "", 1)},
			{0, "DeleteTable " + `{"TableName":"tab"}`, ""},
			{time.Minute, "", ""},
		} {
			time.Sleep(step.sleep)
			synctest.Wait()
			if operation, body, _ := strings.Cut(step.request, " "); operation == "DeleteTable" || operation == "GetItem" {
				answer(t, e, operation, body)
			} else if operation != "" {
				operations[operation](t, e, body)
			}
			if diff := cmp.Diff(step.want, tape.Sums()); diff != "" {
				t.Errorf("at %s %.50s (-want +got):\n%s", time.Now().Format(time.TimeOnly), step.request, diff)
			}
		}
	})
}

// What is provisioned is measured every five minutes, of the table and its global index;
// on demand nothing is.
func TestProvisionedUnits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tape watchtest.Tape
		began := instant.Of(time.Now())
		e := open(t, dynamo.Options{Instant: true, Metrics: &tape})
		create(t, e, indexedBy(5, "g"))
		time.Sleep(11 * time.Minute)
		answer(t, e, "UpdateTable", `{"TableName":"tab","BillingMode":"PAY_PER_REQUEST"}`)
		time.Sleep(10 * time.Minute)
		var got []string
		for _, s := range tape.Take() {
			if strings.HasPrefix(s.Metric.Name, "Provisioned") {
				got = append(got, fmt.Sprintf("%v %s %s: %v", s.At.Sub(began), s.Metric.Name, s.Dimension("GlobalSecondaryIndexName"), s.Value))
			}
		}
		want := make([]string, 0, 8)
		for _, at := range []string{"5m0s", "10m0s"} {
			for _, of := range []string{": 5", "by-g: 1"} {
				for _, direction := range []string{"Read", "Write"} {
					want = append(want, at+" Provisioned"+direction+"CapacityUnits "+of)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// A zero stands where its minute began; a table that is CREATING has none.
func TestIdleMinuteIsThatWhichIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tape watchtest.Tape
		began := time.Now()
		e := open(t, dynamo.Options{Metrics: &tape})
		time.Sleep(57 * time.Second)
		create(t, e, hashTable)
		time.Sleep(3*time.Minute + 5*time.Second)
		synctest.Wait()
		var got []time.Duration
		for _, s := range tape.Take() {
			if s.Metric.Name == "ConsumedReadCapacityUnits" {
				got = append(got, s.At.Sub(instant.Of(began)))
			}
		}
		if want := []time.Duration{time.Minute, 2 * time.Minute, 3 * time.Minute}; !slices.Equal(got, want) {
			t.Errorf("zeros at %v, want %v", got, want)
		}
	})
}

// Backfills and expiry consume no capacity and have metrics of their own.
func TestDatapointsOfTheService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := storage.Open("", storage.Options{Durability: storage.Memory})
		if err != nil {
			t.Fatal(err)
		}
		var tape watchtest.Tape
		e := engine(t, db, dynamo.Options{Metrics: &tape})
		defer func() {
			if err := errors.Join(stop(e), db.Close()); err != nil {
				t.Error(err)
			}
		}()
		create(t, e, hashTable)
		time.Sleep(10 * time.Second)
		for _, id := range []string{"a", "b"} {
			answer(t, e, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"`+id+`"},"g":{"S":"x"},"ttl":{"N":"946684000"},"b":{"S":"`+strings.Repeat("x", 1500)+`"}}}`)
		}
		tape.Sums()
		has := func(what string, want ...string) {
			t.Helper()
			synctest.Wait()
			got := tape.Sums()
			for _, line := range want {
				if !strings.Contains(got+"\n", line+"\n") {
					t.Errorf("%s: %s, want %s", what, got, line)
				}
			}
			if strings.Contains(got, "ConsumedWriteCapacityUnits tab: 0 in ") != strings.Contains(got, "ConsumedWriteCapacityUnits tab: ") ||
				strings.Contains(got, "Condition") {
				t.Errorf("%s: %s, want nothing consumed", what, got)
			}
		}
		updateTable(t, e, createIndex)
		time.Sleep(10 * time.Minute)
		has("backfill", "OnlineIndexConsumedWriteCapacity tab/by-g: 4 in 2")
		timeToLive(t, e, enableTTL)
		time.Sleep(2 * time.Minute)
		has("time to live", "TimeToLiveDeletedItemCount tab: 2 in 2", "ConsumedWriteCapacityUnits tab/by-g: 0 in 2")
	})
}
