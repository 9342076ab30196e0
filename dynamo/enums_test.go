package dynamo_test

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"lullaby/dynamo"
	"lullaby/dynamo/refusal"
	"lullaby/instant"
	"lullaby/internal/awsjson"
)

// enumRequests have every enum of every operation, each with a right value. No
// refusal.Validation meets them.
var enumRequests = []struct{ operation, body string }{
	{"BatchGetItem", `{"RequestItems":{"tab":{"Keys":[{"id":{"S":"a"}}]}},"ReturnConsumedCapacity":"TOTAL"}`},
	{"BatchWriteItem", `{"RequestItems":{"tab":[{"DeleteRequest":{"Key":{"id":{"S":"a"}}}}]},"ReturnConsumedCapacity":"TOTAL","ReturnItemCollectionMetrics":"SIZE"}`},
	{"CreateTable", `{"TableName":"new","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"at","AttributeType":"S"}],` +
		`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"at","KeyType":"RANGE"}],"BillingMode":"PAY_PER_REQUEST",` +
		`"GlobalSecondaryIndexes":[{"IndexName":"global","KeySchema":[{"AttributeName":"at","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}],` +
		`"LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"at","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}],` +
		`"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"},"TableClass":"STANDARD","SSESpecification":{"Enabled":true,"SSEType":"KMS"}}`},
	{"DeleteItem", `{"TableName":"tab","Key":{"id":{"S":"a"}},"ReturnValues":"ALL_OLD","ReturnConsumedCapacity":"TOTAL","ReturnItemCollectionMetrics":"SIZE",` +
		`"ReturnValuesOnConditionCheckFailure":"ALL_OLD","Expected":{"x":{"ComparisonOperator":"NULL"},"y":{"ComparisonOperator":"NULL"}},"ConditionalOperator":"AND"}`},
	{"DescribeStream", `{"StreamArn":"STREAM","ShardFilter":{"Type":"CHILD_SHARDS","ShardId":"SHARD"}}`},
	{"GetItem", `{"TableName":"tab","Key":{"id":{"S":"a"}},"ReturnConsumedCapacity":"TOTAL"}`},
	{"GetShardIterator", `{"StreamArn":"STREAM","ShardId":"SHARD","ShardIteratorType":"LATEST"}`},
	{"PutItem", `{"TableName":"tab","Item":{"id":{"S":"a"}},"ReturnValues":"ALL_OLD","ReturnConsumedCapacity":"TOTAL","ReturnItemCollectionMetrics":"SIZE",` +
		`"ReturnValuesOnConditionCheckFailure":"ALL_OLD","Expected":{"x":{"ComparisonOperator":"NULL"},"y":{"ComparisonOperator":"NULL"}},"ConditionalOperator":"AND"}`},
	{"Query", `{"TableName":"tab","Select":"ALL_ATTRIBUTES","ReturnConsumedCapacity":"TOTAL","ConditionalOperator":"AND",` +
		`"KeyConditions":{"id":{"AttributeValueList":[{"S":"a"}],"ComparisonOperator":"EQ"}},"QueryFilter":{"x":{"ComparisonOperator":"NULL"},"y":{"ComparisonOperator":"NULL"}}}`},
	{"Scan", `{"TableName":"tab","Select":"ALL_ATTRIBUTES","ReturnConsumedCapacity":"TOTAL","ConditionalOperator":"AND","ScanFilter":{"x":{"ComparisonOperator":"NULL"},"y":{"ComparisonOperator":"NULL"}}}`},
	{"TransactGetItems", `{"TransactItems":[{"Get":{"TableName":"tab","Key":{"id":{"S":"a"}}}}],"ReturnConsumedCapacity":"TOTAL"}`},
	{"TransactWriteItems", `{"ReturnConsumedCapacity":"TOTAL","ReturnItemCollectionMetrics":"SIZE","TransactItems":[` +
		`{"Put":{"TableName":"tab","Item":{"id":{"S":"p"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}},` +
		`{"Update":{"TableName":"tab","Key":{"id":{"S":"u"}},"UpdateExpression":"SET x = id","ConditionExpression":"attribute_not_exists(y)","ReturnValuesOnConditionCheckFailure":"ALL_OLD"}},` +
		`{"Delete":{"TableName":"tab","Key":{"id":{"S":"d"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}},` +
		`{"ConditionCheck":{"TableName":"tab","Key":{"id":{"S":"c"}},"ConditionExpression":"attribute_not_exists(id)","ReturnValuesOnConditionCheckFailure":"ALL_OLD"}}]}`},
	{"UpdateItem", `{"TableName":"tab","Key":{"id":{"S":"a"}},"ReturnValues":"ALL_OLD","ReturnConsumedCapacity":"TOTAL","ReturnItemCollectionMetrics":"SIZE",` +
		`"ReturnValuesOnConditionCheckFailure":"ALL_OLD","Expected":{"x":{"ComparisonOperator":"NULL"},"y":{"ComparisonOperator":"NULL"}},"ConditionalOperator":"AND",` +
		`"AttributeUpdates":{"n":{"Action":"PUT","Value":{"N":"1"}}}}`},
	{"UpdateItem", `{"TableName":"tab","Key":{"id":{"S":"a"}},"AttributeUpdates":{"n":{"Action":"DELETE"}}}`},
	{"UpdateTable", `{"TableName":"tab","AttributeDefinitions":[{"AttributeName":"at","AttributeType":"S"}],"GlobalSecondaryIndexUpdates":[{"Create":` +
		`{"IndexName":"global","KeySchema":[{"AttributeName":"at","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"},"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}}]}`},
	{"UpdateTable", `{"TableName":"tab","BillingMode":"PAY_PER_REQUEST"}`},
	{"UpdateTable", `{"TableName":"tab","TableClass":"STANDARD_INFREQUENT_ACCESS"}`},
	{"UpdateTable", `{"TableName":"tab","SSESpecification":{"Enabled":true,"SSEType":"KMS"}}`},
	{"UpdateTable", `{"TableName":"plain","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}}`},
}

