package dynamo_test

import (
	"testing"
	"testing/synctest"
	"time"

	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// A token that is used again when its ten minutes are over is a new one for ten
// minutes, though the old one is forgotten at the same time.
func TestTokenIsUsedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := open(t, dynamo.Options{Instant: true})
		create(t, e, hashTable)
		add := func() {
			t.Helper()
			_, err := e.TransactWriteItems(t.Context(), instant.Of(time.Now()), input[request.TransactWriteItemsInput](t, `{"ClientRequestToken":"token","TransactItems":[`+
				`{"Update":{"TableName":"tab","Key":{"id":{"S":"a"}},"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}}}]}`))
			if err != nil {
				t.Fatal(err)
			}
		}
		for n, want := range []string{"1", "1", "2", "2"} {
			if n == 2 {
				time.Sleep(11 * time.Minute)
			}
			add()
			got := answer(t, e, "GetItem", `{"TableName":"tab","Key":{"id":{"S":"a"}}}`)
			if want := `{"Item":{"id":{"S":"a"},"n":{"N":"` + want + `"}}}`; got != want {
				t.Fatalf("after request %d: %s, want %s", n, got, want)
			}
		}
	})
}
