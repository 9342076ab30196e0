package request_test

import (
	"slices"
	"strconv"
	"testing"

	"lullaby/attribute"
	"lullaby/dynamo/request"
	"lullaby/internal/awsjson"
)

// item reads an item as the wire has it.
func item(t *testing.T, text string) attribute.Item {
	t.Helper()
	var it attribute.Item
	if err := awsjson.Unmarshal([]byte(text), &it); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return it
}

func TestComparison(t *testing.T) {
	for _, tt := range []struct {
		operator, values, found string
		want                    bool
	}{
		{"EQ", `{"v":{"N":"1"}}`, `{"a":{"N":"1.0"}}`, true},
		{"EQ", `{"v":{"N":"1"}}`, `{"a":{"S":"1"}}`, false},
		{"EQ", `{"v":{"N":"1"}}`, `{}`, false},
		{"NE", `{"v":{"N":"1"}}`, `{"a":{"N":"1"}}`, false},
		{"NE", `{"v":{"N":"1"}}`, `{"a":{"S":"1"}}`, true},
		{"NE", `{"v":{"N":"1"}}`, `{}`, true},
		{"LT", `{"v":{"N":"10"}}`, `{"a":{"N":"9"}}`, true},
		{"LT", `{"v":{"N":"10"}}`, `{"a":{"N":"10"}}`, false},
		{"LE", `{"v":{"N":"10"}}`, `{"a":{"N":"10"}}`, true},
		{"GT", `{"v":{"S":"a"}}`, `{"a":{"S":"b"}}`, true},
		{"GE", `{"v":{"S":"a"}}`, `{"a":{"S":"a"}}`, true},
		{"GE", `{"v":{"S":"a"}}`, `{"a":{"B":"Yg=="}}`, false},
		{"NULL", `{}`, `{}`, true},
		{"NULL", `{}`, `{"a":{"NULL":true}}`, false},
		{"NOT_NULL", `{}`, `{"a":{"NULL":true}}`, true},
		{"NOT_NULL", `{}`, `{}`, false},
		{"CONTAINS", `{"v":{"S":"el"}}`, `{"a":{"S":"hello"}}`, true},
		{"CONTAINS", `{"v":{"S":"el"}}`, `{"a":{"SS":["el","la"]}}`, true},
		{"NOT_CONTAINS", `{"v":{"S":"el"}}`, `{"a":{"SS":["el","la"]}}`, false},
		{"NOT_CONTAINS", `{"v":{"S":"el"}}`, `{}`, true},
		{"BEGINS_WITH", `{"v":{"S":"he"}}`, `{"a":{"S":"hello"}}`, true},
		{"BEGINS_WITH", `{"v":{"S":"el"}}`, `{"a":{"S":"hello"}}`, false},
		{"IN", `{"v":{"S":"a"},"w":{"S":"b"}}`, `{"a":{"S":"b"}}`, true},
		{"IN", `{"v":{"S":"a"},"w":{"S":"b"}}`, `{"a":{"S":"c"}}`, false},
		{"BETWEEN", `{"v":{"N":"1"},"w":{"N":"3"}}`, `{"a":{"N":"1"}}`, true},
		{"BETWEEN", `{"v":{"N":"1"},"w":{"N":"3"}}`, `{"a":{"N":"3"}}`, true},
		{"BETWEEN", `{"v":{"N":"1"},"w":{"N":"3"}}`, `{"a":{"N":"3.1"}}`, false},
	} {
		c := request.Comparison{Attribute: "a", Operator: tt.operator}
		for _, v := range item(t, tt.values) {
			c.Values = append(c.Values, v.Value)
		}
		if got := c.Holds(item(t, tt.found)); got != tt.want {
			t.Errorf("%s %s of %s = %v, want %v", tt.operator, tt.values, tt.found, got, tt.want)
		}
	}
}

// A condition is all of Expected, or one of it with OR.
func TestPredicate(t *testing.T) {
	const expected = `{"TableName":"items","Item":{"id":{"S":"a"}},"Expected":{"a":{"Value":{"S":"x"}},"b":{"Exists":false}}`
	for _, tt := range []struct {
		request, found string
		want           bool
	}{
		{`{"TableName":"items","Item":{"id":{"S":"a"}}}`, `{}`, true},
		{expected + `}`, `{"a":{"S":"x"}}`, true},
		{expected + `}`, `{"a":{"S":"x"},"b":{"S":"y"}}`, false},
		{expected + `,"ConditionalOperator":"OR"}`, `{"a":{"S":"x"},"b":{"S":"y"}}`, true},
		{expected + `,"ConditionalOperator":"OR"}`, `{"b":{"S":"y"}}`, false},
		{expected + `,"ConditionalOperator":"OR"}`, `{"a":{"S":"y"},"c":{"S":"y"}}`, true},
		{expected + `,"ConditionalOperator":"OR"}`, `{}`, true},
		{expected + `}`, `{"c":{"S":"x"}}`, false},
		{`{"TableName":"items","Item":{"id":{"S":"a"}},"ConditionExpression":"attribute_exists(a.b)"}`, `{"a":{"M":{"b":{"S":"x"}}}}`, true},
		{`{"TableName":"items","Item":{"id":{"S":"a"}},"ConditionExpression":"attribute_exists(a.b)"}`, `{"a":{"M":{}}}`, false},
	} {
		in := new(request.PutItemInput)
		if err := awsjson.Unmarshal([]byte(tt.request), in); err != nil {
			t.Fatal(err)
		}
		condition, err := in.Check()
		if err != nil {
			t.Fatalf("%s: %v", tt.request, err)
		}
		if got, err := condition.Holds(item(t, tt.found).Encode()); got != tt.want || err != nil {
			t.Errorf("%s holds for %s: %v, %v, want %v", tt.request, tt.found, got, err, tt.want)
		}
	}
}

// A request has at most 50,000 conditions or updates by legacy parameters, and a
// condition 1,000 values.
func TestManyConditions(t *testing.T) {
	const most, mostValues = 50_000, 30_000
	null, in := "NULL", "IN"
	filter := func(n, values int) request.Filter {
		f := request.Filter{"in": {ComparisonOperator: &in, AttributeValueList: slices.Repeat([]attribute.Value{attribute.String("a")}, values)}}
		for i := range n - 1 {
			f[strconv.Itoa(i)] = request.Condition{ComparisonOperator: &null}
		}
		return f
	}
	table := "items"
	for _, tt := range []struct {
		conditions, values int
		want               string
	}{
		{most, mostValues, ""},
		{most + 1, mostValues, "One or more parameter values were invalid: Number of attributes exceeds the limit of 50000"},
		{1, mostValues + 1, "One or more parameter values were invalid: Invalid number of argument(s) for the IN ComparisonOperator"},
	} {
		scan := request.ScanInput{Selection: request.Selection{TableName: &table}, ScanFilter: filter(tt.conditions, tt.values)}
		if _, err := scan.Check(); refusalText(err) != tt.want {
			t.Errorf("%d conditions, %d values: %v, want %q", tt.conditions, tt.values, err, tt.want)
		}
	}
}
