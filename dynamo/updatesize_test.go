package dynamo_test

import (
	"fmt"
	"strings"
	"testing"

	"lullaby/dynamo"
)

// An update is bounded by what it writes, whatever the item and the condition
// are; each case is one byte from the bound (docs/aws/units.md#update-sizes).
func TestUpdateSize(t *testing.T) {
	const most = 400 << 10
	tests := []struct {
		update string
		free   int // bytes that the actions count besides the value :v
	}{
		{"SET a = :v", 3 + 19 + 1},
		{"SET m.cde = :v", 3 + 19 + 1 + 4 + 3},
		{"SET a = :v REMOVE bb", 3 + 19 + 1 + 1 + 2},
		{"SET a = if_not_exists(b.cd, :v)", 3 + 19 + 1 + 39 + 1 + 14 + 1 + 14 + 2},
		{"SET a = :v, b = n + n", 3 + 19 + 1 + 19 + 1 + 34 + 15 + 1 + 15 + 1},
		{"SET a = :v, b = n - n", 3 + 19 + 1 + 19 + 1 + 37 + 15 + 1 + 15 + 1},
		{"SET a = :v, b = list_append(l, l)", 3 + 19 + 1 + 19 + 1 + 37 + 15 + 1 + 15 + 1},
	}
	e := open(t, dynamo.Options{Instant: true, Unlimited: true})
	create(t, e, hashTable)
	const refused = "Item size to update has exceeded the maximum allowed size"
	for _, tt := range tests {
		answer(t, e, "PutItem", `{"TableName":"tab","Item":{"id":{"S":"k"},"n":{"N":"1"},"l":{"L":[]},"m":{"M":{}}}}`)
		update := func(condition string, bytes int) string {
			return answer(t, e, "UpdateItem", fmt.Sprintf(`{"TableName":"tab","Key":{"id":{"S":"k"}},"UpdateExpression":%q%s,"ExpressionAttributeValues":{":v":{"S":%q}}}`,
				tt.update, condition, strings.Repeat("x", bytes)))
		}
		if got := update("", most-tt.free); got != "{}" {
			t.Errorf("%s, the most: %s", tt.update, got)
		}
		if got := update(`,"ConditionExpression":"attribute_not_exists(id)"`, most-tt.free+1); got != refused {
			t.Errorf("%s, a byte more: %.200s, want %s", tt.update, got, refused)
		}
	}
	body := fmt.Sprintf(`"TableName":"tab","Key":{"id":{"S":"k"}},"AttributeUpdates":{"a":{"Value":{"S":%q}}}`, strings.Repeat("x", most-22))
	if got := answer(t, e, "UpdateItem", "{"+body+"}"); got != refused {
		t.Errorf("AttributeUpdates: %.200s, want %s", got, refused)
	}
	body = fmt.Sprintf(`{"TransactItems":[{"Update":{"TableName":"tab","Key":{"id":{"S":"k"}},"UpdateExpression":"SET a = :v","ExpressionAttributeValues":{":v":{"S":%q}}}}]}`,
		strings.Repeat("x", most-22))
	if got := operations["TransactWriteItems"](t, e, body); !strings.HasSuffix(got, ": ["+refused+"]") {
		t.Errorf("TransactWriteItems: %.200s, want a cancellation", got)
	}
}
