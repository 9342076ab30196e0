package main

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"lullaby/internal/uprun"
)

// fullPage is a table whose partitions have a page and more each: "small" as many
// items as a page can have, the others items of up to 400 KB with an attribute v that
// has as many members as such an item can.
const fullPage = `{"TableName":"page","BillingMode":"PAY_PER_REQUEST",` +
	`"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"r","AttributeType":"N"}],` +
	`"KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}]}`

var (
	nulls    = many(`{"L":[`, `]}`, `{"NULL":true}`)(200_000 * len(`{"NULL":true},`))
	notNulls = strings.TrimSuffix(nulls, `{"NULL":true}]}`) + `{"S":""}]}` // it differs at the end
	numbers  = distinct(`{"NS":[`, `]}`)(80_000 * len(`"12345",`))
)

// fillPages makes the table fullPage.
func fillPages(t *testing.T, p *uprun.Process) {
	t.Helper()
	ask := func(operation, body string) {
		s := shape{operation: operation}
		if status, answer := s.send(t, p.AWS, []byte(body), ""); status != 200 {
			t.Errorf("%s: %d %.200s", operation, status, answer)
		}
	}
	ask("CreateTable", fullPage)
	const smalls, writers, batch = 30_000, 8, 25
	var asked sync.WaitGroup
	for w := range writers {
		asked.Go(func() {
			for i := w * batch; i < smalls; i += writers * batch {
				var puts []string
				for n := i; n < i+batch; n++ {
					puts = append(puts, fmt.Sprintf(`{"PutRequest":{"Item":{"id":{"S":"small"},"r":{"N":"%d"},"v":{"N":"%[1]d"},"t":{"S":"wno"}}}}`, n))
				}
				ask("BatchWriteItem", `{"RequestItems":{"page":[`+strings.Join(puts, ",")+`]}}`)
			}
		})
	}
	asked.Wait()
	for partition, v := range map[string]string{"nulls": nulls, "numbers": numbers} {
		for r := range 6 {
			ask("PutItem", fmt.Sprintf(`{"TableName":"page","Item":{"id":{"S":"%s"},"r":{"N":"%d"},"v":%s}}`, partition, r, v))
		}
	}
}

// inList returns an IN of v with as many operands as it can have.
func inList(operand string) string { return "v IN (" + strings.Repeat(operand+",", 99) + operand + ")" }

// legacy is a Query of the small items by a legacy filter.
func legacy(filter, operator string) string {
	return `{"TableName":"page","Select":"COUNT","KeyConditions":{"id":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"small"}]}},` +
		`"QueryFilter":` + filter + operator + `}`
}

// filtered is a Query of a partition by as many terms as an expression can have, all
// of them false. The value of :v is v.
func filtered(partition, term, v string) string {
	const first, most, longest = "size(v) = :v", 300, 4096
	terms := first + strings.Repeat(" OR "+term, min((longest-len(first))/len(" OR "+term), most-2))
	return `{"TableName":"page","Select":"COUNT","KeyConditionExpression":"id = :id","FilterExpression":"` + terms + `",` +
		`"ExpressionAttributeValues":{":id":{"S":"` + partition + `"},":v":` + v + `}}`
}

// pageShapes are requests that compare each item of a full page with as much as a
// request can name.
func pageShapes() []shape {
	conditions := func(condition string) string { // less than 50,000, as many as are taken
		return named("{", "a", condition, "}")(49_000 * len(`"a1234":,`+condition))
	}
	numbered := func(n int) string { // values that no item has
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `{"N":"%d"},`, 1_000_000+i)
		}
		return `[` + b.String() + `{"N":"-1"}]`
	}
	in := `{"v":{"ComparisonOperator":"IN","AttributeValueList":` + numbered(29_999) + `}}`
	one := `{"N":"-2"}`
	var shapes []shape
	add := func(operation, kind, body string) {
		shapes = append(shapes, shape{operation, "page", kind, func() string { return body }})
	}
	add("Scan", "IN", `{"TableName":"page","Select":"COUNT","ScanFilter":`+in+`}`)
	add("Query", "IN", legacy(in, ""))
	add("Query", "NULL", legacy(conditions(`{"ComparisonOperator":"NULL"}`), ""))
	add("Query", "NE", legacy(conditions(`{"ComparisonOperator":"NE","AttributeValueList":[{"S":""}]}`), ""))
	add("Query", "EQ or EQ", legacy(conditions(`{"ComparisonOperator":"EQ","AttributeValueList":[{"S":""}]}`), `,"ConditionalOperator":"OR"`))
	add("Query", "terms of a value", filtered("small", "v=:v", one))
	add("Query", "terms of paths", filtered("small", "a=b", one))
	add("Query", "IN of a value", filtered("small", inList(":v"), one))
	add("Query", "IN of a path", filtered("small", inList("b"), one))
	add("Query", "lists", filtered("nulls", "v=:v", notNulls))
	add("Query", "IN of lists", filtered("nulls", inList(":v"), notNulls))
	add("Query", "contains of lists", filtered("nulls", "contains(v,:v)", one))
	add("Query", "sets", filtered("numbers", "v<>:v", numbers))
	add("Query", "IN of sets", filtered("numbers", "NOT "+inList(":v"), numbers))
	add("Query", "contains of sets", filtered("numbers", "contains(v,:v)", one))
	text := strings.Repeat("w", 300<<10)
	add("Query", "members of a value", filtered("small", "contains(:v,v)", nulls))
	add("Query", "sizes of a value", filtered("small", "size(:v)=v", `{"S":"`+text+`"}`))
	add("Query", "parts of a value", filtered("small", "contains(:v,t)", `{"S":"`+text+`"}`))
	paths := make([]string, 1000)
	for i := range paths {
		paths[i] = fmt.Sprintf("%c%02d", 'a'+i/100, i%100)
	}
	add("Query", "paths", `{"TableName":"page","KeyConditionExpression":"id = :id","ExpressionAttributeValues":{":id":{"S":"small"}},`+
		`"ProjectionExpression":"`+strings.Join(paths, ",")+`"}`)
	return shapes
}

// A filter costs what the page and the filter have, not what each item with each
// condition has.
func TestNoFullPageTakesAMachine(t *testing.T) {
	unlessRaced(t)
	p := up(t, "--bare", "--memory", "--limits", "off")
	fillPages(t, p)
	for _, s := range pageShapes() {
		if status := s.isBounded(t, p, compressed(t, s.body())); status != 200 {
			t.Errorf("%v: status %d, want 200", s, status)
		}
	}
}
