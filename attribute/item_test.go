package attribute_test

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"lullaby/attribute"
	"lullaby/internal/awsjson"
)

func compareKeys(a, b attribute.Value) int {
	return bytes.Compare(a.AppendKey(nil), b.AppendKey(nil))
}

func number(t testing.TB, s string) attribute.Value {
	t.Helper()
	n, err := attribute.ParseNumber(s)
	if err != nil {
		t.Fatal(err)
	}
	return attribute.Num(n)
}

// decode reads an item as the wire has it.
func decode(t testing.TB, text string) attribute.Item {
	t.Helper()
	var it attribute.Item
	if err := awsjson.Unmarshal([]byte(text), &it); err != nil {
		t.Fatalf("decode %s: %v", text, err)
	}
	return it
}

const everyKind = `{"b":{"B":"AAEC"},"bool":{"BOOL":true},"bs":{"BS":["AA==","AQ=="]},` +
	`"l":{"L":[{"S":"x"},{"N":"1.5"},{"L":[]},{"M":{}}]},"m":{"M":{"k":{"NULL":true}}},` +
	`"n":{"N":"-12.5"},"ns":{"NS":["1","2"]},"null":{"NULL":true},"s":{"S":"söft \"quote\""},"ss":{"SS":["a","b"]}}`

func TestItemRoundTrips(t *testing.T) {
	it := decode(t, everyKind)
	if err := it.Err(); err != nil {
		t.Fatal(err)
	}
	back, err := attribute.DecodeItem(it.AppendBinary(nil))
	if err != nil || !back.Equal(it) {
		t.Fatalf("binary form reads as %v, %v, want %v", back, err, it)
	}
	text, err := json.Marshal(back)
	if err != nil || string(text) != everyKind {
		t.Errorf("JSON %s, %v, want %s", text, err, everyKind)
	}
}

// Two items have the same binary form if they are equal, and are equal whether they
// were read from a request or decoded.
func TestFormOfEqualItems(t *testing.T) {
	items := []string{
		everyKind, `{}`, `{"a":{"SS":["x","y"]}}`, `{"a":{"SS":["y","x"]}}`, `{"a":{"SS":["x","z"]}}`, `{"a":{"L":[{"S":"x"},{"S":"y"}]}}`,
		`{"a":{"L":[{"S":"y"},{"S":"x"}]}}`, `{"a":{"M":{"b":{"NS":["1","2.0"]}}}}`, `{"a":{"M":{"b":{"NS":["2","1"]}}}}`,
		`{"a":{"L":[{"BS":["AA==","AQ=="]}]}}`, `{"a":{"L":[{"BS":["AQ==","AA=="]}]}}`, `{"a":{"N":"1"}}`, `{"a":{"N":"1.0"}}`, `{"a":{"S":"1"}}`,
	}
	for _, one := range items {
		for _, two := range items {
			a, b := decode(t, one), decode(t, two)
			same := bytes.Equal(a.Encode(), b.Encode())
			stored, err := b.Encode().Item()
			if err != nil {
				t.Fatal(err)
			}
			for how, b := range map[string]attribute.Item{"read": b, "decoded": stored} {
				if same != a.Equal(b) || same != b.Equal(a) {
					t.Errorf("%s and %s, %s: same form %v, equal %v", one, two, how, same, a.Equal(b))
				}
			}
		}
	}
}

// A list or set has its members, and a choice its values, and no others.
func TestHas(t *testing.T) {
	members := decode(t, `{"a":{"S":""},"b":{"S":"b"},"c":{"B":"Yg=="},"d":{"N":"1"},"e":{"BOOL":false},"f":{"NULL":true},"g":{"L":[]},
		"h":{"L":[{"S":"b"}]},"i":{"SS":["b"]},"j":{"NS":["1","2"]},"k":{"M":{"b":{"S":"b"}}},"l":{"L":[{"L":[]}]},"m":{"BS":["Yg=="]}}`)
	for _, owner := range members {
		list := attribute.List(owner.Value).Encode()
		var choice attribute.Choice
		choice.Add(owner.Value.Encode(), owner.Value.Encode())
		for _, part := range members {
			want, form := owner.Name == part.Name, part.Value.Encode()
			if list.Has(form) != want || choice.Has(form) != want {
				t.Errorf("a list and a choice of %s has %s: %v, %v, want %v", owner.Name, part.Name, list.Has(form), choice.Has(form), want)
			}
		}
	}
	sets := map[string]string{"h": "b", "i": "b", "j": "d", "l": "g", "m": "c"} // and lists, by a member
	for _, owner := range members {
		for _, part := range members {
			if got, want := owner.Value.Encode().Has(part.Value.Encode()), sets[owner.Name] == part.Name; got != want {
				t.Errorf("%s has %s: %v, want %v", owner.Name, part.Name, got, want)
			}
		}
	}
}

