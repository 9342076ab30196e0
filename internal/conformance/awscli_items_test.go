package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ordersTable is a table with a sort key and both kinds of index.
var ordersTable = []string{
	"dynamodb", "create-table", "--table-name", "orders", "--billing-mode", "PAY_PER_REQUEST",
	"--attribute-definitions", "AttributeName=customer,AttributeType=S", "AttributeName=number,AttributeType=N", "AttributeName=state,AttributeType=S",
	"--key-schema", "AttributeName=customer,KeyType=HASH", "AttributeName=number,KeyType=RANGE",
	"--local-secondary-indexes", `[{"IndexName":"by-state","Projection":{"ProjectionType":"ALL"},
		"KeySchema":[{"AttributeName":"customer","KeyType":"HASH"},{"AttributeName":"state","KeyType":"RANGE"}]}]`,
	"--global-secondary-indexes", `[{"IndexName":"all-by-state","Projection":{"ProjectionType":"KEYS_ONLY"},
		"KeySchema":[{"AttributeName":"state","KeyType":"HASH"},{"AttributeName":"number","KeyType":"RANGE"}]}]`,
}

// orders returns the CLI with a table of seven orders, written by batches.
func orders(t *testing.T) awsCLI {
	t.Helper()
	needAWSCLI(t)
	c := awsCLI{start(t, "--bare").AWS}
	c.expect(t, `"IndexName":"all-by-state"`, ordersTable...)
	puts := make([]string, 7)
	for n := range puts {
		state := "open"
		if n%3 == 0 {
			state = "sent"
		}
		puts[n] = fmt.Sprintf(`{"PutRequest":{"Item":{"customer":{"S":"ann"},"number":{"N":"%d"},"state":{"S":%q},"price":{"N":"%d.5"}}}}`, n, state, n)
	}
	c.expect(t, `{"UnprocessedItems":{}}`, "dynamodb", "batch-write-item", "--request-items", `{"orders":[`+strings.Join(puts, ",")+`]}`)
	return c
}

// The CLI's own paging: one command asks for pages until it has enough, and
// hands out a token to go on with.
func TestAWSCLIPages(t *testing.T) {
	t.Parallel()
	takesLong(t)
	c := orders(t)
	const projected = `"Items":[{"number":{"N":"6"}},{"number":{"N":"5"}},{"number":{"N":"4"}},{"number":{"N":"3"}},{"number":{"N":"2"}}]`

	c.expect(t, projected, "dynamodb", "query", "--table-name", "orders", "--no-scan-index-forward",
		"--page-size", "2", "--max-items", "5", "--projection-expression", "#n", "--expression-attribute-names", `{"#n":"number"}`,
		"--key-condition-expression", "customer = :c", "--expression-attribute-values", `{":c":{"S":"ann"}}`)
	c.expect(t, `"Count":4`, "dynamodb", "query", "--table-name", "orders", "--index-name", "by-state",
		"--key-condition-expression", "customer = :c AND begins_with(#s, :s)", "--expression-attribute-names", `{"#s":"state"}`,
		"--expression-attribute-values", `{":c":{"S":"ann"},":s":{"S":"op"}}`, "--select", "COUNT")
	c.expect(t, `"Items":[{"customer":{"S":"ann"},"number":{"N":"3"},"state":{"S":"sent"}},{"customer":{"S":"ann"},"number":{"N":"6"},"state":{"S":"sent"}}]`,
		"dynamodb", "query", "--table-name", "orders", "--index-name", "all-by-state",
		"--key-condition-expression", "#s = :s AND #n BETWEEN :a AND :b", "--expression-attribute-names", `{"#s":"state","#n":"number"}`,
		"--expression-attribute-values", `{":s":{"S":"sent"},":a":{"N":"1"},":b":{"N":"6"}}`)

	scan := func(from ...string) []string {
		return append([]string{
			"dynamodb", "scan", "--table-name", "orders", "--page-size", "2", "--max-items", "5",
			"--query", "[Items[].number.N, NextToken]",
		}, from...)
	}
	out, stderr := c.run(t, scan()...)
	numbers, token, ok := strings.Cut(compact(out), `],`)
	token = strings.Trim(token, `"]`)
	if !ok || numbers != `[["0","1","2","3","4"` || token == "" {
		t.Fatalf("first five: %s%s", out, stderr)
	}
	c.expect(t, `[["5","6"],null]`, scan("--starting-token", token)...)
	c.expect(t, `"Count":1,"Items":[`, "dynamodb", "scan", "--table-name", "orders", "--filter-expression", "price > :t AND attribute_exists(customer)",
		"--expression-attribute-values", `{":t":{"N":"6"}}`)
}

