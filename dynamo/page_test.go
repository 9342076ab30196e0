package dynamo_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

const localTable = `{"TableName":"loc","BillingMode":"PAY_PER_REQUEST",` +
	`"AttributeDefinitions":[{"AttributeName":"h","AttributeType":"S"},{"AttributeName":"r","AttributeType":"N"},{"AttributeName":"s","AttributeType":"N"}],` +
	`"KeySchema":[{"AttributeName":"h","KeyType":"HASH"},{"AttributeName":"r","KeyType":"RANGE"}],` +
	`"LocalSecondaryIndexes":[{"IndexName":"by-s","KeySchema":[{"AttributeName":"h","KeyType":"HASH"},{"AttributeName":"s","KeyType":"RANGE"}],` +
	`"Projection":{"ProjectionType":"KEYS_ONLY"}}]}`

// A page of a local index whose items are fetched from the table has each as it
// is in the index, whatever is deleted and written meanwhile.
func TestFetchedItemsAreThoseOfTheIndex(t *testing.T) {
	e := open(t, dynamo.Options{Instant: true, Unlimited: true})
	create(t, e, localTable)
	put := func(r, s int) {
		answer(t, e, "PutItem", fmt.Sprintf(`{"TableName":"loc","Item":{"h":{"S":"a"},"r":{"N":"%d"},"s":{"N":"%d"},"more":{"N":"%[2]d"}}}`, r, s))
	}
	const items = 50
	for r := range items {
		put(r, 0)
	}
	var done atomic.Bool
	var writer sync.WaitGroup
	writer.Go(func() {
		for n := 1; !done.Load(); n++ {
			for r := range items {
				answer(t, e, "DeleteItem", fmt.Sprintf(`{"TableName":"loc","Key":{"h":{"S":"a"},"r":{"N":"%d"}}}`, r))
				put(r, n)
			}
		}
	})
	defer writer.Wait()
	defer done.Store(true)
	query := input[request.QueryInput](t, `{"TableName":"loc","IndexName":"by-s","Select":"ALL_ATTRIBUTES",`+
		`"KeyConditionExpression":"h = :a","ExpressionAttributeValues":{":a":{"S":"a"}}}`)
	for range 300 {
		out, err := e.Query(t.Context(), instant.Of(time.Now()), query)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, e := range out.Items {
			it, err := e.Item()
			if err != nil {
				t.Fatal(err)
			}
			r, _ := it.Value("r")
			more, found := it.Value("more")
			if !found || seen[r.Number().String()] {
				t.Fatalf("the page has %s, s = %v", output(t, it), more)
			}
			seen[r.Number().String()] = true
		}
	}
}

// Items that are fetched from the table count towards the size of a page.
func TestPageOfFetchedItems(t *testing.T) {
	e := open(t, dynamo.Options{Instant: true, Unlimited: true})
	create(t, e, localTable)
	for r := range 9 {
		answer(t, e, "PutItem", fmt.Sprintf(`{"TableName":"loc","Item":{"h":{"S":"a"},"r":{"N":"%d"},"s":{"N":"%[1]d"},"v":{"S":"%s"}}}`, r, strings.Repeat("v", 400_000)))
	}
	query := input[request.QueryInput](t, `{"TableName":"loc","IndexName":"by-s","Select":"ALL_ATTRIBUTES",`+
		`"KeyConditionExpression":"h = :a","ExpressionAttributeValues":{":a":{"S":"a"}}}`)
	var pages []int64
	for first := true; first || query.ExclusiveStartKey != nil; first = false {
		out, err := e.Query(t.Context(), instant.Of(time.Now()), query)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, out.Count)
		query.ExclusiveStartKey = out.LastEvaluatedKey
	}
	if want := []int64{3, 3, 3, 0}; !slices.Equal(pages, want) {
		t.Errorf("pages of %v items, want %v", pages, want)
	}
}
