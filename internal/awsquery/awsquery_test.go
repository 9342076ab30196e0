package awsquery_test

import (
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/instant"
	"lullaby/internal/awsquery"
)

// everything has each kind of member that inputs and outputs have.
type everything struct {
	Text     string
	Maybe    *string
	Number   *int32
	Wide     int64 `json:",omitzero"`
	Switch   *bool
	Blob     []byte
	Names    []string          // Names.member.1
	Pairs    map[string]string // Pairs.entry.1.key
	Flat     []string          `query:"Name"`
	Tags     map[string]string `query:"Tag,Key,Value"`
	Values   map[string]value  `query:"Value,Name,Value"`
	Orders   []order           `query:"Order"`
	Inner    *order
	Number64 *float64          `json:",omitzero"`
	Since    *instant.Instant  `json:",omitzero"`
	Times    []instant.Instant `json:",omitzero"`
	Secret   string            `query:"-"`
}

type value struct {
	StringValue *string
	BinaryValue []byte
}

type order struct {
	ID    string
	Lines map[string]value `query:"Line,Name,Value"`
}

func TestUnmarshal(t *testing.T) {
	text, number, yes, thousands := "a b", int32(-7), true, -1500.0
	since := instant.Of(time.Date(2026, 1, 1, 0, 0, 1, 0, time.UTC))
	tests := []struct {
		form string
		want everything
	}{
		{form: "", want: everything{}},
		{form: "Text=x&Unknown=1&Secret=no&&=3&Text=a+b%26", want: everything{Text: "a b&"}},
		{form: "Maybe=a%20b&Number=-7&Wide=9&Switch=true&Blob=AAEC", want: everything{Maybe: &text, Number: &number, Wide: 9, Switch: &yes, Blob: []byte{0, 1, 2}}},
		{form: "Maybe", want: everything{Maybe: new(string)}},
		{form: "Names.member.2=b&Names.member.1=a", want: everything{Names: []string{"a", "b"}}},
		{form: "Pairs.entry.1.key=a&Pairs.entry.1.value=b", want: everything{Pairs: map[string]string{"a": "b"}}},
		{form: "Name.10=c&Name.999999999=d&Name.2=b&Name.02=a&Name.10=e", want: everything{Flat: []string{"a", "e", "d"}}},
		{form: "Name=", want: everything{Flat: []string{}}},
		{form: "Tag.1.Key=a&Tag.1.Value=b&Tag.2.Key=c&Tag.3.Value=d", want: everything{Tags: map[string]string{"a": "b", "c": "", "": "d"}}},
		{form: "Value.1.Value.StringValue=a%20b&Value.1.Name=n", want: everything{Values: map[string]value{"n": {StringValue: &text}}}},
		{form: "Order.1.ID=1&Order.1.Line.1.Name=x&Order.1.Line.1.Value.BinaryValue=eA==&Order.2.ID=2", want: everything{Orders: []order{
			{ID: "1", Lines: map[string]value{"x": {BinaryValue: []byte("x")}}}, {ID: "2"},
		}}},
		{form: "Name=a", want: everything{Flat: []string{"a"}}},
		{form: "Name=a&Name.2=b", want: everything{Flat: []string{"a", "b"}}},
		{form: "Tag.Key=a&Tag.Value=b", want: everything{Tags: map[string]string{"a": "b"}}},
		{form: "Value.Name=n&Value.Value.StringValue=a%20b", want: everything{Values: map[string]value{"n": {StringValue: &text}}}},
		{form: "Order.ID=1&Order.Line.Name=x", want: everything{Orders: []order{{ID: "1", Lines: map[string]value{"x": {}}}}}},
		{form: "Tag=", want: everything{Tags: map[string]string{"": ""}}},
		{form: "Order=", want: everything{Orders: []order{{}}}},
		{form: "Names=&Pairs=&Inner=", want: everything{Inner: &order{}, Names: []string{}, Pairs: map[string]string{}}},
		{form: "Tags.1.Key=a&Tags.1.Value=b&Tag.2.Key=c", want: everything{Tags: map[string]string{"a": "b", "c": ""}}},
		{form: "Values.1.key=n&Values.1.value.StringValue=a", want: everything{Values: map[string]value{"": {}}}},
		{form: "Order.1.Nothing.2=a", want: everything{Orders: []order{{}}}},
		{form: "Number64=-1.5e3&Since=2026-01-01T00%3A00%3A01Z&Times.member.1=2026-01-01T00%3A00%3A01Z", want: everything{
			Number64: &thousands, Since: &since, Times: []instant.Instant{since},
		}},
		{form: "Inner.ID=3", want: everything{Inner: &order{ID: "3"}}},
	}
	for _, tt := range tests {
		var got everything
		err := awsquery.Unmarshal(&got, []byte(tt.form))
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", tt.form, err, diff)
		}
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	for form, text := range map[string]string{
		"Number64=x":                         "STRING_VALUE can not be converted to a Double",
		"Since=x":                            "STRING_VALUE can not be converted to a Timestamp",
		"Text.1=a":                           "Start of list found where not expected",
		"MessageAttributeNames.member.1=All": "Start of list found where not expected",
		"Name.member.1=All":                  "Start of list found where not expected",
		"Orders.1.ID=a":                      "Top level element may not be treated as a list",
		"Names.1=a":                          "Element number is not a positive integer",
		"Name.0=a":                           "0 is not a valid index",
		"Name.-1=a":                          "-1 is not a valid index",
		"Name.99999999999999999999=a":        "99999999999999999999 is not a valid index",
		"Names=a":                            "Text found where a list or a structure was expected",
		"Order=a":                            "Text found where a list or a structure was expected",
		"Order.Nothing=a":                    "Element number is not a positive integer",
		"Order.1=a":                          "Text found where a list or a structure was expected",
		"Number=x":                           "STRING_VALUE can not be converted to an Integer",
		"Number=99999999999":                 "STRING_VALUE can not be converted to an Integer",
		"Switch=x":                           "STRING_VALUE can not be converted to a Boolean",
		"Blob=%3F":                           "only base-64-encoded strings are convertible to bytes",
		"Text=%":                             "Query string is not escaped properly",
		"%zz=1":                              "Query string is not escaped properly",
	} {
		var got everything
		if err := awsquery.Unmarshal(&got, []byte(form)); err == nil || err.Error() != text {
			t.Errorf("%s: %v, want %s", form, err, text)
		}
	}
}

