package dynamo_test

import (
	"fmt"
	"strings"
	"testing"

	"lullaby/dynamo"
)

// A BatchGetItem answers with at most 16 MB of items; the other keys are
// unprocessed.
func TestBatchAnswerOf16MB(t *testing.T) {
	e := open(t, dynamo.Options{Instant: true, Unlimited: true})
	call := func(operation, body string) string {
		t.Helper()
		return operations[operation](t, e, body)
	}
	call("CreateTable", `{"TableName":"tab","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"}`)
	const size = 400 << 10
	keys := make([]string, 0, 16<<20/size+1)
	for i := range cap(keys) {
		id := fmt.Sprintf("%02d", i)
		if answer := call("PutItem", `{"TableName":"tab","Item":{"id":{"S":"`+id+`"},"v":{"S":"`+strings.Repeat("v", size-5)+`"}}}`); answer != "{}" {
			t.Fatal(answer)
		}
		keys = append(keys, `{"id":{"S":"`+id+`"}}`)
	}
	for _, tt := range []struct {
		asked int
		want  string
	}{
		{len(keys) - 1, `"UnprocessedKeys":{}`},
		{len(keys), `"UnprocessedKeys":{"tab":{"Keys":[` + keys[len(keys)-1] + `]}}`},
	} {
		answer := call("BatchGetItem", `{"RequestItems":{"tab":{"Keys":[`+strings.Join(keys[:tt.asked], ",")+`]}}}`)
		if got := strings.Count(answer, `"id"`) - strings.Count(tt.want, `"id"`); got != len(keys)-1 || !strings.Contains(answer, tt.want) {
			t.Errorf("%d keys: %d items and %.100q at the end, want %d and %s", tt.asked, got, answer[max(0, len(answer)-100):], len(keys)-1, tt.want)
		}
	}
}
