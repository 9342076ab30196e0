package document_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"lullaby/items/internal/document"
)

// attributes compares attribute values by what they hold.
var attributes = cmpopts.IgnoreUnexported(
	types.AttributeValueMemberBOOL{}, types.AttributeValueMemberL{}, types.AttributeValueMemberM{},
	types.AttributeValueMemberN{}, types.AttributeValueMemberNULL{}, types.AttributeValueMemberS{},
)

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func num(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }

func list(vs ...types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberL{Value: append([]types.AttributeValue{}, vs...)}
}

func object(m map[string]types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberM{Value: m}
}

func TestDecodeMakesEveryType(t *testing.T) {
	got, err := document.Decode([]byte(` {
		"_id": "lamp", "text": "\u00e9 \ud83d\ude00 \\u0041", "number": -12.340e+5, "large": 12345678901234567890123456789012345678,
		"yes": true, "no": false, "nothing": null, "empty": "",
		"list": [1, [], "x"], "object": {"": {}, "a": [null]}
	} `))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]types.AttributeValue{
		"_id": str("lamp"), "text": str(`é 😀 \u0041`), "number": num("-12.340e+5"),
		"large": num("12345678901234567890123456789012345678"),
		"yes":   &types.AttributeValueMemberBOOL{Value: true}, "no": &types.AttributeValueMemberBOOL{},
		"nothing": &types.AttributeValueMemberNULL{Value: true}, "empty": str(""),
		"list": list(num("1"), list(), str("x")),
		"object": object(map[string]types.AttributeValue{
			"": object(map[string]types.AttributeValue{}), "a": list(&types.AttributeValueMemberNULL{Value: true}),
		}),
	}
	if diff := cmp.Diff(want, got, attributes); diff != "" {
		t.Errorf("Decode (-want +got):\n%s", diff)
	}
}

func TestDecodeRefuses(t *testing.T) {
	long := strings.Repeat("n", 65_536)
	for _, tt := range []struct{ name, body, want string }{
		{"nothing", ``, "body is not valid JSON: unexpected end of JSON input, before offset 0"},
		{"half", `{"_id":"a"`, "body is not valid JSON: unexpected end of JSON input, before offset 10"},
		{"a comma too many", `{"_id":"a",}`, "body is not valid JSON: invalid character '}' looking for beginning of object key string, before offset 12"},
		{"a bad literal", `{"_id":"a","x":tru}`, "body is not valid JSON: invalid character '}' in literal true (expecting 'e'), before offset 19"},
		{"a leading zero", `{"_id":"a","x":01}`, "body is not valid JSON: invalid character '1' after object key:value pair, before offset 17"},
		{"NaN", `{"_id":"a","x":NaN}`, "body is not valid JSON: invalid character 'N' looking for beginning of value, before offset 16"},
		{"text behind", `{"_id":"a"} x`, "body is not valid JSON: invalid character 'x' after top-level value, before offset 13"},
		{"an object behind", `{"_id":"a"}{}`, "body is not valid JSON: invalid character '{' after top-level value, before offset 12"},
		{"an array", `[{"_id":"a"}]`, "body is not a JSON object"},
		{"a string", `"_id"`, "body is not a JSON object"},
		{"a number", `1`, "body is not a JSON object"},
		{"null", `null`, "body is not a JSON object"},
		{"a key twice", `{"_id":"a","x":1,"x":1}`, `duplicate key "x", before offset 20`},
		{"_id twice", `{"_id":"a","_id":"a"}`, `duplicate key "_id", before offset 16`},
		{"a key twice below", `{"_id":"a","x":[{"y":{"z":1,"z":2}}]}`, `duplicate key "z", before offset 31`},
		{"a key twice, once escaped", `{"_id":"a","x":1,"\u0078":1}`, `duplicate key "x", before offset 25`},
		{"a long key twice", `{"_id":"a","` + long[1:] + `":1,"` + long[1:] + `":1}`, `duplicate key "` + long[:100] + `"..., before offset 131088`},
		{"not UTF-8", "{\"_id\":\"a\xff\"}", "body is not valid UTF-8 at offset 9"},
		{"an overlong form", "{\"_id\":\"\xc0\x80\"}", "body is not valid UTF-8 at offset 8"},
		{"a surrogate in UTF-8", "{\"_id\":\"\xed\xa0\x80\"}", "body is not valid UTF-8 at offset 8"},
		{"half a pair", `{"_id":"\ud83d"}`, `unpaired surrogate \ud83d at offset 8`},
		{"half a pair before text", `{"_id":"\ud83dx\ude00"}`, `unpaired surrogate \ud83d at offset 8`},
		{"the other half", `{"_id":"\\\ude00"}`, `unpaired surrogate \ude00 at offset 10`},
		{"half a pair behind a pair", `{"_id":"\ud83d\ude00\uDE00"}`, `unpaired surrogate \uDE00 at offset 20`},
		{"no _id", `{"id":"a"}`, "the object has no _id"},
		{"no members", `{}`, "the object has no _id"},
		{"a number as _id", `{"_id":7}`, "_id is not a string"},
		{"null as _id", `{"_id":null}`, "_id is not a string"},
		{"an empty _id", `{"_id":""}`, "_id is empty"},
		{"a long _id", `{"_id":"` + long[:2049] + `"}`, "_id is 2049 bytes long, and at most 2048 are allowed"},
		{"a long _id in fewer characters", `{"_id":"` + strings.Repeat("é", 1025) + `"}`, "_id is 2050 bytes long, and at most 2048 are allowed"},
		{"an empty name", `{"_id":"a","":1}`, "the name of an attribute is empty"},
		{"a long name", `{"_id":"a","` + long + `":1}`, "the name of an attribute is longer than 65535 bytes, before offset 65549"},
		{"a long name below", `{"_id":"a","x":[{"` + long + `":1}]}`, "the name of an attribute is longer than 65535 bytes, before offset 65555"},
		{"39 digits", `{"_id":"a","x":[123456789012345678901234567890123456789]}`, "number has more than 38 significant digits, before offset 55"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := document.Decode([]byte(tt.body))
			if err == nil || err.Error() != tt.want {
				t.Errorf("Decode: %v, want %s", err, tt.want)
			}
		})
	}
}

