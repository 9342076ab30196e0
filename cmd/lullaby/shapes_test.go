package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	gojson "github.com/go-json-experiment/json"

	"lullaby/attribute"
	"lullaby/dynamo/request"
	"lullaby/internal/awsjson"
	queue "lullaby/queue/request"
)

// shapeSize is the length of a shape: the largest body that AWS takes, in bytes.
const shapeSize = 16 << 20

// A shape is a large request: a body whose member at path is as large as it can be.
type shape struct {
	operation string
	path      string // of the member, such as "TransactItems.[].Put.Item"
	kind      string // what is large about it
	body      func() string
}

func (s shape) String() string { return s.operation + " " + s.path + ": " + s.kind }

const keyed = `"TableName":"tab","Key":{"id":{"S":"a"}}`

// inputs are the input of each operation and a request that is right, so that a
// shape is wrong in nothing but its size.
var inputs = map[string]struct {
	in   any
	body string
}{
	"BatchGetItem":   {request.BatchGetItemInput{}, `{"RequestItems":{"tab":{"Keys":[{"id":{"S":"a"}}]}}}`},
	"BatchWriteItem": {request.BatchWriteItemInput{}, `{"RequestItems":{"tab":[{"PutRequest":{"Item":{"id":{"S":"a"}}}}]}}`},
	"CreateTable": {request.CreateTableInput{}, `{"TableName":"new","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],` +
		`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`},
	"DeleteItem":                {request.DeleteItemInput{}, `{` + keyed + `}`},
	"DeleteTable":               {request.DeleteTableInput{}, `{"TableName":"none"}`},
	"DescribeContinuousBackups": {request.DescribeContinuousBackupsInput{}, `{"TableName":"tab"}`},
	"DescribeEndpoints":         {struct{}{}, `{}`},
	"DescribeLimits":            {struct{}{}, `{}`},
	"DescribeTable":             {request.DescribeTableInput{}, `{"TableName":"tab"}`},
	"DescribeTimeToLive":        {request.DescribeTimeToLiveInput{}, `{"TableName":"tab"}`},
	"GetItem":                   {request.GetItemInput{}, `{` + keyed + `}`},
	"ListTables":                {request.ListTablesInput{}, `{}`},
	"ListTagsOfResource":        {request.ListTagsOfResourceInput{}, `{"ResourceArn":"` + tabARN + `"}`},
	"PutItem":                   {request.PutItemInput{}, `{"TableName":"tab","Item":{"id":{"S":"a"}}}`},
	"Query": {request.QueryInput{}, `{"TableName":"tab","KeyConditions":{"id":{"ComparisonOperator":"EQ",` +
		`"AttributeValueList":[{"S":"a"}]}}}`},
	"Scan":               {request.ScanInput{}, `{"TableName":"tab"}`},
	"TagResource":        {request.TagResourceInput{}, `{"ResourceArn":"` + tabARN + `","Tags":[{"Key":"k","Value":"v"}]}`},
	"TransactGetItems":   {request.TransactGetItemsInput{}, `{"TransactItems":[{"Get":{` + keyed + `}}]}`},
	"TransactWriteItems": {request.TransactWriteItemsInput{}, `{"TransactItems":[{"Put":{"TableName":"tab","Item":{"id":{"S":"a"}}}}]}`},
	"UntagResource":      {request.UntagResourceInput{}, `{"ResourceArn":"` + tabARN + `","TagKeys":["k"]}`},
	"UpdateItem":         {request.UpdateItemInput{}, `{` + keyed + `}`},
	"UpdateTable":        {request.UpdateTableInput{}, `{"TableName":"tab","BillingMode":"PAY_PER_REQUEST"}`},
	"UpdateTimeToLive":   {request.UpdateTimeToLiveInput{}, `{"TableName":"tab","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"t"}}`},

	"Streams.DescribeStream":   {request.DescribeStreamInput{}, `{"StreamArn":"a"}`},
	"Streams.GetRecords":       {request.GetRecordsInput{}, `{"ShardIterator":"a"}`},
	"Streams.GetShardIterator": {request.GetShardIteratorInput{}, `{"StreamArn":"a","ShardId":"b","ShardIteratorType":"LATEST"}`},
	"Streams.ListStreams":      {request.ListStreamsInput{}, `{}`},

	"SQS.AddPermission":           {queue.AddPermissionInput{}, `{"QueueUrl":"tab","Label":"l","AWSAccountIds":["111122223333"],"Actions":["*"]}`},
	"SQS.ChangeMessageVisibility": {queue.ChangeMessageVisibilityInput{}, `{"QueueUrl":"tab","ReceiptHandle":"a","VisibilityTimeout":1}`},
	"SQS.ChangeMessageVisibilityBatch": {queue.ChangeMessageVisibilityBatchInput{}, `{"QueueUrl":"tab","Entries":[{"Id":"a","ReceiptHandle":"a",` +
		`"VisibilityTimeout":1}]}`},
	"SQS.CreateQueue":                {queue.CreateQueueInput{}, `{"QueueName":"new","Attributes":{"DelaySeconds":"1"},"tags":{"k":"v"}}`},
	"SQS.DeleteMessage":              {queue.DeleteMessageInput{}, `{"QueueUrl":"tab","ReceiptHandle":"a"}`},
	"SQS.DeleteMessageBatch":         {queue.DeleteMessageBatchInput{}, `{"QueueUrl":"tab","Entries":[{"Id":"a","ReceiptHandle":"a"}]}`},
	"SQS.DeleteQueue":                {queue.DeleteQueueInput{}, `{"QueueUrl":"none"}`},
	"SQS.GetQueueAttributes":         {queue.GetQueueAttributesInput{}, `{"QueueUrl":"tab","AttributeNames":["All"]}`},
	"SQS.GetQueueUrl":                {queue.GetQueueUrlInput{}, `{"QueueName":"tab"}`},
	"SQS.ListDeadLetterSourceQueues": {queue.ListDeadLetterSourceQueuesInput{}, `{"QueueUrl":"tab"}`},
	"SQS.ListMessageMoveTasks":       {queue.ListMessageMoveTasksInput{}, `{"SourceArn":"a"}`},
	"SQS.ListQueueTags":              {queue.ListQueueTagsInput{}, `{"QueueUrl":"tab"}`},
	"SQS.ListQueues":                 {queue.ListQueuesInput{}, `{}`},
	"SQS.CancelMessageMoveTask":      {queue.CancelMessageMoveTaskInput{}, `{"TaskHandle":"a"}`},
	"SQS.PurgeQueue":                 {queue.PurgeQueueInput{}, `{"QueueUrl":"tab"}`},
	"SQS.ReceiveMessage":             {queue.ReceiveMessageInput{}, `{"QueueUrl":"tab"}`},
	"SQS.RemovePermission":           {queue.RemovePermissionInput{}, `{"QueueUrl":"tab","Label":"l"}`},
	"SQS.SendMessage": {queue.SendMessageInput{}, `{"QueueUrl":"tab","MessageBody":"a","MessageAttributes":{"a":{"DataType":"String",` +
		`"StringValue":"a"}}}`},
	"SQS.SendMessageBatch":     {queue.SendMessageBatchInput{}, `{"QueueUrl":"tab","Entries":[{"Id":"a","MessageBody":"a"}]}`},
	"SQS.SetQueueAttributes":   {queue.SetQueueAttributesInput{}, `{"QueueUrl":"tab","Attributes":{"Policy":"{}"}}`},
	"SQS.StartMessageMoveTask": {queue.StartMessageMoveTaskInput{}, `{"SourceArn":"a"}`},
	"SQS.TagQueue":             {queue.TagQueueInput{}, `{"QueueUrl":"tab","Tags":{"k":"v"}}`},
	"SQS.UntagQueue":           {queue.UntagQueueInput{}, `{"QueueUrl":"tab","TagKeys":["k"]}`},
}

