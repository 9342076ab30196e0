package awsjson_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"lullaby/attribute"
	"lullaby/dynamo/request"
	"lullaby/internal/awsjson"
)

// everything has each kind of member that inputs of operations have.
type everything struct {
	Text    *string
	Number  *int32
	Wide    *int64
	Switch  *bool
	Item    attribute.Item
	Texts   []string
	Structs []request.Tag
	Values  []attribute.Value
	Deep    []request.GlobalSecondaryIndex
	Names   map[string]string
	Filter  request.Filter
	Lists   map[string][]request.WriteRequest
	Keys    map[string]*request.KeysAndAttributes
	Nested  *request.SSESpecification
}

// Each member with each value, alone and deeper, is read or refused alike in a
// large body and in a small one.
func TestLargeBodiesAreReadAlike(t *testing.T) {
	values := []string{`null`, `true`, `1`, `1.5`, `"s"`, `[]`, `{}`}
	for range 3 {
		for _, v := range values[:min(len(values), 60)] {
			values = append(values, `[`+v+`]`, `[{},`+v+`]`, `{"a":`+v+`}`, `{"S":`+v+`}`, `{"Keys":`+v+`}`, `{"NonKeyAttributes":`+v+`}`, `{"Projection":`+v+`}`)
		}
	}
	space := strings.Repeat(" ", 64<<10)
	for member := range strings.FieldsSeq("Text Number Wide Switch Item Texts Structs Values Deep Names Filter Lists Keys Nested Unknown") {
		for _, value := range values {
			body := fmt.Sprintf(`{%q:%s,"Text":"t"}`, member, value)
			var small, large everything
			want := awsjson.Unmarshal([]byte(body), &small)
			got := awsjson.Unmarshal([]byte(body+space), &large)
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s\nlarge: %v\nsmall: %v", body, got, want)
			}
			if want == nil && !reflect.DeepEqual(small, large) {
				t.Errorf("%s\nlarge: %+v\nsmall: %+v", body, large, small)
			}
		}
	}
}

// A list or a map of a million members is read to its end, and keeps a few.
func TestMembersAreBounded(t *testing.T) {
	const n, lists, maps = 1_000_000, 5_000, 100_000
	list := func(elem string) string { return "[" + strings.Repeat(elem+",", n-1) + elem + "]" }
	var names strings.Builder
	for i := range n {
		fmt.Fprintf(&names, `"%d":{},`, i)
	}
	object := "{" + names.String() + `"0":{}}`
	for _, tt := range []struct {
		body string
		kept int
		got  func(e *everything) int
	}{
		{`{"Texts":` + list(`""`) + `}`, lists, func(e *everything) int { return len(e.Texts) }},
		{`{"Structs":` + list(`{}`) + `}`, lists, func(e *everything) int { return len(e.Structs) }},
		{`{"Deep":[{"KeySchema":` + list(`{}`) + `}]}`, lists, func(e *everything) int { return len(e.Deep[0].KeySchema) }},
		{`{"Filter":` + object + `}`, maps, func(e *everything) int { return len(e.Filter) }},
		{`{"Keys":` + object + `}`, maps, func(e *everything) int { return len(e.Keys) }},
	} {
		var e everything
		if err := awsjson.Unmarshal([]byte(tt.body), &e); err != nil {
			t.Errorf("%.40s: %v", tt.body, err)
		} else if got := tt.got(&e); got != tt.kept {
			t.Errorf("%.40s: %d members are kept, want %d", tt.body, got, tt.kept)
		}
	}
}

// A member that is not kept is refused as the first one of its list or map is.
func TestMembersThatAreNotKeptMustFit(t *testing.T) {
	values := []string{
		`null`, `1`, `1.5`, `"s"`, `[]`, `{}`, `{"Key":1}`, `{"Key":{}}`, `{"S":1}`, `{"NS":[1]}`, `{"KeySchema":[1]}`, `{"KeySchema":[{"KeyType":true}]}`,
		`{"AttributeValueList":{}}`, `{"AttributeValueList":[[]]}`, `[{"PutRequest":{"Item":[]}}]`, `[[]]`, `{"Keys":[{"a":1}]}`, `{"Keys":{}}`, `{`, "\x00",
	}
	var names strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&names, `"%d":null,`, i)
	}
	elements := strings.Repeat("null,", 20_000)
	refused := 0
	check := func(open, many, value, end string) {
		var alone, behind everything
		want := awsjson.Unmarshal([]byte(open+value+end), &alone)
		if got := awsjson.Unmarshal([]byte(open+many+value+end), &behind); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s%s%s\nbehind the bound: %v\nalone: %v", open, value, end, got, want)
		}
		if want != nil {
			refused++
		}
	}
	for i, value := range values {
		for _, list := range []string{"Texts", "Structs", "Values", "Deep"} {
			check(`{"`+list+`":[`, elements, value, `]}`)
		}
		m := []string{"Filter", "Names", "Lists", "Keys"}[i%4]
		check(`{"`+m+`":{`, names.String(), `"":`+value, `}}`)
	}
	if refused < 3*len(values) {
		t.Errorf("%d are refused: the test says nothing", refused)
	}
}
