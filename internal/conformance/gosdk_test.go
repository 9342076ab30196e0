package conformance

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The SDK for Go, which functions use, checks the sum of every answer and asks
// for compressed ones if it is told to.
func TestGoSDK(t *testing.T) {
	t.Parallel()
	c := goSDK{t, dynamodb.New(sdk(start(t, "--bare").AWS).Options(), func(o *dynamodb.Options) {
		o.EnableAcceptEncodingGzip = true
	})}
	c.createOrders()
	for n := range 7 {
		_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &ordersName, Item: order("ann", n)})
		c.want("PutItem", err, "")
	}
	t.Run("pages", func(t *testing.T) { goSDK{t, c.Client}.pages() })
	t.Run("writes", func(t *testing.T) { goSDK{t, c.Client}.writes() })
	t.Run("batches", func(t *testing.T) { goSDK{t, c.Client}.batches() })
	t.Run("transactions", func(t *testing.T) { goSDK{t, c.Client}.transactions() })
	c.deleteOrders()
}

// goSDK is a client and the test that it serves.
type goSDK struct {
	t *testing.T
	*dynamodb.Client
}

var ordersName = "orders"

func (c goSDK) createOrders() {
	c.t.Helper()
	_, err := c.CreateTable(c.t.Context(), &dynamodb.CreateTableInput{
		TableName:   &ordersName,
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("customer"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("number"), AttributeType: types.ScalarAttributeTypeN},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("customer"), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String("number"), KeyType: types.KeyTypeRange},
		},
	})
	c.want("CreateTable", err, "")
	err = dynamodb.NewTableExistsWaiter(c).Wait(c.t.Context(), &dynamodb.DescribeTableInput{TableName: &ordersName}, time.Minute)
	c.want("table exists", err, "")
}

func (c goSDK) deleteOrders() {
	tables := dynamodb.NewListTablesPaginator(c, &dynamodb.ListTablesInput{Limit: aws.Int32(1)})
	page, err := tables.NextPage(c.t.Context())
	c.want("ListTables", err, "")
	if !slices.Equal(page.TableNames, []string{ordersName}) {
		c.t.Errorf("ListTables: %v, want %s", page.TableNames, ordersName)
	}
	_, err = c.DeleteTable(c.t.Context(), &dynamodb.DeleteTableInput{TableName: &ordersName})
	c.want("DeleteTable", err, "")
	err = dynamodb.NewTableNotExistsWaiter(c).Wait(c.t.Context(), &dynamodb.DescribeTableInput{TableName: &ordersName}, time.Minute)
	c.want("no table", err, "")
}

// want ends the test unless the text of an error has that in it; empty is no
// error.
func (c goSDK) want(what string, err error, text string) {
	c.t.Helper()
	if err == nil && text == "" || err != nil && text != "" && strings.Contains(err.Error(), text) {
		return
	}
	c.t.Fatalf("%s: %v, want %q", what, err, text)
}

type values = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.Itoa(n)}
}

func orderKey(customer string, n int) values {
	return values{"customer": text(customer), "number": number(n)}
}

// order is an item that is worth compressing.
func order(customer string, n int) values {
	o := orderKey(customer, n)
	o["price"], o["notes"] = number(10*n), text(strings.Repeat("a note. ", 1_000))
	return o
}

// numbers returns the sort keys of items.
func numbers(items []values) []string {
	found := make([]string, len(items))
	for i, item := range items {
		if n, ok := item["number"].(*types.AttributeValueMemberN); ok {
			found[i] = n.Value
		}
	}
	return found
}

func (c goSDK) pages() {
	mine := "customer = :c"
	query := dynamodb.NewQueryPaginator(c, &dynamodb.QueryInput{
		TableName: &ordersName, KeyConditionExpression: &mine, Limit: aws.Int32(3), ScanIndexForward: aws.Bool(false),
		ExpressionAttributeValues: values{":c": text("ann")},
	})
	var got []string
	for query.HasMorePages() {
		page, err := query.NextPage(c.t.Context())
		c.want("Query", err, "")
		got = append(got, numbers(page.Items)...)
	}
	if want := []string{"6", "5", "4", "3", "2", "1", "0"}; !slices.Equal(got, want) {
		c.t.Errorf("Query: %v, want %v", got, want)
	}
	scan := dynamodb.NewScanPaginator(c, &dynamodb.ScanInput{
		TableName: &ordersName, Limit: aws.Int32(2), FilterExpression: aws.String("price > :p AND begins_with(notes, :n)"),
		ExpressionAttributeValues: values{":p": number(20), ":n": text("a note")},
	})
	got = nil
	for scan.HasMorePages() {
		page, err := scan.NextPage(c.t.Context())
		c.want("Scan", err, "")
		got = append(got, numbers(page.Items)...)
	}
	if want := []string{"3", "4", "5", "6"}; !slices.Equal(got, want) {
		c.t.Errorf("Scan: %v, want %v", got, want)
	}
}