const tabARN = "arn:aws:dynamodb:us-east-1:123456789012:table/tab"

// shapes returns the shapes of every member of every operation, in order. They are
// found once.
var shapes = sync.OnceValues(func() ([]shape, error) {
	var all []shape
	var failed error
	for _, operation := range slices.Sorted(maps.Keys(inputs)) {
		input := inputs[operation]
		var right any
		if err := json.Unmarshal([]byte(input.body), &right); err != nil {
			return nil, err
		}
		add := func(path []string, kind string, text func(room int) string) {
			const here = "what is large"
			body, err := json.Marshal(put(right, path, here))
			head, tail, found := strings.Cut(string(body), `"`+here+`"`)
			if !found {
				failed = fmt.Errorf("%s %v: no place in %s: %w", operation, path, body, err)
			}
			all = append(all, shape{operation, strings.Join(path, "."), kind, func() string {
				return head + text(shapeSize-len(body)) + tail
			}})
		}
		add([]string{"Unknown"}, "levels", func(n int) string { return strings.Repeat("[", n/2) + strings.Repeat("]", n/2) })
		add([]string{"Unknown"}, "objects", many("[", "]", `{"a":{}}`))
		grow(reflect.TypeOf(input.in), nil, add)
	}
	return all, failed
})

// put returns node with v at path; "[]" is the first element of a list, "{}" the
// only entry of a map. It changes nothing.
func put(node any, path []string, v any) any {
	if len(path) == 0 {
		return v
	}
	if path[0] == "[]" {
		list, _ := node.([]any)
		if len(list) == 0 {
			list = []any{nil}
		}
		return []any{put(list[0], path[1:], v)}
	}
	old, _ := node.(map[string]any)
	object := map[string]any{}
	maps.Copy(object, old)
	name := path[0]
	if name == "{}" {
		name = "tab"
		for only := range object {
			name = only
		}
	}
	object[name] = put(object[name], path[1:], v)
	return object
}

