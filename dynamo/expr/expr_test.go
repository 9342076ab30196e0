package expr_test

import (
	"errors"
	"strings"
	"testing"

	"lullaby/attribute"
	"lullaby/dynamo/expr"
	"lullaby/internal/awsjson"
)

// item reads an item from JSON; numbers and strings may stand for themselves.
func item(t testing.TB, text string) attribute.Item {
	t.Helper()
	var it attribute.Item
	if err := awsjson.Unmarshal([]byte(text), &it); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return it
}

func placeholders(t testing.TB) *expr.Placeholders {
	t.Helper()
	p, err := expr.NewPlaceholders(
		map[string]string{"#a": "a", "#size": "size", "#dot": "a.b"},
		item(t, `{":a":{"S":"a"},":b":{"S":"b"},":one":{"N":"1"},":two":{"N":"2"},":s":{"S":"S"},":true":{"BOOL":true},":null":{"NULL":true},
			":bin":{"B":"YQ=="},":l":{"L":[{"N":"9"}]},":ss":{"SS":["x","z"]},":ns":{"NS":["1"]},":m":{"M":{"x":{"S":"y"}}}}`), attribute.Value.Err)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const sample = `{"a":{"S":"abc"},"n":{"N":"1"},"b":{"B":"YWJj"},"yes":{"BOOL":true},"nil":{"NULL":true},
	"l":{"L":[{"S":"zero"},{"S":"one"},{"M":{"x":{"N":"7"}}}]},"m":{"M":{"x":{"S":"y"},"z":{"L":[{"N":"1"},{"N":"2"}]}}},
	"ss":{"SS":["x","y"]},"ns":{"NS":["1","2"]},"a.b":{"S":"dot"},"wide":{"S":"é𝄞"}}`

func TestConditionHolds(t *testing.T) {
	it := item(t, sample)
	tests := map[string]bool{
		"a = :a":                             false,
		"n = :one":                           true,
		"n <> :one":                          false,
		"a <> :one":                          true,
		"absent <> :one":                     true,
		"absent = :one":                      false,
		"absent = gone":                      false,
		"NOT absent = :one":                  true,
		"n < :two AND n <= :one":             true,
		"n > :one OR n >= :one":              true,
		"n > :a":                             false,
		":two > n":                           true,
		"n BETWEEN :one AND :two":            true,
		"absent BETWEEN :one AND :two":       false,
		"n IN (:two, :one)":                  true,
		"absent IN (:two)":                   false,
		"attribute_exists(m.x)":              true,
		"attribute_exists(m.y)":              false,
		"attribute_exists(l[2].x)":           true,
		"attribute_exists(l[3])":             false,
		"attribute_not_exists(n.x)":          true,
		"attribute_exists(#dot)":             true,
		"attribute_exists(a.b)":              false,
		"attribute_type(a, :s)":              true,
		"attribute_type(n, :s)":              false,
		"begins_with(a, :a)":                 true,
		"begins_with(b, :bin)":               true,
		"begins_with(n, :a)":                 false,
		"contains(a, :b)":                    true,
		"contains(ns, :one)":                 true,
		"contains(ss, :one)":                 false,
		"contains(m.z, :two)":                true,
		"contains(absent, :two)":             false,
		"size(l) > :two":                     true,
		"size(n.x) <> :one":                  true,
		"size(ss) = :two AND size(m) = :two": true,
		"size(#a) = size(wide)":              true, // UTF-16 units
		"size(#a) = size(wide) AND size(#a) > size(absent) OR size(#a) = size(wide)":                                                                    true,
		"contains(ss, :one) OR contains(ss, :two) OR contains(ss, :s) OR contains(ss, :bin) OR contains(ss, :true) OR contains(ss, :a)":                 false,
		"contains(m.z, :one) AND contains(m.z, :two) AND contains(m.z, :one) AND contains(m.z, :two) AND contains(m.z, :one) AND NOT contains(m.z, :a)": true,
		"n = :two OR n = :one AND a = :a":         false,
		"(n = :two OR n = :one) AND NOT (a = :a)": true,
		"not(n=:two)and(n)=(:one)":                true,
		"ss = :ss":                                false,
		"yes = :true and #a between :a and :b":    true,
	}
	for text, want := range tests {
		c, err := expr.ParseCondition(text, placeholders(t))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := c.Holds(it.Encode()); got != want || err != nil {
			t.Errorf("%s: %t, %v, want %t", text, got, err, want)
		}
	}
}

func TestConditionErrors(t *testing.T) {
	tests := map[string]string{
		"":                                "The expression can not be empty;",
		strings.Repeat("a", 4_097):        "Expression size has exceeded the maximum allowed size; expression size: 4097",
		"a":                               `Syntax error; token: "<EOF>", near: "a"`,
		"a = ":                            `Syntax error; token: "<EOF>", near: "= "`,
		"a = :a :b":                       `Syntax error; token: ":b", near: ":a :b"`,
		"a = :a and":                      `Syntax error; token: "<EOF>", near: "and"`,
		"INVALID SYNTAX HERE":             `Syntax error; token: "SYNTAX", near: "INVALID SYNTAX HERE"`,
		"hits : incr":                     `Syntax error; token: ":", near: "hits : incr"`,
		"a = # and":                       `Syntax error; token: "#", near: "= # and"`,
		"a[x] = :a":                       `Syntax error; token: "x", near: "[x]"`,
		"(a = :a":                         `Syntax error; token: "<EOF>", near: ":a"`,
		"(a = :a) = :b":                   `Syntax error; token: "=", near: ") = :b"`,
		"a between :a or :b":              `Syntax error; token: "or", near: ":a or :b"`,
		"((a = :a))":                      "The expression has redundant parentheses;",
		"((a)) = :a":                      "The expression has redundant parentheses;",
		"foo(a)":                          "Invalid function name; function: foo",
		"size(a)":                         "The function is not allowed to be used this way in an expression; function: size",
		"begins_with(a, :a) = :a":         "The function is not allowed to be used this way in an expression; function: begins_with",
		"contains(contains(a, :a), :b)":   "The function is not allowed to be used this way in an expression; function: contains",
		"abort = :a":                      "Attribute name is a reserved keyword; reserved keyword: abort",
		"a.Abort = :a":                    "Attribute name is a reserved keyword; reserved keyword: Abort",
		"#x = :a":                         "An expression attribute name used in the document path is not defined; attribute name: #x",
		"a = :x":                          "An expression attribute value used in expression is not defined; attribute value: :x",
		"attribute_exists(a, b)":          "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2",
		"attribute_exists(:a)":            "Operator or function requires a document path; operator or function: attribute_exists",
		"begins_with(a, :one)":            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
		"attribute_type(a, :one)":         "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N",
		"attribute_type(a, b)":            "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}",
		"attribute_type(a, :a)":           "Invalid attribute type name found; type: a, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
		"size(:one) = :one":               "Incorrect operand type for operator or function; operator or function: size, operand type: N",
		"a < :true":                       "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL",
		"a.b[1] = a.b[1]":                 "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a, b, [1]]",
		"a between :b and :a":             "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}",
		"a between :b and :one":           "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:b}, upper bound operand: AttributeValue: {N:1}",
		"abort = :x and ((foo(#x)))":      "The expression has redundant parentheses;",
		"abort = :x and foo(#x)":          "Invalid function name; function: foo",
		"a = :x and begins_with(a, :one)": "An expression attribute value used in expression is not defined; attribute value: :x",
		"begins_with(a, :one) and a = :x": "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
		"a in (" + strings.Repeat(":a,", 100) + ":a)": "The IN operator is provided with too many operands; number of operands: 101",
		strings.Repeat("a<b or ", 300) + "a<b":        "The expression contains too many operators; operator count: 301",
	}
	for text, want := range tests {
		_, err := expr.ParseCondition(text, placeholders(t))
		expectError(t, text, err, want)
	}
}

func expectError(t *testing.T, text string, err error, want string) {
	t.Helper()
	var e *expr.Error
	if !errors.As(err, &e) || e.Message != want {
		t.Errorf("%.40s:\n got %v\nwant %s", text, err, want)
	}
}

// The newer wording does not say which value it is about.
func TestValueError(t *testing.T) {
	_, err := expr.NewPlaceholders(nil, item(t, `{":a":{"N":""},":b":{}}`), attribute.Value.Err)
	refused, ok := errors.AsType[*expr.ValueError](err)
	if !ok {
		t.Fatalf("got %v, want a ValueError", err)
	}
	for w, want := range map[attribute.Wording]string{
		attribute.Newer: "The parameter cannot be converted to a numeric value: ",
		attribute.Older: "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value for key :a",
	} {
		if got := refused.In(w); got != want {
			t.Errorf("wording %v: %s, want %s", w, got, want)
		}
	}
}

func TestProjection(t *testing.T) {
	it := item(t, sample)
	tests := map[string]string{
		"n":               `{"n":{"N":"1"}}`,
		"nothing":         `{}`,
		"n, #a":           `{"a":{"S":"abc"},"n":{"N":"1"}}`,
		"m.x":             `{"m":{"M":{"x":{"S":"y"}}}}`,
		"m.nothing, n":    `{"n":{"N":"1"}}`,
		"m.z[1], m.z[0]":  `{"m":{"M":{"z":{"L":[{"N":"1"},{"N":"2"}]}}}}`,
		"m.z[1], m.x":     `{"m":{"M":{"x":{"S":"y"},"z":{"L":[{"N":"2"}]}}}}`,
		"l[2].x,l[0]":     `{"l":{"L":[{"S":"zero"},{"M":{"x":{"N":"7"}}}]}}`,
		"l[9], n[0], a.x": `{}`,
	}
	for text, want := range tests {
		p, _, err := expr.ParseProjection(text, placeholders(t))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		form, err := p.Apply(it.Encode())
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		got, err := form.Item()
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		expectItem(t, text, got, want)
	}
	failures := map[string]string{
		"":            "The expression can not be empty;",
		"a,":          `Syntax error; token: "<EOF>", near: ","`,
		"a b":         `Syntax error; token: "b", near: "a b"`,
		"abort, #x":   "Attribute name is a reserved keyword; reserved keyword: abort",
		"#x, a, a":    "An expression attribute name used in the document path is not defined; attribute name: #x",
		"a.b, a":      "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]",
		"a[1], a.b":   "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, [1]], path two: [a, b]",
		"a[1], #a[1]": "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, [1]], path two: [a, [1]]",
	}
	for text, want := range failures {
		_, _, err := expr.ParseProjection(text, placeholders(t))
		expectError(t, text, err, want)
	}
}

func expectItem(t *testing.T, text string, got attribute.Item, want string) {
	t.Helper()
	if got := written(t, got); got != want {
		t.Errorf("%s:\n got %s\nwant %s", text, got, want)
	}
}

func written(t *testing.T, it attribute.Item) string {
	t.Helper()
	text, err := awsjson.Marshal(it)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestUpdate(t *testing.T) {
	const before = `{"a":{"S":"x"},"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"}]},"m":{"M":{"k":{"N":"1"}}},"n":{"N":"5"},"ss":{"SS":["x","y"]}}`
	const end = `,"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"}]},"m":{"M":{"k":{"N":"1"}}},"n":{"N":"5"},"ss":{"SS":["x","y"]}}`
	const l, m = `{"a":{"S":"x"},"l":{"L":[`, `]},"m":{"M":{"k":{"N":"1"}}},"n":{"N":"5"},"ss":{"SS":["x","y"]}}`
	const beforeM, afterM = `{"a":{"S":"x"},"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"}]},"m":`, `,"n":{"N":"5"},"ss":{"SS":["x","y"]}}`
	const beforeN = `{"a":{"S":"x"},"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"}]},"m":{"M":{"k":{"N":"1"}}},"n":`
	tests := map[string]string{
		"SET a = :a":                          `{"a":{"S":"a"}` + end,
		"SET a = n, n = a":                    `{"a":{"N":"5"},"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"}]},"m":{"M":{"k":{"N":"1"}}},"n":{"S":"x"},"ss":{"SS":["x","y"]}}`,
		"set a = if_not_exists(a, :b)":        before,
		"set a = if_not_exists(nope, :b)":     `{"a":{"S":"b"}` + end,
		"set n = n + :two":                    beforeN + `{"N":"7"},"ss":{"SS":["x","y"]}}`,
		"set n = :two - n":                    beforeN + `{"N":"-3"},"ss":{"SS":["x","y"]}}`,
		"set n = if_not_exists(x, :one)+:two": beforeN + `{"N":"3"},"ss":{"SS":["x","y"]}}`,
		"set m.k = (m.k + n)":                 beforeM + `{"M":{"k":{"N":"6"}}}` + afterM,
		"set m.j = :a remove m.k":             beforeM + `{"M":{"j":{"S":"a"}}}` + afterM,
		"set l[1] = :a":                       l + `{"N":"0"},{"S":"a"},{"N":"2"}` + m,
		"set l[9] = :b, l[7] = :a":            l + `{"N":"0"},{"N":"1"},{"N":"2"},{"S":"a"},{"S":"b"}` + m,
		"remove l[0], l[2], l[8]":             l + `{"N":"1"}` + m,
		"remove l[0] set l[5] = :a":           l + `{"N":"1"},{"N":"2"},{"S":"a"}` + m,
		"set l = list_append(:l, l)":          l + `{"N":"9"},{"N":"0"},{"N":"1"},{"N":"2"}` + m,
		"add n :one":                          beforeN + `{"N":"6"},"ss":{"SS":["x","y"]}}`,
		"add ss :ss":                          beforeN + `{"N":"5"},"ss":{"SS":["x","y","z"]}}`,
		"add m.c :one delete nope :ss":        beforeM + `{"M":{"c":{"N":"1"},"k":{"N":"1"}}}` + afterM,
		"delete ss :ss remove nope":           beforeN + `{"N":"5"},"ss":{"SS":["y"]}}`,
		"remove ss, n, m, l, a set b = :m":    `{"b":{"M":{"x":{"S":"y"}}}}`,
	}
	for text, want := range tests {
		u, err := expr.ParseUpdate(text, placeholders(t))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		it := item(t, before)
		got, err := u.Apply(it)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		expectItem(t, text, got, want)
		expectItem(t, text+" leaves its operand", it, before)
	}
	failures := map[string]string{
		"set nope.x = :a":            "The document path provided in the update expression is invalid for update",
		"remove a.b":                 "The document path provided in the update expression is invalid for update",
		"set m[0] = :a":              "The document path provided in the update expression is invalid for update",
		"set a = nope":               "The provided expression refers to an attribute that does not exist in the item",
		"set a = a + :one":           "An operand in the update expression has an incorrect data type",
		"set a = list_append(n, :l)": "An operand in the update expression has an incorrect data type",
		"add a :one":                 "An operand in the update expression has an incorrect data type",
		"delete n :ss":               "An operand in the update expression has an incorrect data type",
	}
	for text, want := range failures {
		u, err := expr.ParseUpdate(text, placeholders(t))
		if err == nil {
			_, err = u.Apply(item(t, before))
		}
		expectError(t, text, err, want)
	}
}

func TestUpdateErrors(t *testing.T) {
	tests := map[string]string{
		"":                              "The expression can not be empty;",
		"INVALID SYNTAX HERE":           `Syntax error; token: "INVALID", near: "INVALID SYNTAX"`,
		"ADD hits : incr":               `Syntax error; token: ":", near: "hits : incr"`,
		"set a = :a, updated = ":        `Syntax error; token: "<EOF>", near: "= "`,
		"set":                           `Syntax error; token: "<EOF>", near: "set"`,
		"set a = :a remove":             `Syntax error; token: "<EOF>", near: "remove"`,
		"set a :a":                      `Syntax error; token: ":a", near: "a :a"`,
		"add a b":                       `Syntax error; token: "b", near: "a b"`,
		"set a = :a + :b + :a":          `Syntax error; token: "+", near: ":b + :a"`,
		"set abort = foo(:x)":           "Attribute name is a reserved keyword; reserved keyword: abort",
		"set a = foo(:x)":               "Invalid function name; function: foo",
		"set a = :a set b = :x":         `The "SET" section can only be used once in an update expression;`,
		"set #x = :x":                   "An expression attribute name used in the document path is not defined; attribute name: #x",
		"set a = :x, a = :a":            "An expression attribute value used in expression is not defined; attribute value: :x",
		"set a = :a remove a.b":         "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]",
		"set a[1] = :a remove a.b":      "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, [1]], path two: [a, b]",
		"add a :a":                      "Incorrect operand type for operator or function; operator: ADD, operand type: STRING",
		"delete a :one":                 "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER",
		"set a = list_append(:a)":       "Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 1",
		"set a = list_append(b, :a)":    "Incorrect operand type for operator or function; operator or function: list_append, operand type: S",
		"set a = :a + :one":             "Incorrect operand type for operator or function; operator or function: +, operand type: S",
		"set a = if_not_exists(:a, :b)": "Operator or function requires a document path; operator or function: if_not_exists",
	}
	for text, want := range tests {
		_, err := expr.ParseUpdate(text, placeholders(t))
		expectError(t, text, err, want)
	}
}

func TestPlaceholderErrors(t *testing.T) {
	tests := []struct {
		names  map[string]string
		values string
		want   string
	}{
		{names: map[string]string{}, want: "ExpressionAttributeNames must not be empty"},
		{names: map[string]string{"a": "b"}, want: `ExpressionAttributeNames contains invalid key: Syntax error; key: "a"`},
		{names: map[string]string{"#": "b"}, want: `ExpressionAttributeNames contains invalid key: Syntax error; key: "#"`},
		{values: `{}`, want: "ExpressionAttributeValues must not be empty"},
		{values: `{":a-b":{"S":"a"}}`, want: `ExpressionAttributeValues contains invalid key: Syntax error; key: ":a-b"`},
		{names: map[string]string{"#a": "a", "#b": "b", "#c": "c"}, values: `{":a":{"S":"a"}}`, want: "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b, #c}"},
		{values: `{":a":{"S":"a"},":d":{"S":"a"},":c":{"S":"a"}}`, want: "Value provided in ExpressionAttributeValues unused in expressions: keys: {:c, :d}"},
	}
	for _, tt := range tests {
		var values attribute.Item
		if tt.values != "" {
			values = item(t, tt.values)
		}
		p, err := expr.NewPlaceholders(tt.names, values, attribute.Value.Err)
		if err == nil {
			_, _ = expr.ParseCondition("#a = :a", p)
			err = p.Unused()
		}
		expectError(t, tt.values, err, tt.want)
	}
}
