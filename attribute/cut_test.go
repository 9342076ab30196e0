package attribute_test

import (
	"fmt"
	"strings"
	"testing"

	"lullaby/attribute"
	"lullaby/internal/awsjson"
)

// manyMembers is more members than an item can have.
const manyMembers = attribute.MaxItemSize + 1

// members counts the values in v.
func members(v attribute.Value) int {
	n := len(v.Elems()) + len(v.Attrs())
	for _, e := range v.Elems() {
		n += members(e)
	}
	for _, a := range v.Attrs() {
		n += members(a.Value)
	}
	return n
}

// An item with more members than an item of the largest size can have is cut. It
// is too large, and what DynamoDB refuses of its values is what it would refuse if
// nothing were cut.
func TestItemsAreCut(t *testing.T) {
	many := func(member string) string { return strings.Repeat(member+",", manyMembers) }
	var names, texts strings.Builder
	for i := range manyMembers {
		fmt.Fprintf(&names, `"n%d":{"NULL":true},`, i)
		fmt.Fprintf(&texts, `"t%d",`, i)
	}
	const (
		empty   = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
		numeric = "The parameter cannot be converted to a numeric value: x"
	)
	tests := []struct{ name, text, refused string }{
		{"list", `{"l":{"L":[` + many(`{"M":{}}`) + `{"M":{}}]}}`, ""},
		{"list of lists", `{"l":{"L":[` + many(`{"L":[{"S":""}]}`) + `{"L":[]}]}}`, ""},
		{"set", `{"s":{"SS":[` + texts.String() + `"t"]}}`, ""},
		{"map", `{"m":{"M":{` + names.String() + `"m":{"M":{}}}}}`, ""},
		{"attributes", `{` + names.String() + `"m":{"M":{}}}`, ""},
		{"several lists", `{"k":{"L":[` + many(`{"M":{}}`) + `{"M":{}}]},"l":{"L":[{"S":"x"}]}}`, ""},
		{"a refused member behind a list", `{"l":{"L":[` + many(`{"M":{}}`) + `{"L":[{"M":{"a":{"N":"x"}}}]},{}]}}`, numeric},
		{"a refused attribute behind a map", `{"m":{"M":{` + names.String() + `"x":{"NS":["1","x"]},"y":{}}}}`, numeric},
		{"a refused attribute behind attributes", `{` + names.String() + `"x":{}}`, empty},
		{"a refused number behind a set", `{"s":{"NS":[` + many(`"1"`) + `"x"]}}`, numeric},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			it := decode(t, tt.text)
			refused := ""
			if err := it.Err(); err != nil {
				refused = err.Error()
			}
			if refused != tt.refused {
				t.Errorf("refused for %.200q, want %q", refused, tt.refused)
			}
			if tt.refused == "" && it.Size() <= attribute.MaxItemSize {
				t.Errorf("size %d, want more than an item can have", it.Size())
			}
			if n := members(attribute.Map(it)); n > attribute.MaxItemSize+attribute.MaxDepth { // a refused one at each level
				t.Errorf("%d members are kept", n)
			}
			if !it[0].Value.Cut() {
				t.Error("nothing says that members are missing")
			}
		})
	}
	var v attribute.Value
	if err := awsjson.Unmarshal([]byte(`{"L":[`+many(`{"L":[]}`)+`{"L":[]}]}`), &v); err != nil || !v.Cut() {
		t.Errorf("%v: nothing says that members of a value are missing", err)
	}
}

// What has no more members than an item can have is read whole, also if it comes
// with others that are absent.
func TestItemsAreNotCut(t *testing.T) {
	const list = attribute.MaxItemSize - 1
	for _, text := range []string{
		`{"l":{"L":[` + strings.Repeat(`{"S":""},`, list-1) + `{"S":""}]}}`,
		`{` + strings.Repeat(`"a":null,`, manyMembers) + `"a":{"S":"x"}}`,
	} {
		it := decode(t, text)
		if it[0].Value.Cut() {
			t.Errorf("%.60s is cut", text)
		}
	}
}
