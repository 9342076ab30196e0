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