// grow adds the shapes of a member at path, of type t, and of those in it.
func grow(t reflect.Type, path []string, add func(path []string, kind string, text func(room int) string)) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	at := func(step string) []string { return append(slices.Clone(path), step) }
	var kinds map[string]func(room int) string
	_, own := reflect.TypeAssert[gojson.UnmarshalerFrom](reflect.New(t))
	switch {
	case t == reflect.TypeFor[attribute.Item]():
		kinds = itemShapes
	case t == reflect.TypeFor[attribute.Value]():
		kinds = valueShapes
	case own:
		panic(fmt.Sprintf("%v reads itself: it needs shapes", t))
	case t.Kind() == reflect.Struct:
		for _, f := range reflect.VisibleFields(t) {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); !f.Anonymous {
				grow(f.Type, at(cmp.Or(name, f.Name)), add)
			}
		}
	case t.Kind() == reflect.Slice:
		kinds = listShapes
		grow(t.Elem(), at("[]"), add)
	case t.Kind() == reflect.Map:
		kinds = mapShapes
		grow(t.Elem(), at("{}"), add)
	case strings.HasSuffix(path[len(path)-1], "Expression"):
		kinds = expressionShapes
	case t.Kind() == reflect.String:
		kinds = textShapes
	default:
		kinds = numberShapes
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if kind == "digits" || kind == "levels" || fits(t, kinds[kind](2_000)) {
			add(path, kind, kinds[kind])
		}
	}
}

// fits reports whether text is read to its end as a t. A body that does not fit its
// shape is refused where it begins.
func fits(t reflect.Type, text string) bool {
	return awsjson.Unmarshal([]byte(text), reflect.New(t).Interface()) == nil
}

// many returns as many members as there is room for, between open and end.
func many(open, end, member string) func(room int) string {
	return func(room int) string {
		return open + strings.Repeat(member+",", max(room/(len(member)+1)-2, 0)) + member + end
	}
}

// named returns as many members of an object as there is room for, with names of
// their own.
func named(open, prefix, value, end string) func(room int) string {
	return func(room int) string {
		var b strings.Builder
		b.WriteString(open)
		for i := 0; b.Len() < room-1_000; i++ {
			fmt.Fprintf(&b, `"%s%x":%s,`, prefix, i, value)
		}
		return b.String() + `"last":` + value + end
	}
}

// distinct returns a list of as many texts as there is room for.
func distinct(open, end string) func(room int) string {
	return func(room int) string {
		var b strings.Builder
		b.WriteString(open)
		for i := 0; b.Len() < room-1_000; i++ {
			fmt.Fprintf(&b, `"%d",`, i)
		}
		return b.String() + `"-1"` + end
	}
}

func text(s string) func(room int) string {
	return func(room int) string { return `"` + strings.Repeat(s, room/len(s)-2) + `"` }
}

// largeItem is an item of 400 KB that has as many values as fit, in the shortest
// form.
var largeItem = many(`{"id":{"S":"a"},"l":{"L":[`, `]}}`, `{"S":""}`)(600 << 10)

