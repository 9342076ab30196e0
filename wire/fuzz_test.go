package wire_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"lullaby/dynamo"
	"lullaby/internal/longtest"
	"lullaby/storage"
	"lullaby/wire"
)

const wholeTable = `{"TableName":"whole","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"h","AttributeType":"S"},` +
	`{"AttributeName":"r","AttributeType":"N"},{"AttributeName":"s","AttributeType":"S"},{"AttributeName":"b","AttributeType":"B"}],` +
	`"KeySchema":[{"AttributeName":"h","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}],` +
	`"LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[{"AttributeName":"h","KeyType":"HASH"},{"AttributeName":"s","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],` +
	`"GlobalSecondaryIndexes":[{"IndexName":"global","KeySchema":[{"AttributeName":"s","KeyType":"HASH"},{"AttributeName":"b","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}],` +
	`"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["m"]}}]}`

// An anyEndpoint answers requests with any body. Its tables are recreated now
// and then, so that effects of a body do not last.
type anyEndpoint struct {
	server *wire.Server
	engine *dynamo.Engine
	halt   func() // ends the engine's own work
	db     *storage.DB
	asked  int
}

func (e *anyEndpoint) renew(t testing.TB) {
	e.close(t)
	var err error
	if e.db, err = storage.Open("", storage.Options{Durability: storage.Memory}); err != nil {
		t.Fatal(err)
	}
	if e.engine, err = dynamo.New(e.db, dynamo.Options{Instant: true, Unlimited: true}); err != nil {
		t.Fatal(err)
	}
	e.halt = wire.RunEngine(e.engine)
	e.server = wire.New(wire.Services{DynamoDB: e.engine}, wire.Options{})
	for _, r := range anyRequests[:4] {
		if status, text := e.send(r.operation, []byte(r.body)); status != 200 {
			t.Fatalf("%s: %d %s", r.body, status, text)
		}
	}
}

func (e *anyEndpoint) close(t testing.TB) {
	if e.db == nil {
		return
	}
	e.halt()
	if err := errors.Join(e.engine.Close(), e.db.Close()); err != nil {
		t.Error(err)
	}
}

func (e *anyEndpoint) send(operation string, body []byte) (status int, text []byte) {
	var in fasthttp.Request
	in.Header.SetMethod("POST")
	in.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	in.Header.Set("Content-Type", "application/x-amz-json-1.0")
	in.Header.Set("Authorization", signature)
	in.Header.Set("X-Amz-Date", "20260101T000000Z")
	in.SetBody(body)
	var c fasthttp.RequestCtx
	c.Init(&in, nil, nil)
	e.server.Handle(&c)
	return c.Response.StatusCode(), c.Response.Body()
}

// maxSpent is how much memory a request of a few KB may take, in bytes. Most of
// it is for the 10,000 levels that the JSON reader keeps.
const maxSpent = 32 << 20

