package dynamo_test

import (
	"fmt"
	"strings"
	"testing"

	"lullaby/dynamo"
)

// The 4 MB of a transaction are the items that it leaves, and those that its refusal
// returns.
func TestTransactionOf4MB(t *testing.T) {
	e := open(t, dynamo.Options{Instant: true, Unlimited: true})
	create(t, e, `{"TableName":"tab","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"}`)
	const items, size = 10, 400 << 10
	for i := range items {
		answer(t, e, "PutItem", fmt.Sprintf(`{"TableName":"tab","Item":{"id":{"N":"%d"},"v":{"S":"%s"}}}`, 1+i, strings.Repeat("v", size-5)))
	}
	transact := func(action, parameters string, more int) string {
		t.Helper()
		actions := make([]string, 0, items+1)
		actions = append(actions, fmt.Sprintf(`{"Put":{"TableName":"tab","Item":{"id":{"N":"99"},"v":{"S":"%s"}}}}`, strings.Repeat("v", more-5)))
		for i := range items {
			actions = append(actions, fmt.Sprintf(`{"%s":{"TableName":"tab","Key":{"id":{"N":"%d"}},%s}}`, action, 1+i, parameters))
		}
		return operations["TransactWriteItems"](t, e, `{"TransactItems":[`+strings.Join(actions, ",")+`]}`)
	}
	const (
		room    = 4<<20 - items*size
		large   = "Transaction size limit exceeded: The aggregate size of the items in the transaction cannot exceed 4 MB"
		fails   = `"ConditionExpression":"attribute_not_exists(id)"`
		returns = fails + `,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"`
		holds   = `"ConditionExpression":"attribute_exists(id)"`
	)
	for _, tt := range []struct {
		action, parameters string
		more               int
		want               string // how the answer begins
	}{
		{"Update", `"UpdateExpression":"REMOVE w"`, room + 1, large},
		{"Update", `"UpdateExpression":"REMOVE w"`, room, "{}"},
		{"ConditionCheck", holds, room + 1, "{}"},
		{"ConditionCheck", fails, room + 1, "transaction canceled: [none; The conditional request failed;"},
		{"ConditionCheck", returns, room + 1, large},
		{"ConditionCheck", returns, room, `transaction canceled: [none; The conditional request failed: {"id":{"N":"1"},`},
		{"Update", `"UpdateExpression":"REMOVE v"`, room + 1, "{}"},
		{"Delete", holds, size, "{}"},
	} {
		if got := transact(tt.action, tt.parameters, tt.more); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s %s with %d bytes more: %.100s, want %s", tt.action, tt.parameters, tt.more, got, tt.want)
		}
	}
}
