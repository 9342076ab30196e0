package mapping_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"lullaby/lambda/mapping"
)

func TestFilters(t *testing.T) {
	text, err := os.ReadFile("testdata/filters.txt")
	if err != nil {
		t.Fatal(err)
	}
	var filters *mapping.Filters
	var pattern string
	for i, line := range strings.Split(string(text), "\n") {
		kind, rest, _ := strings.Cut(line, " ")
		switch kind {
		case "pattern":
			pattern = rest
			if filters, err = mapping.Compile(criteria(rest)); err != nil {
				t.Fatalf("line %d: %s: %v", i+1, rest, err)
			}
		case "refused":
			var refusal *mapping.RefusalError
			if _, err := mapping.Compile(criteria(rest)); !errors.As(err, &refusal) || err.Error() != "Invalid filter pattern definition." {
				t.Errorf("line %d: %s: %v, want a refusal", i+1, rest, err)
			}
		case "+", "-":
			if got, want := filters.Match(rest, record(rest)), kind == "+"; got != want {
				t.Errorf("line %d: %s matches %s: %t, want %t", i+1, pattern, rest, got, want)
			}
		}
	}
}

func criteria(patterns ...string) *mapping.FilterCriteria {
	c := new(mapping.FilterCriteria)
	for _, p := range patterns {
		c.Filters = append(c.Filters, mapping.Filter{Pattern: &p})
	}
	return c
}

func record(body string) func() []byte {
	return func() []byte {
		return mapping.AppendRecord(nil, &mapping.Record{
			Body:              body,
			MessageAttributes: map[string]mapping.MessageAttribute{"kind": {DataType: "String", StringValue: "order"}},
		})
	}
}

// A message matches if it matches one of five filters; without filters every one
// does.
func TestFiltersAreAlternatives(t *testing.T) {
	one := `{"body": {"a": [1]}}`
	filters, err := mapping.Compile(criteria(one, `{"body": {"b": [1]}}`))
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]bool{`{"a": 1}`: true, `{"b": 1}`: true, `{"c": 1}`: false} {
		if got := filters.Match(body, record(body)); got != want {
			t.Errorf("%s: %t, want %t", body, got, want)
		}
	}
	for _, c := range []*mapping.FilterCriteria{nil, {}} {
		if filters, err := mapping.Compile(c); err != nil || !filters.Match("x", nil) {
			t.Errorf("%v: %v, %v: want a match", c, filters, err)
		}
	}
	if _, err := mapping.Compile(criteria(one, one, one, one, one)); err != nil {
		t.Errorf("five filters: %v", err)
	}
	if _, err := mapping.Compile(criteria(one, one, one, one, one, one)); !errors.Is(err, mapping.ErrInvalid) {
		t.Errorf("six filters: %v, want a refusal", err)
	}
	if _, err := mapping.Compile(&mapping.FilterCriteria{Filters: []mapping.Filter{{}}}); err == nil {
		t.Error("a filter without a pattern: no error")
	}
}

// Patterns and bodies that are made to be slow are decided: each takes some five
// million steps at most, where a way that tries combinations would not end.
func TestFiltersAreBounded(t *testing.T) {
	const most = 1 << 16 // bytes of a body
	either := strings.Repeat(`{"x": ["a"]},`, 150)
	nested, closed := strings.Repeat(`{"$or": [{"x": ["b"]}, `, 90), strings.Repeat(`]}`, 90)
	deep := strings.Repeat(`{"a": `, 500) + `{"b": [{"exists": false}]}` + strings.Repeat("}", 500)
	objects := "[" + strings.Repeat(`{"x":"c"},`, most/11) + `{"x":"c"}]`
	tests := []struct{ name, pattern, body string }{
		{"alternatives", `{"body": {"$or": [` + strings.TrimSuffix(either, ",") + `]}}`, objects},
		{"nested alternatives", `{"body": ` + nested + `{"x": ["b"]}` + closed + `}`, objects},
		{"prefixes", `{"body": {"x": [` + strings.TrimSuffix(strings.Repeat(`{"prefix": "d"},`, 250), ",") + `]}}`, objects},
		{"absent among elements", `{"body": {"y": [{"exists": false}], "x": ["a"]}}`, objects},
		{"absent, deep", `{"body": ` + deep + `}`, strings.Repeat(`{"a":[`, 500) + `{"b":1}` + strings.Repeat(`]}`, 500)},
		{"deep arrays", `{"body": {"x": ["a"]}}`, strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if len(tt.pattern) > 4096 {
				t.Fatalf("a pattern of %d characters", len(tt.pattern))
			}
			filters, err := mapping.Compile(criteria(tt.pattern, tt.pattern, tt.pattern, tt.pattern, tt.pattern))
			if err != nil {
				t.Fatal(err)
			}
			if filters.Match(tt.body, nil) {
				t.Error("the body matches")
			}
		})
	}
}

func BenchmarkFilter(b *testing.B) {
	filters, err := mapping.Compile(criteria(`{"body": {"RequestCode": ["BBBB"], "n": [{"numeric": [">", 3]}]}}`))
	if err != nil {
		b.Fatal(err)
	}
	const body = `{"RecordNumber": 1234, "TimeStamp": "2026-11-29T00:00:00", "RequestCode": "BBBB", "n": 4}`
	b.ReportAllocs()
	for b.Loop() {
		if !filters.Match(body, nil) {
			b.Fatal("no match")
		}
	}
}