// check sends a body. The answer must be JSON and a success or a client's
// error, and the request must not take memory out of proportion.
func (e *anyEndpoint) check(t testing.TB, operation string, body []byte) {
	if e.asked++; e.asked%500 == 1 {
		e.renew(t)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	status, text := e.send(operation, body)
	runtime.ReadMemStats(&after)
	switch {
	case status != 200 && status != 400:
		t.Fatalf("%s %s: %d %s", operation, body, status, text)
	case !json.Valid(text):
		t.Fatalf("%s %s: %d, not JSON: %s", operation, body, status, text)
	case status == 400 && !strings.Contains(string(text), `"__type":"com.amaz`):
		t.Fatalf("%s %s: an error without its type: %s", operation, body, text)
	}
	if spent := after.TotalAlloc - before.TotalAlloc; spent > maxSpent+100*uint64(len(body)) {
		t.Fatalf("%s of %d bytes took %d bytes of memory: %s", operation, len(body), spent, body)
	}
}

// anyRequests are the seeds of random bodies.
var anyRequests = []struct{ operation, body string }{
	{"CreateTable", table},
	{"CreateTable", wholeTable},
	{"PutItem", `{"TableName":"whole","Item":{"h":{"S":"a"},"r":{"N":"1"},"s":{"S":"x"},"b":{"B":"AA=="},"m":{"M":{"x":{"N":"1e-130"}}},"l":{"L":[{"S":"é"},{"NULL":true}]},"ss":{"SS":["a","b"]},"ns":{"NS":["1","-2.5"]},"bs":{"BS":["AA=="]}},"ReturnValues":"ALL_OLD","ReturnConsumedCapacity":"INDEXES","ReturnItemCollectionMetrics":"SIZE"}`},
	{"PutItem", `{"TableName":"whole","Item":{"h":{"S":"a"},"r":{"N":"2"},"s":{"S":"x"},"b":{"B":"AQ=="}}}`},
	{"PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"},"n":{"N":"1e999999999999999999"}},"Expected":{"n":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"1"},{"N":"2"}]},"x":{"Exists":false}},"ConditionalOperator":"OR"}`},
	{"PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"},"deep":` + strings.Repeat(`{"L":[`, 32) + strings.Repeat(`]}`, 32) + `}}`},
	{"PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"},"id":{"S":"b","N":"1"}},"TableName":"tab"}`},
	{"PutItem", "{\"TableName\":\"tab\",\"Item\":{\"id\":{\"S\":\"\xff\xfe\"}}}"},
	{"GetItem", `{"TableName":"whole","Key":{"h":{"S":"a"},"r":{"N":"1"}},"ProjectionExpression":"l[0], m.x, #a","ExpressionAttributeNames":{"#a":"ss"},"ConsistentRead":true}`},
	{"GetItem", `{"TableName":"tab","Key":{"id":{"S":"a"}},"AttributesToGet":["n","id"],"ReturnConsumedCapacity":"TOTAL"}`},
	{"DeleteItem", `{"TableName":"whole","Key":{"h":{"S":"a"},"r":{"N":"2"}},"ConditionExpression":"attribute_exists(h) AND NOT (size(l) > :n OR s IN (:s, :t))","ExpressionAttributeValues":{":n":{"N":"1"},":s":{"S":"x"},":t":{"S":"y"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}`},
	{"UpdateItem", `{"TableName":"whole","Key":{"h":{"S":"a"},"r":{"N":"1"}},"UpdateExpression":"SET m.x = m.x + :n, l[9] = if_not_exists(q, :s), s = :s REMOVE l[0] ADD ss :ss DELETE ns :ns","ConditionExpression":"begins_with(s, :s)","ExpressionAttributeValues":{":n":{"N":"1"},":s":{"S":"x"},":ss":{"SS":["c"]},":ns":{"NS":["1"]}},"ReturnValues":"UPDATED_NEW"}`},
	{"UpdateItem", `{"TableName":"tab","Key":{"id":{"S":"a"}},"AttributeUpdates":{"n":{"Action":"ADD","Value":{"N":"9.9e125"}},"x":{"Action":"DELETE"},"l":{"Value":{"L":[]}}},"ReturnValues":"ALL_NEW"}`},
	{"Query", `{"TableName":"whole","IndexName":"global","KeyConditionExpression":"s = :s AND b = :b AND r BETWEEN :n AND :m","FilterExpression":"attribute_type(m.x, :t) OR contains(m, :s)","ExpressionAttributeValues":{":s":{"S":"x"},":b":{"B":"AA=="},":n":{"N":"-1"},":m":{"N":"9"},":t":{"S":"N"}},"Limit":1,"ScanIndexForward":false,"Select":"ALL_PROJECTED_ATTRIBUTES"}`},
	{"Query", `{"TableName":"whole","IndexName":"local","KeyConditions":{"h":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]},"s":{"ComparisonOperator":"BEGINS_WITH","AttributeValueList":[{"S":"x"}]}},"QueryFilter":{"m":{"ComparisonOperator":"NOT_NULL"}},"Select":"ALL_ATTRIBUTES","ExclusiveStartKey":{"h":{"S":"a"},"r":{"N":"1"},"s":{"S":"x"}}}`},
	{"Scan", `{"TableName":"whole","IndexName":"global","Segment":1,"TotalSegments":4,"FilterExpression":"r <> :n","ExpressionAttributeValues":{":n":{"N":"1"}},"ExclusiveStartKey":{"h":{"S":"a"},"r":{"N":"1"},"s":{"S":"x"},"b":{"B":"AA=="}},"Select":"COUNT"}`},
	{"Scan", `{"TableName":"tab","ScanFilter":{"n":{"ComparisonOperator":"IN","AttributeValueList":[{"N":"1"},{"N":"2"}]}},"Limit":10,"AttributesToGet":["id"]}`},
	{"BatchGetItem", `{"RequestItems":{"whole":{"Keys":[{"h":{"S":"a"},"r":{"N":"1"}},{"h":{"S":"a"},"r":{"N":"2"}}],"ProjectionExpression":"m"},"tab":{"Keys":[{"id":{"S":"a"}}],"ConsistentRead":true}},"ReturnConsumedCapacity":"INDEXES"}`},
	{"BatchWriteItem", `{"RequestItems":{"whole":[{"PutRequest":{"Item":{"h":{"S":"b"},"r":{"N":"0"},"s":{"S":"z"}}}},{"DeleteRequest":{"Key":{"h":{"S":"a"},"r":{"N":"1"}}}}],"tab":[{"PutRequest":{"Item":{"id":{"S":"q"}}}}]},"ReturnItemCollectionMetrics":"SIZE"}`},
	{"TransactGetItems", `{"TransactItems":[{"Get":{"TableName":"whole","Key":{"h":{"S":"a"},"r":{"N":"1"}},"ProjectionExpression":"m.x"}},{"Get":{"TableName":"tab","Key":{"id":{"S":"a"}}}}],"ReturnConsumedCapacity":"TOTAL"}`},
	{"TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"tab","Item":{"id":{"S":"t"}},"ConditionExpression":"attribute_not_exists(id)","ReturnValuesOnConditionCheckFailure":"ALL_OLD"}},{"Update":{"TableName":"whole","Key":{"h":{"S":"a"},"r":{"N":"1"}},"UpdateExpression":"SET q = :q","ExpressionAttributeValues":{":q":{"BOOL":false}}}},{"Delete":{"TableName":"whole","Key":{"h":{"S":"a"},"r":{"N":"2"}}}},{"ConditionCheck":{"TableName":"tab","Key":{"id":{"S":"a"}},"ConditionExpression":"attribute_not_exists(x)"}}],"ClientRequestToken":"token"}`},
	{"DescribeTable", `{"TableName":"whole"}`},
	{"ListTables", `{"Limit":1,"ExclusiveStartTableName":"tab"}`},
	{"DeleteTable", `{"TableName":"tab"}`},
}

