package main

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"lullaby/internal/uprun"
)

// most is how many items a transaction or a batch names.
const most = 100

// fillItems makes a table with an index of everything and a stream, and as many items
// as a request can name. Half of them have a list of as many members as an item of
// 400 KB can have, the others a text of that size.
func fillItems(t *testing.T, p *uprun.Process) {
	t.Helper()
	list := many(`{"L":[`, `,{"S":"\u0001\u0002no"}]}`, `{"BOOL":true},{"BOOL":false}`)(190_000 * len(`{"NULL":true},`))
	text := strings.Repeat("w", 200<<10)
	ask := func(operation, body string) {
		s := shape{operation: operation}
		if status, answer := s.send(t, p.AWS, []byte(body), ""); status != 200 {
			t.Errorf("%s: %d %.200s", operation, status, answer)
		}
	}
	ask("CreateTable", `{"TableName":"many","BillingMode":"PAY_PER_REQUEST","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"},`+
		`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],`+
		`"GlobalSecondaryIndexes":[{"IndexName":"all","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}`)
	var asked sync.WaitGroup
	for w := range 4 {
		asked.Go(func() {
			for i := w; i < most; i += 4 {
				v, w := list, ""
				if i%2 == 1 {
					v, w = `{"L":[{"S":""}]}`, text
				}
				ask("PutItem", fmt.Sprintf(`{"TableName":"many","Item":{"id":{"S":"%d"},"v":%s,"w":{"S":"%s"}}}`, i, v, w))
			}
		})
	}
	asked.Wait()
}

// each joins what of(i) returns for each item.
func each(head, tail string, of func(i int) string) string {
	parts := make([]string, most)
	for i := range parts {
		parts[i] = of(i)
	}
	return head + strings.Join(parts, ",") + tail
}

// transacted is a transaction of one action, with these parameters, on each item.
func transacted(action, parameters string) string {
	return each(`{"TransactItems":[`, `]}`, func(i int) string {
		return fmt.Sprintf(`{"%s":{"TableName":"many","Key":{"id":{"S":"%d"}},%s}}`, action, i, parameters)
	})
}

// manyShapes are requests that look into each of many large items. The last deletes
// them.
func manyShapes() []shape {
	var shapes []shape
	add := func(operation, kind, body string) {
		shapes = append(shapes, shape{operation, "many", kind, func() string { return body }})
	}
	keys := each(`"Keys":[`, `]`, func(i int) string { return fmt.Sprintf(`{"id":{"S":"%d"}}`, i) })
	write := func(kind, parameters string) {
		add("TransactWriteItems", kind, transacted("ConditionCheck", parameters))
	}
	write("an index", `"ConditionExpression":"attribute_exists(v[170000]) OR attribute_exists(id)"`)
	write("a size", `"ConditionExpression":"size(v) > :v","ExpressionAttributeValues":{":v":{"N":"0"}}`)
	write("a failure", `"ConditionExpression":"attribute_not_exists(v)"`)
	write("items found", `"ConditionExpression":"attribute_not_exists(v)","ReturnValuesOnConditionCheckFailure":"ALL_OLD"`)
	terms := func(term string) string {
		return `"ConditionExpression":"` + strings.Repeat(term+" OR ", 200) + `attribute_exists(id)","ExpressionAttributeValues":{":v":{"S":"no"}}`
	}
	write("contains", terms("contains(v,:v)")) // each list ends with a text that has the form of :v in it
	write("sizes", terms("size(w)=:v"))
	write("parts of texts", strings.Replace(terms("contains(w,:v)"), "no", strings.Repeat("w", 70)+"no", 1)) // fails late at each place of each text
	add("TransactGetItems", "a projection", transacted("Get", `"ProjectionExpression":"v[170000],id"`))
	add("BatchGetItem", "a projection", `{"RequestItems":{"many":{`+keys+`,"ProjectionExpression":"v[170000],id"}}}`)
	add("Scan", "a filter", `{"TableName":"many","FilterExpression":"attribute_exists(v[199999])"}`)
	add("TransactWriteItems", "updates", transacted("Update", `"UpdateExpression":"SET a=:v REMOVE v[0]","ExpressionAttributeValues":{":v":{"N":"1"}}`))
	add("TransactWriteItems", "deletes", transacted("Delete", `"ConditionExpression":"attribute_exists(v)"`))
	return shapes
}

// A request that names many large items takes no more of a machine than one that names
// one: an item is read, and done with, before the next.
func TestNoItemsTakeAMachine(t *testing.T) {
	unlessRaced(t)
	p := up(t, "--bare", "--data", t.TempDir(), "--limits", "off") // on disk: it has more than 100 MB
	fillItems(t, p)
	shapes := manyShapes()
	for _, s := range shapes[:len(shapes)-1] {
		s.isBounded(t, p, compressed(t, s.body()))
	}
	const sixteen = 16
	var asked sync.WaitGroup
	for i := range sixteen {
		asked.Go(func() {
			s := shapes[i%(len(shapes)-1)]
			s.send(t, p.AWS, []byte(s.body()), "")
		})
	}
	asked.Wait()
	if memory := peak(t, p.PID()); memory > mostMemoryOfSixteen {
		t.Errorf("%d at once: %d MB", sixteen, memory>>20)
	}
	last := shapes[len(shapes)-1]
	last.isBounded(t, p, compressed(t, last.body()))
}