var (
	listShapes = map[string]func(room int) string{
		"objects":           many("[", "]", `{}`),
		"nulls":             many("[", "]", `null`),
		"texts":             many("[", "]", `""`),
		"lists of objects":  many("[", "]", `{"Keys":[{}],"KeySchema":[{}],"Put":{},"PutRequest":{"Item":{}},"Get":{},"Projection":{},"Create":{}}`),
		"nothing but lists": many("[", "]", `[]`),
		"puts":              many("[", "]", `{"PutRequest":{"Item":`+largeItem+`}}`),
		"transacted puts":   many("[", "]", `{"Put":{"TableName":"tab","Item":`+largeItem+`}}`),
		"keys":              many("[", "]", largeItem),
		"small puts":        many("[", "]", `{"PutRequest":{"Item":{"a":{"M":{}}}}}`),
	}
	mapShapes = map[string]func(room int) string{
		"objects":          named("{", "#", `{}`, "}"),
		"texts":            named("{", "#", `"a"`, "}"),
		"bad names":        named("{", "?", `{}`, "}"),
		"lists":            named("{", "aaa", `[]`, "}"),
		"lists of objects": named("{", "aaa", `[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}]`, "}"),
		"keys":             named("{", "aaa", `{"Keys":[{},{},{},{},{},{},{},{},{},{},{"a":{}},{"a":null}],"AttributesToGet":["","",""]}`, "}"),
		"updates":          named("{", "a", `{"Action":"DELETE"}`, "}"),
		"conditions":       named("{", "a", `{"Exists":false}`, "}"),
		"filters":          named("{", "a", `{"ComparisonOperator":"NULL"}`, "}"),
		"values":           named("{", "a", `{"ComparisonOperator":"IN","AttributeValueList":[{},{},{},{},{},{},{},{}]}`, "}"),
		"one name":         many("{", "}", `"a":{}`),
	}
	itemShapes = map[string]func(room int) string{
		"maps":              many(`{"id":{"L":[`, `]}}`, `{"M":{}}`),
		"empty texts":       many(`{"id":{"L":[`, `]}}`, `{"S":""}`),
		"empty values":      many(`{"id":{"L":[`, `]}}`, `{}`),
		"lists":             many(`{"id":{"L":[`, `]}}`, `{"L":[{"L":[]}]}`),
		"small maps":        many(`{"id":{"L":[`, `]}}`, `{"M":{"a":{"M":{}}}}`),
		"small sets":        many(`{"id":{"L":[`, `]}}`, `{"SS":["a"]}`),
		"texts":             distinct(`{"id":{"SS":[`, `]}}`),
		"numbers":           distinct(`{"id":{"NS":[`, `]}}`),
		"one text":          many(`{"id":{"SS":[`, `]}}`, `""`),
		"one number":        many(`{"id":{"NS":[`, `]}}`, `"1"`),
		"binaries":          many(`{"id":{"BS":[`, `]}}`, `""`),
		"map":               named(`{"id":{"M":{`, "", `{"NULL":true}`, "}}}"),
		"attributes":        named("{", ":", `{"NULL":true}`, "}"),
		"attribute":         many("{", "}", `":a":{}`),
		"null":              many("{", "}", `":a":null`),
		"a text":            func(room int) string { return `{":a":{"S":` + text("a")(room-100) + `}}` },
		"a number":          func(room int) string { return `{":a":{"N":` + text("1")(room-100) + `}}` },
		"a bad number":      func(room int) string { return `{":a":{"N":` + text("x\\u0001")(room-100) + `}}` },
		"a binary":          func(room int) string { return `{":a":{"B":` + text("AAAA")(room-100) + `}}` },
		"a name":            func(room int) string { return `{` + text("a")(room-100) + `:{"S":"a"}}` },
		"lists of one kind": many(`{"id":{`, `}}`, `"L":[{},{}]`),
		"levels": func(room int) string {
			return strings.Repeat(`{"a":{"M":`, room/13) + "{}" + strings.Repeat("}}", room/13)
		},
		"31 levels": many(`{"id":{"L":[`, `]}}`, strings.Repeat(`{"L":[`, 29)+strings.Repeat(`]}`, 29)),
	}
	valueShapes = map[string]func(room int) string{
		"maps":       many(`{"L":[`, `]}`, `{"M":{}}`),
		"values":     many(`{"L":[`, `]}`, `{}`),
		"texts":      distinct(`{"SS":[`, `]}`),
		"one number": many(`{"NS":[`, `]}`, `"1"`),
		"a text":     func(room int) string { return `{"S":` + text("a")(room-100) + `}` },
	}
	textShapes = map[string]func(room int) string{
		"text":    text("a"),
		"escapes": text(`\u0001`),
		"ARN":     func(room int) string { return `"arn:` + text("a:/")(room - 100)[1:] },
	}
	numberShapes = map[string]func(room int) string{
		"digits": func(room int) string { return strings.Repeat("1", room-100) },
		"levels": func(room int) string { return strings.Repeat("[", room/2) + strings.Repeat("]", room/2) },
	}
	expressionShapes = map[string]func(room int) string{
		"terms":          text("a = :b AND "),
		"4 KB of terms":  func(int) string { return `"` + strings.Repeat("a.b,", 1000) + `a.c"` },
		"4 KB of levels": func(int) string { return `"` + strings.Repeat("(", 4090) + `"` },
		"4 KB of NOT":    func(int) string { return `"` + strings.Repeat("NOT ", 1000) + `a = a"` },
	}
)