func (c goSDK) writes() {
	key := orderKey("bob", 1)
	updated, err := c.UpdateItem(c.t.Context(), &dynamodb.UpdateItemInput{
		TableName: &ordersName, Key: key, ReturnValues: types.ReturnValueUpdatedNew,
		UpdateExpression: aws.String("ADD price :p"), ExpressionAttributeValues: values{":p": number(5)},
	})
	c.want("UpdateItem", err, "")
	if n, ok := updated.Attributes["price"].(*types.AttributeValueMemberN); !ok || n.Value != "5" {
		c.t.Errorf("UpdateItem: %v, want a price of 5", updated.Attributes)
	}
	remove := func(condition string) error {
		_, err := c.DeleteItem(c.t.Context(), &dynamodb.DeleteItemInput{
			TableName: &ordersName, Key: key, ConditionExpression: &condition,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
		return err
	}
	failed, ok := errors.AsType[*types.ConditionalCheckFailedException](remove("attribute_not_exists(price)"))
	if !ok || len(failed.Item) != 3 {
		c.t.Errorf("DeleteItem: %v, want ConditionalCheckFailedException with the item", failed)
	}
	c.want("DeleteItem", remove("attribute_exists(price)"), "")
	c.want("DeleteItem", remove("price ="), "api error ValidationException: 1 validation error detected: Invalid ConditionExpression: Syntax error")
	_, err = c.GetItem(c.t.Context(), &dynamodb.GetItemInput{TableName: aws.String("nothing"), Key: key})
	if _, ok := errors.AsType[*types.ResourceNotFoundException](err); !ok {
		c.t.Errorf("GetItem: %v, want ResourceNotFoundException", err)
	}
}

func (c goSDK) batches() {
	writes := make([]types.WriteRequest, 25)
	keys := make([]values, 26) // the last is not there
	for n := range keys {
		keys[n] = orderKey("eve", n)
		if n < len(writes) {
			writes[n].PutRequest = &types.PutRequest{Item: order("eve", n)}
		}
	}
	wrote, err := c.BatchWriteItem(c.t.Context(), &dynamodb.BatchWriteItemInput{
		RequestItems: map[string][]types.WriteRequest{ordersName: writes},
	})
	c.want("BatchWriteItem", err, "")
	read, err := c.BatchGetItem(c.t.Context(), &dynamodb.BatchGetItemInput{
		RequestItems: map[string]types.KeysAndAttributes{ordersName: {Keys: keys, ConsistentRead: aws.Bool(true)}},
	})
	c.want("BatchGetItem", err, "")
	if len(wrote.UnprocessedItems)+len(read.UnprocessedKeys) > 0 || len(read.Responses[ordersName]) != 25 {
		c.t.Errorf("%d unprocessed writes, %d unprocessed reads, %d items, want 0, 0, 25",
			len(wrote.UnprocessedItems), len(read.UnprocessedKeys), len(read.Responses[ordersName]))
	}
}

func (c goSDK) transactions() {
	// The SDK adds a token of its own.
	transact := func(n int) error {
		_, err := c.TransactWriteItems(c.t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
			{Put: &types.Put{TableName: &ordersName, Item: order("kim", n)}},
			{ConditionCheck: &types.ConditionCheck{
				TableName: &ordersName, Key: orderKey("kim", 1), ConditionExpression: aws.String("attribute_not_exists(price)"),
			}},
		}})
		return err
	}
	c.want("TransactWriteItems", transact(2), "")
	_, err := c.PutItem(c.t.Context(), &dynamodb.PutItemInput{TableName: &ordersName, Item: order("kim", 1)})
	c.want("PutItem", err, "")
	canceled, ok := errors.AsType[*types.TransactionCanceledException](transact(3))
	if !ok || len(canceled.CancellationReasons) != 2 || aws.ToString(canceled.CancellationReasons[1].Code) != "ConditionalCheckFailed" {
		c.t.Errorf("TransactWriteItems: %v, want TransactionCanceledException for the check", canceled)
	}
	get := func(n int) types.TransactGetItem {
		return types.TransactGetItem{Get: &types.Get{TableName: &ordersName, Key: orderKey("kim", n)}}
	}
	read, err := c.TransactGetItems(c.t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{get(2), get(3)}})
	c.want("TransactGetItems", err, "")
	if len(read.Responses) != 2 || len(read.Responses[0].Item) != 4 || len(read.Responses[1].Item) != 0 {
		c.t.Errorf("TransactGetItems: %v, want the second order and no third", read.Responses)
	}
}