func TestAWSCLIWrites(t *testing.T) {
	t.Parallel()
	takesLong(t)
	c := orders(t)
	const key = `{"customer":{"S":"ann"},"number":{"N":"1"}}`

	c.expect(t, `{"Attributes":{"price":{"N":"3.5"},"tags":{"SS":["gift"]}}}`, "dynamodb", "update-item", "--table-name", "orders", "--key", key,
		"--update-expression", "SET price = price + :n, notes = list_append(if_not_exists(notes, :none), :none) ADD tags :tags REMOVE absent",
		"--expression-attribute-values", `{":n":{"N":"2"},":tags":{"SS":["gift"]},":none":{"L":[]}}`,
		"--condition-expression", "attribute_exists(price)", "--return-values", "UPDATED_NEW", "--query", "{Attributes: {tags: Attributes.tags, price: Attributes.price}}")
	c.refused(t, "(ConditionalCheckFailedException) when calling the PutItem operation: The conditional request failed",
		"dynamodb", "put-item", "--table-name", "orders", "--item", key, "--condition-expression", "attribute_not_exists(customer)")
	c.refused(t, "(ValidationException) when calling the UpdateItem operation: 1 validation error detected: Invalid UpdateExpression: ",
		"dynamodb", "update-item", "--table-name", "orders", "--key", key, "--update-expression", "SET")
	c.expect(t, `"notes":{"L":[]}`, "dynamodb", "delete-item", "--table-name", "orders", "--key", key, "--return-values", "ALL_OLD",
		"--expected", `{"price":{"ComparisonOperator":"GT","AttributeValueList":[{"N":"3"}]}}`)

	c.expect(t, `"UnprocessedKeys":{}`, "dynamodb", "batch-get-item", "--request-items",
		`{"orders":{"Keys":[`+key+`,{"customer":{"S":"ann"},"number":{"N":"2"}}],"ProjectionExpression":"price","ConsistentRead":true}}`)
	c.expect(t, `{"Responses":[{"Item":{"price":{"N":"2.5"}}},{}]}`, "dynamodb", "transact-get-items", "--transact-items",
		`[{"Get":{"TableName":"orders","Key":{"customer":{"S":"ann"},"number":{"N":"2"}},"ProjectionExpression":"price"}},
		  {"Get":{"TableName":"orders","Key":`+key+`}}]`)
}

func TestAWSCLITransacts(t *testing.T) {
	t.Parallel()
	takesLong(t)
	c := orders(t)
	actions := filepath.Join(t.TempDir(), "actions.json")
	text := `[
		{"Put":{"TableName":"orders","Item":{"customer":{"S":"bob"},"number":{"N":"1"}}}},
		{"Update":{"TableName":"orders","Key":{"customer":{"S":"ann"},"number":{"N":"2"}},
			"UpdateExpression":"SET price = :t","ExpressionAttributeValues":{":t":{"N":"9"}}}},
		{"Delete":{"TableName":"orders","Key":{"customer":{"S":"ann"},"number":{"N":"3"}}}},
		{"ConditionCheck":{"TableName":"orders","Key":{"customer":{"S":"ann"},"number":{"N":"4"}},
			"ConditionExpression":"attribute_not_exists(closed)"}}]`
	if err := os.WriteFile(actions, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	const charged = `{"ConsumedCapacity":[{"CapacityUnits":`
	transact := []string{"dynamodb", "transact-write-items", "--transact-items", "file://" + actions, "--return-consumed-capacity", "TOTAL"}
	c.expect(t, charged, append(transact, "--client-request-token", "once")...)
	c.expect(t, charged, append(transact, "--client-request-token", "once")...)
	c.expect(t, `"price":{"N":"9"}`, "dynamodb", "get-item", "--table-name", "orders", "--key", `{"customer":{"S":"ann"},"number":{"N":"2"}}`)
	c.expect(t, `"Count":7`, "dynamodb", "scan", "--table-name", "orders", "--select", "COUNT")

	c.run(t, "dynamodb", "update-item", "--table-name", "orders", "--key", `{"customer":{"S":"ann"},"number":{"N":"4"}}`,
		"--attribute-updates", `{"closed":{"Action":"PUT","Value":{"BOOL":true}}}`)
	c.refused(t, "(TransactionCanceledException) when calling the TransactWriteItems operation: "+
		"Transaction cancelled, please refer cancellation reasons for specific reasons [None, None, None, ConditionalCheckFailed]", transact...)
}