func TestSeveralForms(t *testing.T) {
	var got everything
	err := awsquery.Unmarshal(&got, []byte("Text=a&Name.1=x"), []byte("Text=b&Name.2=y"))
	if diff := cmp.Diff(everything{Text: "b", Flat: []string{"x", "y"}}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// A form costs memory as it has bytes, whatever is in it.
func TestBounds(t *testing.T) {
	const size = 2 << 20
	many := func(part func(n int) string) []byte {
		var b strings.Builder
		for n := 1; b.Len() < size; n++ {
			b.WriteString(part(n))
		}
		return []byte(b.String())
	}
	for name, form := range map[string][]byte{
		"elements":   many(func(n int) string { return fmt.Sprintf("&Name.%d=", n) }),
		"structures": many(func(n int) string { return fmt.Sprintf("&Order.%d.ID=", n) }),
		"maps":       many(func(n int) string { return fmt.Sprintf("&Order.%d.Line.%d.Value.BinaryValue=", n, n) }),
		"unknown":    many(func(int) string { return "&A=" }),
		"deep":       []byte("Order" + strings.Repeat(".1", size/2) + "="),
		"one name":   []byte(strings.Repeat("N", size)),
		"empty":      []byte(strings.Repeat("&", size)),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var got everything
		_ = awsquery.Unmarshal(&got, form)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 16<<20 {
			t.Errorf("%s: allocated %d MB for a form of 2 MB", name, took>>20)
		}
		if len(got.Flat) > 20_000 || len(got.Orders) > 20_000 {
			t.Errorf("%s: kept %d and %d elements", name, len(got.Flat), len(got.Orders))
		}
	}
}

func TestAppendNumbers(t *testing.T) {
	out := struct {
		Values []float64
		Times  []instant.Instant
	}{[]float64{0, 5, -0.25, 1e10, 1e-7}, []instant.Instant{instant.Of(time.Date(2026, 1, 1, 0, 0, 1, 0, time.UTC))}}
	const want = "<R><Values><member>0.0</member><member>5.0</member><member>-0.25</member><member>1E+10</member><member>1E-07</member></Values>" +
		"<Times><member>2026-01-01T00:00:01Z</member></Times></R>"
	if got := string(awsquery.AppendStruct(nil, "R", &out)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAppendStruct(t *testing.T) {
	text, number, no := "<a> & \"b\"\r\n\t\x00\xff\U0001F980", int32(3), false
	out := everything{
		Text: text, Number: &number, Switch: &no, Blob: []byte{0, 1, 2},
		Names: []string{"a", "b"}, Pairs: map[string]string{"k": "v"}, Flat: []string{"c", "d"},
		Tags:   map[string]string{"b": "2", "a": "1"},
		Values: map[string]value{"n": {BinaryValue: []byte("x")}},
		Orders: []order{{ID: "1"}, {ID: "2"}},
		Inner:  &order{},
	}
	const want = "<R><Text>&lt;a&gt; &amp; &quot;b&quot;&#xD;\n\t\uFFFD\uFFFD\U0001F980</Text><Number>3</Number><Switch>false</Switch><Blob>AAEC</Blob>" +
		"<Names><member>a</member><member>b</member></Names><Pairs><entry><key>k</key><value>v</value></entry></Pairs>" +
		"<Name>c</Name><Name>d</Name><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>b</Key><Value>2</Value></Tag>" +
		"<Value><Name>n</Name><Value><BinaryValue>eA==</BinaryValue></Value></Value>" +
		"<Order><ID>1</ID></Order><Order><ID>2</ID></Order><Inner><ID></ID></Inner></R>"
	if diff := cmp.Diff(want, string(awsquery.AppendStruct(nil, "R", &out))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	received := struct {
		Messages []order `query:"Message"`
	}{}
	if got := string(awsquery.AppendStruct(nil, "R", &received)); got != "<R/>" {
		t.Errorf("no members: %s", got)
	}
	if awsquery.Empty(&out) || !awsquery.Empty(new(struct{})) {
		t.Error("Empty is wrong")
	}
}

// Whatever a form is, what was read of it is written and read again.
func FuzzUnmarshal(f *testing.F) {
	f.Add("Text=x&Name.1=a&Name.3=b&Tag.1.Key=k&Tag.1.Value=v&Order.1.Line.1.Value.StringValue=%20")
	f.Add("Names.member.1=a&Pairs.entry.1.key=k&Inner.ID=1&Blob=AA==&Number=1&Switch=false")
	f.Fuzz(func(t *testing.T, form string) {
		var got, again everything
		if awsquery.Unmarshal(&got, []byte(form)) != nil {
			return
		}
		values := url.Values{}
		for name, v := range map[string]string{"Text": got.Text, "Blob": "", "Inner.ID": ""} {
			if v != "" {
				values.Set(name, v)
			}
		}
		for i, name := range got.Flat {
			values.Set(fmt.Sprintf("Name.%d", i+1), name)
		}
		n := 0
		for key, v := range got.Tags {
			n++
			values.Set(fmt.Sprintf("Tag.%d.Key", n), key)
			values.Set(fmt.Sprintf("Tag.%d.Value", n), v)
		}
		if err := awsquery.Unmarshal(&again, []byte(values.Encode())); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(everything{Text: got.Text, Flat: got.Flat, Tags: got.Tags}, again); diff != "" && !nilOrEmpty(got) {
			t.Errorf("%q (-want +got):\n%s", form, diff)
		}
		awsquery.AppendStruct(nil, "R", &got)
	})
}

// nilOrEmpty reports whether v has an empty list or map, of which a form says
// nothing.
func nilOrEmpty(v everything) bool {
	return v.Flat != nil && len(v.Flat) == 0 || v.Tags != nil && len(v.Tags) == 0
}

func BenchmarkUnmarshal(b *testing.B) {
	type send struct{ QueueUrl, MessageBody string }
	form := []byte("Action=SendMessage&Version=2012-11-05&QueueUrl=http%3A%2F%2F127.0.0.1%3A4566%2F123456789012%2Fq&MessageBody=" + strings.Repeat("x", 1024))
	b.ReportAllocs()
	for b.Loop() {
		if err := awsquery.Unmarshal(new(send), form); err != nil {
			b.Fatal(err)
		}
	}
}
