package mapping_test

import (
	"slices"
	"testing"

	"lullaby/lambda/mapping"
)

// No answer is read as something that is no part of the batch.
func FuzzFailures(f *testing.F) {
	f.Add([]byte(`{"batchItemFailures": [{"itemIdentifier": "b"}, {"itemIdentifier": null}]}`))
	f.Add([]byte(`null`))
	ids := []string{"a", "b", "c"}
	f.Fuzz(func(t *testing.T, answer []byte) {
		failed, all := mapping.Failures(answer, ids)
		if !slices.IsSorted(failed) || len(slices.Compact(slices.Clone(failed))) != len(failed) || all != (len(failed) == len(ids)) {
			t.Errorf("%q: failed %v, all %t", answer, failed, all)
		}
		for _, i := range failed {
			if i < 0 || i >= len(ids) {
				t.Errorf("%q: failed %v", answer, failed)
			}
		}
	})
}

// A pattern with one more filter matches no less, and what it is asked twice it
// answers twice alike.
func FuzzFilters(f *testing.F) {
	f.Add(`{"body": {"a": [{"numeric": [">", 1, "<", 2]}, {"exists": false}]}}`, `{"a": [1.5, {"b": null}]}`)
	f.Add(`{"$or": [{"body": {"a": {"b": [{"anything-but": [1]}]}}}, {"body": ["x"]}]}`, `x`)
	f.Fuzz(func(t *testing.T, pattern, body string) {
		one, err := mapping.Compile(criteria(pattern))
		if err != nil {
			return
		}
		got := one.Match(body, record(body))
		if again := one.Match(body, record(body)); again != got {
			t.Errorf("%s of %s: %t, then %t", pattern, body, got, again)
		}
		two, err := mapping.Compile(criteria(`{"body": [{"prefix": "y"}]}`, pattern))
		if err != nil {
			t.Fatalf("%s: refused behind another: %v", pattern, err)
		}
		if got && !two.Match(body, record(body)) {
			t.Errorf("%s matches %s alone, and not with another", pattern, body)
		}
	})
}
