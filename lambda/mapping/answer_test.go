package mapping_test

import (
	"slices"
	"strings"
	"testing"

	"lullaby/lambda/mapping"
)

// Every answer that AWS documents, and others that functions give, for a batch of
// the messages a, b and c.
func TestFailures(t *testing.T) {
	tests := []struct {
		name, answer string
		want         string // ids
	}{
		{"one", `{"batchItemFailures": [{"itemIdentifier": "b"}]}`, "b"},
		{"two, in any order", `{"batchItemFailures": [{"itemIdentifier": "c"}, {"itemIdentifier": "a"}]}`, "a c"},
		{"one twice", `{"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "a"}]}`, "a"},
		{"all", `{"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "b"}, {"itemIdentifier": "c"}]}`, "a b c"},
		{"other members", `{"statusCode": 200, "batchItemFailures": [{"itemIdentifier": "b", "reason": 1}]}`, "b"},

		{"empty list", `{"batchItemFailures": []}`, ""},
		{"null list", `{"batchItemFailures": null}`, ""},
		{"empty object", `{}`, ""},
		{"null", `null`, ""},
		{"nothing", ``, ""},
		{"blanks", "  \n", ""},
		{"another object", `{"statusCode": 200}`, ""},

		{"no JSON", `{"batchItemFailures": [`, "a b c"},
		{"more than JSON", `{} {}`, "a b c"},
		{"a text", `"ok"`, "a b c"},
		{"a number", `1`, "a b c"},
		{"a list", `[]`, "a b c"},
		{"true", `true`, "a b c"},
		{"empty identifier", `{"batchItemFailures": [{"itemIdentifier": ""}]}`, "a b c"},
		{"null identifier", `{"batchItemFailures": [{"itemIdentifier": null}]}`, "a b c"},
		{"number as identifier", `{"batchItemFailures": [{"itemIdentifier": 1}]}`, "a b c"},
		{"wrong name", `{"batchItemFailures": [{"messageId": "a"}]}`, "a b c"},
		{"wrong case of the name", `{"batchItemFailures": [{"ItemIdentifier": "a"}]}`, "a b c"},
		{"empty entry", `{"batchItemFailures": [{}]}`, "a b c"},
		{"null entry", `{"batchItemFailures": [null]}`, "a b c"},
		{"a text as entry", `{"batchItemFailures": ["a"]}`, "a b c"},
		{"a text as list", `{"batchItemFailures": "a"}`, "a b c"},
		{"an object as list", `{"batchItemFailures": {"itemIdentifier": "a"}}`, "a b c"},
		{"unknown message", `{"batchItemFailures": [{"itemIdentifier": "x"}]}`, "a b c"},
		{"one known, one unknown", `{"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "x"}]}`, "a b c"},
		{"one known, one empty", `{"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": ""}]}`, "a b c"},
	}
	ids := []string{"a", "b", "c"}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			failed, all := mapping.Failures([]byte(tt.answer), ids)
			var got []string
			for _, i := range failed {
				got = append(got, ids[i])
			}
			if strings.Join(got, " ") != tt.want || all != slices.Equal(got, ids) {
				t.Errorf("failed %q, all %t, want %q", got, all, tt.want)
			}
		})
	}
}