// Every enum of every operation is checked: a value that AWS's client does not
// know is refused, in lower case too, and none that it knows is called unknown.
func TestEnums(t *testing.T) {
	left := map[string]bool{} // enums that no request has
	clients := clientOperations()
	for operation, theirs := range clients {
		if _, built := reflect.TypeFor[*dynamo.Engine]().MethodByName(operation); built {
			for path := range enumsOf(theirs.In(2)) {
				left[operation+path] = true
			}
		}
	}
	for _, r := range enumRequests {
		if err := sendEnum(t, r.operation, r.body); errors.Is(err, refusal.Validation) {
			t.Errorf("%s %s: %v", r.operation, r.body, err)
		}
		for path, known := range enumsOf(clients[r.operation].In(2)) {
			for _, value := range append(known, "BOGUS", "", strings.ToLower(known[0])) {
				body, found := replaced(t, r.body, path, value)
				if !found {
					continue
				}
				delete(left, r.operation+path)
				err := sendEnum(t, r.operation, body)
				if !slices.Contains(known, value) && !errors.Is(err, refusal.Validation) {
					t.Errorf("%s takes %q for %s: %v", r.operation, value, path, err)
				}
				if slices.Contains(known, value) && err != nil && strings.Contains(err.Error(), "enum value set") {
					t.Errorf("%s refuses %q for %s: %v", r.operation, value, path, err)
				}
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(left)) {
		t.Errorf("no request has %s", path)
	}
}

// sendEnum sends a request to an engine of its own and returns its refusal.
func sendEnum(t *testing.T, operation, body string) error {
	t.Helper()
	e := open(t, dynamo.Options{Instant: true})
	create(t, e, strings.TrimSuffix(hashTable, "}")+`,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}}`)
	create(t, e, strings.Replace(hashTable, `"tab"`, `"plain"`, 1))
	arn, id := shard(t, e)
	body = strings.NewReplacer(`"STREAM"`, `"`+arn+`"`, `"SHARD"`, `"`+id+`"`).Replace(body)
	call := reflect.ValueOf(e).MethodByName(operation)
	in := reflect.New(call.Type().In(2).Elem())
	if err := awsjson.Unmarshal([]byte(body), in.Interface()); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	out := call.Call([]reflect.Value{reflect.ValueOf(t.Context()), reflect.ValueOf(instant.Of(time.Now())), in})
	err, _ := reflect.TypeAssert[error](out[1])
	return err
}

// enumsOf returns the values of each enum in an input of AWS's client, by its
// path: ".Expected.*.ComparisonOperator". Members that are not built are not
// there.
func enumsOf(input reflect.Type) map[string][]string {
	found := map[string][]string{}
	var walk func(reflect.Type, string)
	walk = func(t reflect.Type, path string) {
		switch values, enum := t.MethodByName("Values"); {
		case enum && t.Kind() == reflect.String:
			for _, v := range values.Func.Call([]reflect.Value{reflect.Zero(t)})[0].Seq2() {
				found[path] = append(found[path], v.String())
			}
		case t.Kind() == reflect.Pointer:
			walk(t.Elem(), path)
		case t.Kind() == reflect.Slice || t.Kind() == reflect.Map:
			walk(t.Elem(), path+".*")
		case t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]():
			for f := range t.Fields() {
				if f.IsExported() && !unbuiltMembers[f.Name] {
					walk(f.Type, path+"."+f.Name)
				}
			}
		}
	}
	walk(input, "")
	return found
}

// replaced returns a request with a value at each place of a path.
func replaced(t *testing.T, body, path, value string) (changed string, found bool) {
	t.Helper()
	var root any
	if err := json.Unmarshal([]byte(body), &root); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	var replace func(node any, path []string) any
	replace = func(node any, path []string) any {
		if len(path) == 0 {
			found = true
			return value
		}
		switch node := node.(type) {
		case map[string]any:
			for name, member := range node {
				if path[0] == "*" || path[0] == name {
					node[name] = replace(member, path[1:])
				}
			}
		case []any:
			for i := range node {
				node[i] = replace(node[i], path[1:])
			}
		}
		return node
	}
	text, err := json.Marshal(replace(root, strings.Split(path, ".")[1:]))
	if err != nil {
		t.Fatal(err)
	}
	return string(text), found
}
