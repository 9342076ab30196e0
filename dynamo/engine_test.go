package dynamo_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/attribute"
	"lullaby/capacity"
	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/awsjson"
	"lullaby/storage"
)

// open returns an engine over a store of its own; both end with the test.
func open(t *testing.T, o dynamo.Options) *dynamo.Engine {
	t.Helper()
	db, err := storage.Open("", storage.Options{Durability: storage.Memory})
	if err != nil {
		t.Fatal(err)
	}
	e := engine(t, db, o)
	t.Cleanup(func() {
		if err := errors.Join(stop(e), db.Close()); err != nil {
			t.Error(err)
		}
	})
	return e
}

func engine(t *testing.T, db *storage.DB, o dynamo.Options) *dynamo.Engine {
	t.Helper()
	e, err := start(db, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// input reads the JSON of a request.
func input[In any](t *testing.T, text string) *In {
	t.Helper()
	in := new(In)
	if err := awsjson.Unmarshal([]byte(text), in); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return in
}

// output writes the JSON of an answer.
func output(t *testing.T, out any) string {
	t.Helper()
	text, err := awsjson.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

const hashTable = `{"TableName":"tab","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],` +
	`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],` +
	`"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5}}`

const rangeTable = `{"TableName":"ran","AttributeDefinitions":[{"AttributeName":"h","AttributeType":"N"},{"AttributeName":"r","AttributeType":"B"}],` +
	`"KeySchema":[{"AttributeName":"h","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}],"BillingMode":"PAY_PER_REQUEST"}`

func create(t *testing.T, e *dynamo.Engine, text string) {
	t.Helper()
	if _, err := e.CreateTable(t.Context(), instant.Of(time.Now()), input[request.CreateTableInput](t, text)); err != nil {
		t.Fatal(err)
	}
}

// answer performs an operation and returns its answer, or its error, as text.
func answer(t *testing.T, e *dynamo.Engine, operation, in string) string {
	t.Helper()
	ctx := t.Context()
	var out any
	var err error
	switch operation {
	case "PutItem":
		out, err = e.PutItem(ctx, instant.Of(time.Now()), input[request.PutItemInput](t, in))
	case "GetItem":
		out, err = e.GetItem(ctx, instant.Of(time.Now()), input[request.GetItemInput](t, in))
	case "DeleteItem":
		out, err = e.DeleteItem(ctx, instant.Of(time.Now()), input[request.DeleteItemInput](t, in))
	case "UpdateItem":
		out, err = e.UpdateItem(ctx, instant.Of(time.Now()), input[request.UpdateItemInput](t, in))
	case "TransactGetItems":
		out, err = e.TransactGetItems(ctx, instant.Of(time.Now()), input[request.TransactGetItemsInput](t, in))
	case "ListTables":
		out, err = e.ListTables(ctx, instant.Of(time.Now()), input[request.ListTablesInput](t, in))
	case "DeleteTable":
		out, err = e.DeleteTable(ctx, instant.Of(time.Now()), input[request.DeleteTableInput](t, in))
	case "CreateTable":
		out, err = e.CreateTable(ctx, instant.Of(time.Now()), input[request.CreateTableInput](t, in))
	case "UpdateTable":
		out, err = e.UpdateTable(ctx, instant.Of(time.Now()), input[request.UpdateTableInput](t, in))
	default:
		t.Fatalf("no operation %s", operation)
	}
	if err != nil {
		return err.Error()
	}
	return output(t, out)
}

func TestItems(t *testing.T) {
	e := open(t, dynamo.Options{Instant: true})
	create(t, e, hashTable)
	create(t, e, rangeTable)
	big := strings.Repeat("x", 3000)
	steps := []struct{ operation, in, want string }{
		{"GetItem", `{"TableName":"tab","Key":{"id":{"S":"a"}},"ReturnConsumedCapacity":"TOTAL"}`, `{"ConsumedCapacity":{"TableName":"tab","CapacityUnits":0.5}}`},
		{"PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"},"n":{"N":"1.50"}},"ReturnValues":"ALL_OLD"}`, `{}`},
		{"GetItem", `{"TableName":"tab","Key":{"id":{"S":"a"}},"ConsistentRead":true,"ReturnConsumedCapacity":"INDEXES"}`, `{"Item":{"id":{"S":"a"},"n":{"N":"1.5"}},"ConsumedCapacity":{"TableName":"tab","CapacityUnits":1.0,"Table":{"CapacityUnits":1.0}}}`},
		{"PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"},"b":{"S":"` + big + `"}},"ReturnValues":"ALL_OLD","ReturnConsumedCapacity":"TOTAL"}`, `{"Attributes":{"id":{"S":"a"},"n":{"N":"1.5"}},"ConsumedCapacity":{"TableName":"tab","CapacityUnits":3.0}}`},
		{"PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"}},"ReturnConsumedCapacity":"TOTAL"}`, `{"ConsumedCapacity":{"TableName":"tab","CapacityUnits":3.0}}`},
		{"GetItem", `{"TableName":"tab","Key":{"id":{"S":"a"}},"AttributesToGet":["nothing"]}`, `{"Item":{}}`},
		{"DeleteItem", `{"TableName":"tab","Key":{"id":{"S":"a"}},"ReturnValues":"ALL_OLD"}`, `{"Attributes":{"id":{"S":"a"}}}`},
		{"DeleteItem", `{"TableName":"tab","Key":{"id":{"S":"a"}},"ReturnValues":"ALL_OLD","ReturnConsumedCapacity":"TOTAL"}`, `{"ConsumedCapacity":{"TableName":"tab","CapacityUnits":1.0}}`},
		{"PutItem", `{"TableName":"ran","Item":{"h":{"N":"1"},"r":{"B":"AA=="},"x":{"BOOL":true}}}`, `{}`},
		{"PutItem", `{"TableName":"ran","Item":{"h":{"N":"1.0"},"r":{"B":"AAA="},"x":{"BOOL":false}}}`, `{}`},
		{"GetItem", `{"TableName":"ran","Key":{"h":{"N":"01"},"r":{"B":"AA=="}}}`, `{"Item":{"h":{"N":"1"},"r":{"B":"AA=="},"x":{"BOOL":true}}}`},
		{"ListTables", `{}`, `{"TableNames":["ran","tab"]}`},
		{"ListTables", `{"Limit":1}`, `{"TableNames":["ran"],"LastEvaluatedTableName":"ran"}`},
		{"ListTables", `{"ExclusiveStartTableName":"ran"}`, `{"TableNames":["tab"]}`},
	}
	for _, s := range steps {
		if diff := cmp.Diff(s.want, answer(t, e, s.operation, s.in)); diff != "" {
			t.Fatalf("%s %.120s (-want +got):\n%s", s.operation, s.in, diff)
		}
	}
}

func TestRefusedRequests(t *testing.T) {
	e := open(t, dynamo.Options{Instant: true})
	create(t, e, hashTable)
	create(t, e, rangeTable)
	long := strings.Repeat("k", 2049)
	const invalid = "One or more parameter values were invalid: "
	tests := []struct{ name, operation, in, want string }{
		{"all that is missing at once", "PutItem", `{}`, "2 validation errors detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null; Value null at 'item' failed to satisfy constraint: Member must not be null"},
		{"short name", "GetItem", `{"TableName":"a;","Key":{}}`, "2 validation errors detected: Value 'a;' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value 'a;' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3"},
		{"no such table", "GetItem", `{"TableName":"nope","Key":{}}`, "Requested resource not found"},
		{"no such table to delete", "DeleteTable", `{"TableName":"nope"}`, "Requested resource not found: Table: nope not found"},
		{"key missing", "PutItem", `{"TableName":"tab","Item":{"x":{"S":"a"}}}`, invalid + "Missing the key id in the item"},
		{"key of another type", "PutItem", `{"TableName":"tab","Item":{"id":{"N":"1"}}}`, invalid + "Type mismatch for key id expected: S actual: N"},
		{"empty name to write", "UpdateItem", `{"TableName":"tab","Key":{"id":{"S":"x"}},"AttributeUpdates":{"":{"Value":{"S":"x"}}}}`, "1 validation error detected: Empty attribute name"},
		{"empty key", "PutItem", `{"TableName":"tab","Item":{"id":{"S":""}}}`, "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id"},
		{"empty key to read", "GetItem", `{"TableName":"tab","Key":{"id":{"S":""}}}`, "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id"},
		{"long hash key", "PutItem", `{"TableName":"tab","Item":{"id":{"S":"` + long + `"}}}`, invalid + "Size of hashkey has exceeded the maximum size limit of2048 bytes"},
		{"too many keys", "GetItem", `{"TableName":"tab","Key":{"id":{"S":"a"},"x":{"S":"a"}}}`, "The provided key element does not match the schema"},
		{"key of another type to read", "DeleteItem", `{"TableName":"tab","Key":{"id":{"N":"1"}}}`, "The provided key element does not match the schema"},
		{"bad number", "PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"},"n":{"N":"1e126"}}}`, "1 validation error detected: Number overflow. Attempting to store a number with magnitude larger than supported range"},
		{"too big", "PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"},"b":{"S":"` + strings.Repeat("x", 409_597) + `"}}}`, "Item size has exceeded the maximum allowed size"},
		{"too big, then a condition", "PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"},"b":{"S":"` + strings.Repeat("x", 409_597) + `"}},"Expected":{"a":{}}}`, "Item size has exceeded the maximum allowed size"},
		{"an item twice", "TransactGetItems", `{"TransactItems":[{"Get":{"TableName":"tab","Key":{"id":{"S":"a"}}}},{"Get":{"TableName":"tab","Key":{"id":{"S":"a"}}}}]}`, "Transaction request cannot include multiple operations on one item"},
		{"return values", "PutItem", `{"TableName":"tab","Item":{},"ReturnValues":"ALL_NEW"}`, "1 validation error detected: ReturnValues can only be ALL_OLD or NONE"},
		{"table there already", "CreateTable", hashTable, "Table already exists: tab"},
		{"no capacity", "CreateTable", strings.Replace(hashTable, `"ReadCapacityUnits":5`, `"ReadCapacityUnits":0`, 1), "1 validation error detected: Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"no throughput", "CreateTable", `{"TableName":"abc","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`, invalid + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"},
		{"undefined key", "CreateTable", strings.Replace(rangeTable, `"AttributeName":"r","KeyType"`, `"AttributeName":"q","KeyType"`, 1), invalid + "Some index key attributes are not defined in AttributeDefinitions. Keys: [h, q], AttributeDefinitions: [h, r]"},
		{"key schema of three", "CreateTable", `{"TableName":"abc","AttributeDefinitions":[],"KeySchema":[{},{"KeyType":"HASH"},{"AttributeName":"x","KeyType":"RANGE"}]}`, "4 validation errors detected: Value '[KeySchemaElement(attributeName=null, keyType=null), KeySchemaElement(attributeName=null, keyType=HASH), KeySchemaElement(attributeName=x, keyType=RANGE)]' at 'keySchema' failed to satisfy constraint: Member must have length less than or equal to 2; Value null at 'keySchema.1.member.attributeName' failed to satisfy constraint: Member must not be null; Value null at 'keySchema.1.member.keyType' failed to satisfy constraint: Member must not be null; Value null at 'keySchema.2.member.attributeName' failed to satisfy constraint: Member must not be null"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, answer(t, e, tt.operation, tt.in)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.operation, diff)
			}
		})
	}
}

// A table of 5 WCU with its burst full takes 1 KB puts at 50 a second until
// 1,500 + 5t units are spent; the refusal names the table and has no effect.
func TestTableRefusesWhatAWSWouldRefuse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{Instant: true})
		create(t, e, hashTable)
		start := time.Now()
		put := func(id string) error {
			_, err := e.PutItem(t.Context(), instant.Of(time.Now()), input[request.PutItemInput](t,
				`{"TableName":"tab","Item":{"id":{"S":"`+id+`"},"b":{"S":"`+strings.Repeat("x", 1000)+`"}}}`))
			return err
		}
		spent := 0
		for ; ; spent++ {
			err := put(fmt.Sprint("item", spent))
			if err == nil {
				time.Sleep(20 * time.Millisecond)
				continue
			}
			var throttle *dynamo.ThrottleError
			if !errors.As(err, &throttle) {
				t.Fatal(err)
			}
			want := capacity.Verdict{
				Limit: capacity.ProvisionedThroughput, Direction: capacity.Write, RetryAfter: throttle.Verdict.RetryAfter,
				Resource: capacity.Resource{Name: "arn:aws:dynamodb:us-east-1:123456789012:table/tab"},
			}
			if throttle.Verdict != want {
				t.Errorf("refused with %+v, want %+v", throttle, want)
			}
			if wait := throttle.Verdict.RetryAfter; wait <= 0 || wait > 200*time.Millisecond {
				t.Errorf("refused for %v, want under a fifth of a second", wait)
			}
			break
		}
		if at := time.Since(start); spent != 1667 || at != 33_340*time.Millisecond {
			t.Errorf("first refusal after %d units at %v, want 1667 at 33.34s", spent, at)
		}
		get := `{"TableName":"tab","Key":{"id":{"S":"item1667"}}}`
		if got := answer(t, e, "GetItem", get); got != "{}" {
			t.Errorf("the refused item is there: %s", got)
		}
	})
}

func TestUnlimitedStillCounts(t *testing.T) {
	e := open(t, dynamo.Options{Instant: true, Unlimited: true})
	create(t, e, strings.ReplaceAll(hashTable, ":5", ":1"))
	const put = `{"TableName":"tab","Item":{"id":{"S":"a"}},"ReturnConsumedCapacity":"TOTAL"}`
	for range 2_000 {
		if got, want := answer(t, e, "PutItem", put), `{"ConsumedCapacity":{"TableName":"tab","CapacityUnits":1.0}}`; got != want {
			t.Fatalf("PutItem = %s, want %s", got, want)
		}
	}
}

func TestLifeOfATable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{})
		create(t, e, hashTable)
		status := func() string {
			out, err := e.DescribeTable(t.Context(), instant.Of(time.Now()), input[request.DescribeTableInput](t, `{"TableName":"tab"}`))
			if err != nil {
				return err.Error()
			}
			return out.Table.TableStatus
		}
		const put = `{"TableName":"tab","Item":{"id":{"S":"a"}}}`
		expect := func(got, want string) {
			t.Helper()
			if got != want {
				t.Fatalf("got %s, want %s", got, want)
			}
		}
		expect(status(), "CREATING")
		expect(answer(t, e, "PutItem", put), "Requested resource not found")
		expect(answer(t, e, "DeleteTable", `{"TableName":"tab"}`), "Attempt to change a resource which is still in use: Table is being created: tab")
		time.Sleep(10 * time.Second)
		expect(status(), "ACTIVE")
		expect(answer(t, e, "PutItem", put), "{}")
		answer(t, e, "DeleteTable", `{"TableName":"tab"}`)
		expect(status(), "DELETING")
		expect(answer(t, e, "CreateTable", hashTable), "Table already exists: tab")
		expect(answer(t, e, "GetItem", `{"TableName":"tab","Key":{"id":{"S":"a"}}}`), "Requested resource not found")
		time.Sleep(10 * time.Second)
		expect(status(), "Requested resource not found: Table: tab not found")
		expect(answer(t, e, "ListTables", `{}`), `{"TableNames":[]}`)
		create(t, e, hashTable)
		time.Sleep(10 * time.Second)
		expect(answer(t, e, "GetItem", `{"TableName":"tab","Key":{"id":{"S":"a"}}}`), "{}")
	})
}

// Writers of one key take turns: each sees what the one before it wrote.
func TestWritersOfOneKeyTakeTurns(t *testing.T) {
	e := open(t, dynamo.Options{Instant: true, Unlimited: true})
	create(t, e, hashTable)
	const writers, writes = 8, 50
	var mu sync.Mutex
	seen := map[string]int{}
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range writes {
				out, err := e.PutItem(t.Context(), instant.Of(time.Now()), input[request.PutItemInput](t,
					fmt.Sprintf(`{"TableName":"tab","ReturnValues":"ALL_OLD","Item":{"id":{"S":"a"},"by":{"S":"%d.%d"}}}`, w, i)))
				if err != nil {
					t.Error(err)
					return
				}
				by := valueOf(t, out.Attributes, "by")
				mu.Lock()
				seen[by.Text()]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for by, n := range seen {
		if n != 1 {
			t.Errorf("%d writers replaced what %q wrote, want 1", n, by)
		}
	}
	if len(seen) != writers*writes {
		t.Errorf("%d different items replaced, want %d", len(seen), writers*writes)
	}
}

func TestDeclare(t *testing.T) {
	e := open(t, dynamo.Options{})
	declare := func(text string) error {
		return e.Declare(t.Context(), instant.Of(time.Now()), dynamo.Declaration{Table: input[request.CreateTableInput](t, text)})
	}
	describe := func() dynamo.TableDescription {
		t.Helper()
		out, err := e.DescribeTable(t.Context(), instant.Of(time.Now()), input[request.DescribeTableInput](t, `{"TableName":"tab"}`))
		if err != nil {
			t.Fatal(err)
		}
		return out.Table
	}
	if err := declare(hashTable); err != nil {
		t.Fatal(err)
	}
	if got := describe().TableStatus; got != "ACTIVE" {
		t.Errorf("a declared table is %s, want ACTIVE at once", got)
	}
	if got := answer(t, e, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"}}}`); got != "{}" {
		t.Fatal(got)
	}
	if err := declare(strings.ReplaceAll(hashTable, ":5", ":70")); err != nil {
		t.Fatal(err)
	}
	if got := describe(); got.ProvisionedThroughput.ReadCapacityUnits != 70 || got.ItemCount != 1 {
		t.Errorf("declared again with 70 units: %+v", got)
	}
	err := declare(strings.ReplaceAll(hashTable, `"S"`, `"N"`))
	var replaced *dynamo.KeySchemaError
	if !errors.As(err, &replaced) || replaced.Have != "id (S)" || replaced.Want != "id (N)" {
		t.Errorf("declared with another key: %v", err)
	}
	if got := answer(t, e, "GetItem", `{"TableName":"tab","Key":{"id":{"S":"a"}}}`); got != `{"Item":{"id":{"S":"a"}}}` {
		t.Errorf("the item after a refused declaration: %s", got)
	}
}