// Every body gets an answer of AWS's.
func FuzzRequests(f *testing.F) {
	var e anyEndpoint
	f.Cleanup(func() { e.close(f) })
	for i, r := range anyRequests {
		f.Add(uint8(i), []byte(r.body))
	}
	f.Fuzz(func(t *testing.T, i uint8, body []byte) {
		e.check(t, anyRequests[int(i)%len(anyRequests)].operation, body)
	})
}

// So does JSON that is nearly a valid input: with parts removed, exchanged for
// those of others, or replaced by values of other types.
func TestNearlyRightRequests(t *testing.T) {
	enough := time.Now().Add(time.Duration(longtest.Of(700, 30_000)) * time.Millisecond)
	seed := rand.Uint64()
	rng := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	parts := []any{nil, true, 0.0, -1.0, 1e300, 2147483648.0, "", "a", "é\x00", strings.Repeat("x", 3_000), ":s", "#a", []any{}, map[string]any{}}
	bodies := make([]any, len(anyRequests))
	for i, r := range anyRequests {
		if err := json.Unmarshal([]byte(r.body), &bodies[i]); err != nil {
			t.Fatal(err)
		}
		each(bodies[i], func(part any) { parts = append(parts, part) })
	}
	var e anyEndpoint
	defer func() { e.close(t) }()
	for time.Now().Before(enough) {
		i := rng.IntN(len(bodies))
		body := bodies[i]
		for range 1 + rng.IntN(3) {
			body = exchanged(rng, body, parts)
		}
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		e.check(t, anyRequests[i].operation, text)
	}
	t.Logf("%d requests", e.asked)
}

// each calls f with every value in a JSON value.
func each(v any, f func(any)) {
	f(v)
	switch v := v.(type) {
	case map[string]any:
		for _, member := range v {
			each(member, f)
		}
	case []any:
		for _, member := range v {
			each(member, f)
		}
	}
}

// exchanged returns a JSON value with one of its values exchanged, removed or
// doubled. It does not change v.
func exchanged(rng *rand.Rand, v any, parts []any) any {
	part := parts[rng.IntN(len(parts))]
	switch v := v.(type) {
	case map[string]any:
		changed := make(map[string]any, len(v)+1)
		names := make([]string, 0, len(v))
		for name, member := range v {
			changed[name] = member
			names = append(names, name)
		}
		if len(names) == 0 || rng.IntN(12) == 0 {
			changed[fmt.Sprint("more", rng.IntN(3))] = part
			return changed
		}
		slices.Sort(names)
		name := names[rng.IntN(len(names))]
		switch rng.IntN(10) {
		case 0:
			delete(changed, name)
		case 1:
			changed[name] = part
		default:
			changed[name] = exchanged(rng, v[name], parts)
		}
		return changed
	case []any:
		if len(v) == 0 || rng.IntN(8) == 0 {
			return append(slices.Clone(v), part)
		}
		changed := slices.Clone(v)
		i := rng.IntN(len(v))
		if rng.IntN(8) == 0 {
			return slices.Delete(changed, i, i+1)
		}
		changed[i] = exchanged(rng, v[i], parts)
		return changed
	case string:
		if rng.IntN(2) == 0 && v != "" { // an expression, a number or a name with a part gone
			at := rng.IntN(len(v))
			return strings.ToValidUTF8(v[:at]+v[min(at+1+rng.IntN(4), len(v)):], "")
		}
	}
	return part
}
