package schema_test

import (
	"errors"
	"strings"
	"testing"

	"lullaby/internal/schema"
)

const (
	user = "https://apigateway.amazonaws.com/restapis/a1/models/User"
	name = "https://apigateway.amazonaws.com/restapis/a1/models/Name"
)

var texts = map[string][]byte{
	user: []byte(`{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","required":["name"],"properties":{
		"name":{"$ref":"` + name + `"},"age":{"type":"integer","minimum":0,"exclusiveMinimum":true},"friend":{"$ref":"#"}}}`),
	name: []byte(`{"type":"string","minLength":2,"pattern":"^[a-z]+$"}`),
}

func TestCheck(t *testing.T) {
	s, err := schema.Compile(user, texts)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ text, want string }{
		{`{"name":"ann"}`, ""},
		{`{"name":"ann","age":1.0,"friend":{"name":"bob"}}`, ""},
		{`{"name":"ann","age":1e999999999}`, ""},
		{`{"name":"ann","age":-1e999999999}`, "age"},
		{`{"name":"ann","age":0}`, "exclusiveMinimum"},
		{`{"name":"ann","friend":{"name":"B"}}`, "at '/friend/name'"},
		{`{}`, "missing property 'name'"},
		{`{"name":"ann"} {}`, "something after"},
		{`{"name":`, "EOF"},
		{``, "EOF"},
		{`[]`, "want object"},
	} {
		err := s.Check([]byte(tt.text))
		if got := reason(err); tt.want == "" && err != nil || !strings.Contains(got, tt.want) || strings.Contains(got, "\n") {
			t.Errorf("Check(%s) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func reason(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestSchemasThatAreRefused(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`{"type":"thing"}`, "type"},
		{`{"minLength":"2"}`, "minLength"},
		{`{"$ref":"https://example.com/other"}`, "https://example.com/other"},
		{`{"$ref":"file:///etc/passwd"}`, "is not given"},
		{`{"$ref":"#/definitions/None"}`, "None"},
		{`{"exclusiveMinimum":3}`, "exclusiveMinimum"}, // of later drafts
		{`[]`, ""},
	} {
		_, err := schema.Compile(user, map[string][]byte{user: []byte(tt.text)})
		if err == nil || !strings.Contains(err.Error(), tt.want) || errors.Is(err, schema.ErrPattern) {
			t.Errorf("Compile(%s) = %v, want %q", tt.text, err, tt.want)
		}
	}
	if _, err := schema.Compile(user, map[string][]byte{user: []byte(`{"pattern":"^(?!a)b"}`)}); !errors.Is(err, schema.ErrPattern) {
		t.Errorf("a lookahead: %v, want ErrPattern", err)
	}
}

// A large text is checked if it has not too many values, whatever its strings have in
// them.
func TestLargeTexts(t *testing.T) {
	s, err := schema.Compile(user, map[string][]byte{user: []byte(`{"type":"array"}`)})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ text, want string }{
		{`["` + strings.Repeat(`,[{\\\"`, 300_000) + `"]`, ""},
		{"[" + strings.Repeat("10,", 499_990) + "1]", ""},
		{"[" + strings.Repeat("10,", 500_000) + "1]", "more than 500000"},
		{"[" + strings.Repeat("{},", 400_000) + "1]", "500000"},
		{strings.Repeat("[", 2_000_000), "more than 500000"},
		{`"` + strings.Repeat("x", 2<<20) + `"`, "want array"},
	} {
		if got := reason(s.Check([]byte(tt.text))); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("Check(%.20s..., %d bytes) = %q, want %q", tt.text, len(tt.text), got, tt.want)
		}
	}
}

// A text with very many faults tells few of them.
func TestManyFaults(t *testing.T) {
	s, err := schema.Compile(user, map[string][]byte{user: []byte(`{"items":{"type":"object","required":["a"]}}`)})
	if err != nil {
		t.Fatal(err)
	}
	got := reason(s.Check([]byte("[" + strings.Repeat("1,", 100_000) + `"` + strings.Repeat("x", 1_000) + `"]`)))
	if want := "at '/0': got number, want object; at '/1': got number"; !strings.HasPrefix(got, want) || len(got) > 1_200 || !strings.HasSuffix(got, "; and more") {
		t.Errorf("%d bytes: %.200s, want %s", len(got), got, want)
	}
}