// Pessimistic, an eventually consistent read sees a write late, but sees it.
func TestStaleReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{Instant: true, Pessimistic: true})
		create(t, e, hashTable)
		answer(t, e, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"}}}`)
		const get = `{"TableName":"tab","Key":{"id":{"S":"a"}}`
		if got, want := answer(t, e, "GetItem", get+`,"ConsistentRead":true}`), `{"Item":{"id":{"S":"a"}}}`; got != want {
			t.Errorf("consistent read %s, want %s", got, want)
		}
		time.Sleep(400 * time.Millisecond)
		if got := answer(t, e, "GetItem", get+`}`); got != `{}` {
			t.Errorf("read after 0.4 s %s, want nothing", got)
		}
		time.Sleep(700 * time.Millisecond)
		if got, want := answer(t, e, "GetItem", get+`}`), `{"Item":{"id":{"S":"a"}}}`; got != want {
			t.Errorf("read after 1.1 s %s, want %s", got, want)
		}
	})
}

// The answer of DeleteTable has no key schema, indexes or creation date.
func TestDeletedTableDescription(t *testing.T) {
	e := open(t, dynamo.Options{Instant: true})
	create(t, e, hashTable)
	var out struct{ TableDescription map[string]any }
	if err := json.Unmarshal([]byte(answer(t, e, "DeleteTable", `{"TableName":"tab"}`)), &out); err != nil {
		t.Fatal(err)
	}
	got := slices.Sorted(maps.Keys(out.TableDescription))
	want := []string{"DeletionProtectionEnabled", "ItemCount", "ProvisionedThroughput", "TableArn", "TableId", "TableName", "TableSizeBytes", "TableStatus", "WarmThroughput"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
}

// valueOf returns an attribute of an item, the zero value if there is none.
func valueOf(t *testing.T, form attribute.Encoded, name string) attribute.Value {
	t.Helper()
	if form == nil {
		return attribute.Value{}
	}
	it, err := form.Item()
	if err != nil {
		t.Error(err)
	}
	v, _ := it.Value(name)
	return v
}