func TestItemSize(t *testing.T) {
	tests := []struct {
		item string
		want int64
	}{
		{`{}`, 0},
		{`{"id":{"S":"abc"}}`, 5},
		{`{"ü":{"S":"ü"}}`, 4},
		{`{"b":{"B":"AAEC"}}`, 4},
		{`{"n":{"N":"0"}}`, 2},
		{`{"n":{"N":"-120"}}`, 5},
		{`{"t":{"BOOL":false},"u":{"NULL":true}}`, 4},
		{`{"l":{"L":[]}}`, 4},
		{`{"l":{"L":[{"S":"ab"},{"NULL":true}]}}`, 1 + 3 + 1 + 2 + 1 + 1},
		{`{"m":{"M":{"key":{"S":"ab"}}}}`, 1 + 3 + 1 + 3 + 2},
		{`{"s":{"SS":["ab","c"]}}`, 4},
		{`{"s":{"NS":["1","22"]}}`, 5},
	}
	for _, tt := range tests {
		if got := decode(t, tt.item).Size(); got != tt.want {
			t.Errorf("size of %s = %d, want %d", tt.item, got, tt.want)
		}
	}
}

func TestRefusedValues(t *testing.T) {
	deep := func(levels int) string {
		return `{"a":` + strings.Repeat(`{"M":{"k":`, levels) + `{"S":"x"}` + strings.Repeat(`}}`, levels) + `}`
	}
	const inv = "One or more parameter values were invalid: "
	tests := []struct{ name, item, newer, older string }{
		{"empty", `{"a":{}}`, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes", ""},
		{"unknown type", `{"a":{"X":"1"}}`, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes", ""},
		{"two types", `{"a":{"S":"1","N":"1"}}`, "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes", ""},
		{"bad number", `{"a":{"N":"x"}}`, "The parameter cannot be converted to a numeric value: x", ""},
		{"no number", `{"a":{"N":""}}`, "The parameter cannot be converted to a numeric value: ", "The parameter cannot be converted to a numeric value"},
		{"number over", `{"a":{"L":[{"N":"1e126"}]}}`, "Number overflow. Attempting to store a number with magnitude larger than supported range", ""},
		{
			"number far over", `{"a":{"N":"1e2147483647"}}`, "Number overflow. Attempting to store a number with magnitude larger than supported range",
			"Number underflow. Attempting to store a number with magnitude smaller than supported range",
		},
		{"number under", `{"a":{"N":"1e-131"}}`, "Number underflow. Attempting to store a number with magnitude smaller than supported range", ""},
		{"false null", `{"a":{"NULL":false}}`, inv + "Null attribute value types must have the value of true", ""},
		{"empty string set", `{"a":{"SS":[]}}`, inv + "An string set  may not be empty", ""},
		{"empty number set", `{"a":{"NS":[]}}`, inv + "An number set  may not be empty", ""},
		{"empty binary set", `{"a":{"BS":[]}}`, inv + "Binary sets should not be empty", ""},
		{
			"twice in a set", `{"a":{"SS":["b","a","b"]}}`,
			inv + `Input collection ["a", "b", "b"] contains duplicates.`, inv + "Input collection [b, a, b] contains duplicates.",
		},
		{
			"twice, then others", `{"a":{"SS":["b","a","b","d","c","a"]}}`,
			inv + `Input collection ["a", "b", "b", "d", "c", "a"] contains duplicates.`, inv + "Input collection [b, a, b, d, c, a] contains duplicates.",
		},
		{"equal numbers", `{"a":{"NS":["1","1.0"]}}`, inv + "Input collection contains duplicates.", "Input collection contains duplicates"},
		{
			"equal binaries", `{"a":{"BS":["/w==","AA==","AA=="]}}`,
			inv + `Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.`, inv + "Input collection [/w==, AA==, AA==]of type BS contains duplicates.",
		},
		{"bad number in a set", `{"a":{"NS":["1","x"]}}`, "The parameter cannot be converted to a numeric value: x", ""},
		{"empty name", `{"":{"S":"x"}}`, "Empty attribute name", ""},
		{"empty name inside", `{"a":{"L":[{"M":{"":{"S":"x"}}}]}}`, "Empty attribute name", ""},
		{"longer name", `{"` + strings.Repeat("x", 65_536) + `":{"S":"x"}}`, "Attribute name is too large, must be less than 65536 bytes", ""},
		{"32 maps", deep(32), "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit", ""},
		{"4000 maps", deep(4_000), "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit", ""},
	}
	for _, tt := range tests {
		err := decode(t, tt.item).Err()
		refused, ok := errors.AsType[*attribute.InvalidError](err)
		switch older := cmp.Or(tt.older, tt.newer); {
		case !ok:
			t.Errorf("%s: %v, want a refusal", tt.name, err)
		case refused.Error() != tt.newer || refused.In(attribute.Newer) != tt.newer:
			t.Errorf("%s: newer: %s, want %s", tt.name, refused, tt.newer)
		case refused.In(attribute.Older) != older:
			t.Errorf("%s: older: %s, want %s", tt.name, refused.In(attribute.Older), older)
		}
	}
	for _, item := range []string{deep(31), `{"` + strings.Repeat("x", 65_535) + `":{"S":"x"}}`} {
		if err := decode(t, item).Err(); err != nil {
			t.Errorf("%.40s...: %v, want no error", item, err)
		}
	}
}

// A value of a transaction may have a level more than an item; the depth of what
// is deeper is known.
func TestDepths(t *testing.T) {
	tests := []struct {
		maps                   int
		item, transacted, deep bool
	}{{31, false, false, false}, {32, true, false, false}, {33, true, true, false}, {62, true, true, false}, {63, true, true, true}, {4_000, true, true, true}}
	for _, tt := range tests {
		for _, form := range [][2]string{{`{"M":{"k":`, `}}`}, {`{"L":[`, `]}`}} {
			it := decode(t, `{"a":`+strings.Repeat(form[0], tt.maps)+`{"N":"1"}`+strings.Repeat(form[1], tt.maps)+`,"b":{"S":"x"}}`)
			v, _ := it.Value("a")
			if got := it.Err() != nil; got != tt.item {
				t.Errorf("%d times %s: refused in an item %v, want %v", tt.maps, form[0], got, tt.item)
			}
			if got := v.ErrInTransaction() != nil; got != tt.transacted {
				t.Errorf("%d times %s: refused in a transaction %v, want %v", tt.maps, form[0], got, tt.transacted)
			}
			if got := it.Deep(); got != tt.deep {
				t.Errorf("%d times %s: deep %v, want %v", tt.maps, form[0], got, tt.deep)
			}
		}
	}
}

func TestMisshapenValues(t *testing.T) {
	const shape = "com.amazonaws.dynamodb.v20120810.AttributeValue"
	tests := []struct{ item, want string }{
		{`[]`, "Unrecognized collection type java.util.Map<java.lang.String, " + shape + ">"},
		{`"x"`, "Unexpected field type"},
		{`{"a":"x"}`, "Unexpected value type in payload"},
		{`{"a":1}`, "Unexpected value type in payload"},
		{`{"a":[]}`, "Unrecognized collection type class " + shape},
		{`{"a":{"S":1}}`, "NUMBER_VALUE cannot be converted to String"},
		{`{"a":{"S":1.5}}`, "DECIMAL_VALUE cannot be converted to String"},
		{`{"a":{"N":true}}`, "TRUE_VALUE cannot be converted to String"},
		{`{"a":{"S":{}}}`, "Start of structure or map found where not expected"},
		{`{"a":{"S":[]}}`, "Unrecognized collection type class java.lang.String"},
		{`{"a":{"B":1}}`, "only base-64-encoded strings are convertible to bytes"},
		{`{"a":{"B":"abc"}}`, "Base64 encoded length is expected a multiple of 4 bytes but found: 3"},
		{`{"a":{"B":"=+/="}}`, "Invalid last non-pad Base64 character dectected"},
		{`{"a":{"BOOL":"maybe"}}`, "Unexpected token received from parser"},
		{`{"a":{"BOOL":1}}`, "NUMBER_VALUE cannot be converted to Boolean"},
		{`{"a":{"SS":"x"}}`, "Unexpected field type"},
		{`{"a":{"L":{}}}`, "Start of structure or map found where not expected"},
		{`{"a":{"M":[]}}`, "Unrecognized collection type java.util.Map<java.lang.String, " + shape + ">"},
		{`{"a":`, ""},
		{"{\"a\":{\"S\":\"\xff\"}}", ""},
		{`{"a":{"L":[}}`, ""},
	}
	for _, tt := range tests {
		var it attribute.Item
		err := awsjson.Unmarshal([]byte(tt.item), &it)
		var refused *awsjson.SerializationError
		if !errors.As(err, &refused) || refused.Message != tt.want {
			t.Errorf("%s: %v, want SerializationError %q", tt.item, err, tt.want)
		}
	}
}

func TestKeyOrder(t *testing.T) {
	ordered := [][]attribute.Value{
		{attribute.String("a"), attribute.String("a\x00"), attribute.String("a\x00b"), attribute.String("a\x01"), attribute.String("aa"), attribute.String("b"), attribute.String("ÿ")},
		{attribute.Binary("\x00"), attribute.Binary("\x00\x00"), attribute.Binary("\x00\xff"), attribute.Binary("\x01"), attribute.Binary("\xff"), attribute.Binary("\xff\x00")},
		{number(t, "-1e125"), number(t, "-1.5"), number(t, "-1"), number(t, "-1e-130"), number(t, "0"), number(t, "1e-130"), number(t, "9"), number(t, "10"), number(t, "10.5")},
	}
	for _, vs := range ordered {
		for i := range vs {
			for j := range vs {
				a := append(vs[i].AppendKey(nil), "\xfftail"...)
				b := append(vs[j].AppendKey(nil), "\x00tail"...)
				got := bytes.Compare(a, b)
				if i < j && got >= 0 || i > j && got <= 0 {
					t.Errorf("key of %q against %q orders %d", vs[i].Text(), vs[j].Text(), got)
				}
			}
		}
	}
}

// The prefixes are those with which architect/dynalite orders its scans.
func TestPlacement(t *testing.T) {
	tests := []struct {
		value attribute.Value
		want  string
	}{
		{attribute.String("a"), "f6558e"},
		{number(t, "1"), "c3a031"},
		{number(t, "-1.5"), "98f4b1"},
	}
	for _, tt := range tests {
		p := tt.value.Placement()
		if got := hex.EncodeToString(p[:3]); got != tt.want {
			t.Errorf("placement of %q begins %s, want %s", tt.value.Text(), got, tt.want)
		}
	}
}

func FuzzDecodeItem(f *testing.F) {
	f.Add(decode(f, everyKind).AppendBinary(nil))
	f.Add([]byte{1, 1, 'a', 6, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, b []byte) {
		it, err := attribute.DecodeItem(b)
		if err != nil {
			return
		}
		back, err := attribute.DecodeItem(it.AppendBinary(nil))
		if err != nil || !back.Equal(it) {
			t.Fatalf("%x reads as %v, which reads as %v, %v", b, it, back, err)
		}
	})
}

func FuzzItemJSON(f *testing.F) {
	f.Add(everyKind)
	f.Add(`{"a":{"M":{"b":{"NS":["1","1"]}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		var it attribute.Item
		if err := awsjson.Unmarshal([]byte(text), &it); err != nil || it.Err() != nil {
			return
		}
		out, err := awsjson.Marshal(it)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if back := decode(t, string(out)); !back.Equal(it) {
			t.Fatalf("%s writes %s, which reads as another item", text, out)
		}
	})
}

func BenchmarkItem(b *testing.B) {
	text := []byte(`{"id":{"S":"item-0001"},"n":{"N":"42"},"payload":{"S":"` + strings.Repeat("x", 1000) + `"}}`)
	b.Run("decode-json/1KB", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var it attribute.Item
			if err := awsjson.Unmarshal(text, &it); err != nil {
				b.Fatal(err)
			}
		}
	})
	it := decode(b, string(text))
	bin := it.AppendBinary(nil)
	b.Run("decode-binary/1KB", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := attribute.DecodeItem(bin); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encode-json/1KB", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := awsjson.Marshal(it); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// The binary form answers as the item does, and reports what is cut off.
func TestEncoded(t *testing.T) {
	for _, text := range []string{everyKind, `{}`, `{"q":{"S":"a\"b\\\u0001\n<é𝄞"},"n":{"NS":["-0.005","120","1e10","0"]},"l":{"L":[{"L":[{"M":{"k":{"B":""}}}]}]}}`} {
		it := decode(t, text)
		want, err := awsjson.Marshal(it)
		if err != nil {
			t.Fatal(err)
		}
		e := it.Encode()
		got, err := e.AppendJSON(nil, nil)
		if err != nil || string(got) != string(want) {
			t.Errorf("%s, %v\nwant %s", got, err, want)
		}
		if marshaled, err := awsjson.Marshal(e); err != nil || string(marshaled) != string(want) {
			t.Errorf("marshaled %s, %v\nwant %s", marshaled, err, want)
		}
		if back, err := e.Item(); err != nil || !back.Equal(it) {
			t.Errorf("%v, %v is not %s", back, err, want)
		}
		for n := range e {
			if _, err := e[:n].AppendJSON(nil, nil); !errors.Is(err, attribute.ErrCorrupt) {
				t.Errorf("%d of %d bytes of %s: %v, want ErrCorrupt", n, len(e), text, err)
			}
		}
	}
}