func TestDecodeAcceptsTheLongest(t *testing.T) {
	long := strings.Repeat("n", 65_535)
	for _, body := range []string{
		`{"_id":"` + long[:2048] + `"}`,
		`{"_id":"a","` + long + `":{"` + long + `":1}}`,
	} {
		if _, err := document.Decode([]byte(body)); err != nil {
			t.Errorf("Decode(%.30s...): %v, want no error", body, err)
		}
	}
}

// nested returns a document with an attribute of n lists or objects around inner.
func nested(before, inner, after string, n int) []byte {
	return []byte(`{"_id":"a","x":` + strings.Repeat(before, n) + inner + strings.Repeat(after, n) + `}`)
}

func TestDecodeCountsLevels(t *testing.T) {
	const deep = "values nest deeper than 32 levels"
	for _, tt := range []struct {
		name string
		body []byte
		want string
	}{
		{"31 maps around a scalar", nested(`{"y":`, `1`, `}`, 31), ""},
		{"32 maps around a scalar", nested(`{"y":`, `1`, `}`, 32), deep},
		{"31 lists around a scalar", nested(`[`, `"s"`, `]`, 31), ""},
		{"32 lists around a scalar", nested(`[`, `"s"`, `]`, 32), deep},
		{"31 lists around an empty map", nested(`[`, `{}`, `]`, 31), ""},
		{"32 lists around an empty map", nested(`[`, `{}`, `]`, 32), deep},
		{"9,000 maps", nested(`{"y":`, `1`, `}`, 9_000), deep},
		{"three million lists", nested(`[`, ``, `]`, 3_000_000), "body is not valid JSON: invalid character '[' exceeded max depth, before offset 10015"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := document.Decode(tt.body)
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("Decode: %v, want no error", err)
			case tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.want)):
				t.Errorf("Decode: %v, want %s", err, tt.want)
			}
		})
	}
}

func TestDecodeBoundsNumbers(t *testing.T) {
	zeros, nines := strings.Repeat("0", 1_000), strings.Repeat("9", 38)
	for _, tt := range []struct{ name, number, want string }{
		{"38 digits", nines, ""},
		{"39 digits", nines + "1", "number has more than 38 significant digits"},
		{"38 digits about the point", "-" + nines[:20] + "." + nines[:18], ""},
		{"39 digits about the point", nines[:20] + "." + nines[:19], "number has more than 38 significant digits"},
		{"zeros before 38 digits", "0." + zeros[:92] + nines, ""},
		{"zeros behind 38 digits", nines + zeros[:88] + "." + zeros, ""},
		{"zeros between two digits", "1" + zeros[:36] + "1", ""},
		{"too many zeros between", "1" + zeros[:37] + "1", "number has more than 38 significant digits"},
		{"the largest", "9." + nines[:37] + "E+125", ""},
		{"the most negative", "-" + nines + "e88", ""},
		{"larger", "1e126", "number is larger in magnitude than 9.99E+125"},
		{"larger, written out", "-1" + zeros[:126], "number is larger in magnitude than 9.99E+125"},
		{"the smallest", "1E-130", ""},
		{"the smallest, written out", "0." + zeros[:129] + "1", ""},
		{"smaller", "9.9e-131", "number is smaller in magnitude than 1E-130"},
		{"smaller, written out", "-0." + zeros[:130] + "1", "number is smaller in magnitude than 1E-130"},
		{"zeros against an exponent", "1" + zeros + "e-1000", ""},
		{"a fraction against an exponent", "0." + zeros + "1e1001", ""},
		{"an absurd exponent", "1e" + strings.Repeat("9", 1_000_000), "number is larger in magnitude than 9.99E+125"},
		{"an absurd negative exponent", "1e-" + strings.Repeat("9", 1_000_000), "number is smaller in magnitude than 1E-130"},
		{"zeros in an exponent", "1e" + zeros + "1", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			since := time.Now()
			got, err := document.Decode([]byte(`{"_id":"a","n":` + tt.number + `}`))
			if took := time.Since(since); took > 5*time.Second {
				t.Errorf("Decode took %v", took)
			}
			switch {
			case tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.want+", before offset ")):
				t.Errorf("Decode: %v, want %s", err, tt.want)
			case tt.want == "" && err != nil:
				t.Errorf("Decode: %v, want no error", err)
			case tt.want == "":
				if diff := cmp.Diff(num(tt.number), got["n"], attributes); diff != "" {
					t.Errorf("Decode (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestDecodeTakesEveryZero(t *testing.T) {
	for _, tt := range []struct{ number, want string }{
		{"0", "0"},
		{"-0", "-0"},
		{"0.00", "0.00"},
		{"0e126", "0"},
		{"-0.0E-999999999999999999999", "-0.0"},
	} {
		got, err := document.Decode([]byte(`{"_id":"a","n":` + tt.number + `}`))
		if err != nil {
			t.Errorf("Decode(%s): %v, want no error", tt.number, err)
			continue
		}
		if diff := cmp.Diff(num(tt.want), got["n"], attributes); diff != "" {
			t.Errorf("Decode(%s) (-want +got):\n%s", tt.number, diff)
		}
	}
}
