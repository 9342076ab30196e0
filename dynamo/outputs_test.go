package dynamo_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/dynamo"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/internal/awsjson"
)

// alwaysThere are the lists and maps that AWS sends empty (API Reference: "an
// empty UnprocessedKeys map"), or that cannot be empty. All others are left out.
var alwaysThere = []string{
	"BatchWriteItemOutput.UnprocessedItems", "DescribeEndpointsOutput.Endpoints", "ListStreamsOutput.Streams", "ListTablesOutput.TableNames",
	"ListTagsOfResourceOutput.Tags", "StreamDescription.KeySchema", "StreamDescription.Shards", "IndexDescription.KeySchema",
	"ItemCollectionMetrics.ItemCollectionKey", "KeysAndAttributes.Keys", "PutRequest.Item", "DeleteRequest.Key",
}

// No output has a member that can be null, and none has an empty list or map
// that AWS leaves out.
func TestOutputsHaveNoNulls(t *testing.T) {
	seen := map[reflect.Type]bool{}
	methods := 0
	for m := range reflect.TypeFor[*dynamo.Engine]().Methods() {
		if m.Type.NumOut() == 2 && m.Type.NumIn() == 4 && m.Type.Out(0).Kind() == reflect.Pointer && strings.HasSuffix(m.Type.Out(0).Elem().Name(), "Output") {
			methods++
			checkOutput(t, m.Type.Out(0), seen)
		}
	}
	if methods < 20 {
		t.Errorf("found %d operations", methods)
	}
}

func checkOutput(t *testing.T, typ reflect.Type, seen map[reflect.Type]bool) {
	t.Helper()
	if seen[typ] {
		return
	}
	seen[typ] = true
	if self := reflect.TypeFor[awsjson.Appender](); typ.Kind() != reflect.Pointer && reflect.PointerTo(typ).Implements(self) {
		return // it writes what is there
	}
	switch typ.Kind() { //nolint:exhaustive // others hold nothing
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Array:
		checkOutput(t, typ.Elem(), seen)
	case reflect.Struct:
		for f := range typ.Fields() {
			if !f.IsExported() {
				continue
			}
			checkOutput(t, f.Type, seen)
			member := typ.Name() + "." + f.Name
			omitted := strings.Contains(f.Tag.Get("json"), "omitzero")
			switch f.Type.Kind() { //nolint:exhaustive // others are never null
			case reflect.Pointer, reflect.Interface:
				if !omitted {
					t.Errorf("%s can be null", member)
				}
			case reflect.Slice, reflect.Map:
				if !omitted && !slices.Contains(alwaysThere, member) {
					t.Errorf("%s is sent empty", member)
				}
			}
		}
	}
}

// What a batch leaves unread is what was given, and can be sent again as it is.
func TestUnprocessedKeys(t *testing.T) {
	for _, lookup := range []string{
		``, `,"ConsistentRead":true`, `,"ConsistentRead":false`, `,"AttributesToGet":["id"]`,
		`,"ProjectionExpression":"id"`, `,"ConsistentRead":true,"ProjectionExpression":"#i","ExpressionAttributeNames":{"#i":"id"}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			e := open(t, dynamo.Options{Instant: true})
			create(t, e, `{"TableName":"tab","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],`+
				`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1000}}`)
			for _, id := range []string{"a", "b"} {
				answer(t, e, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"`+id+`"},"v":{"S":"`+strings.Repeat("x", 300<<10)+`"}}}`)
			}
			for spent := false; !spent; { // the burst
				spent = strings.HasPrefix(answer(t, e, "GetItem", `{"TableName":"tab","Key":{"id":{"S":"a"}}}`), "throughput exceeded")
			}
			asked := `{"tab":{"Keys":[{"id":{"S":"a"}},{"id":{"S":"b"}}]` + lookup + `}}`
			for _, want := range []string{`{"tab":{"Keys":[{"id":{"S":"b"}}]` + lookup + `}}`, `{}`} {
				asked = unread(t, e, asked)
				if diff := cmp.Diff(want, asked); diff != "" {
					t.Fatalf("unprocessed (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// unread sends a batch until a part of it is read, and returns the rest.
func unread(t *testing.T, e *dynamo.Engine, asked string) string {
	t.Helper()
	in := input[request.BatchGetItemInput](t, `{"RequestItems":`+asked+`}`)
	for range 1_000 {
		time.Sleep(time.Second)
		out, err := e.BatchGetItem(t.Context(), instant.Of(time.Now()), in)
		if errors.Is(err, refusal.Throttled) {
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", asked, err)
		}
		return output(t, out.UnprocessedKeys)
	}
	t.Fatal("the batch is always refused")
	return ""
}
