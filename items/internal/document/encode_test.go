package document_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/items/internal/document"
)

func TestEncodeWritesEveryType(t *testing.T) {
	got, err := document.Encode(map[string]types.AttributeValue{
		"_id":     str("a<b>&\"\\\n é😀"),
		"number":  num("12345678901234567890123456789012345678"),
		"tenth":   num("-0.10"),
		"yes":     &types.AttributeValueMemberBOOL{Value: true},
		"nothing": &types.AttributeValueMemberNULL{Value: true},
		"list":    list(num("1"), list(), object(nil)),
		"object":  object(map[string]types.AttributeValue{"b": str(""), "a": &types.AttributeValueMemberB{}}),
		"binary":  &types.AttributeValueMemberB{Value: []byte{0xff, 0xfe, 0xfd}},
		"strings": &types.AttributeValueMemberSS{Value: []string{"x", "y"}},
		"numbers": &types.AttributeValueMemberNS{Value: []string{"1", "2.50"}},
		"bytes":   &types.AttributeValueMemberBS{Value: [][]byte{{0}, {1, 2}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"_id":"a<b>&\"\\\n é😀","binary":"//79","bytes":["AA==","AQI="],"list":[1,[],{}],"nothing":null,` +
		`"number":12345678901234567890123456789012345678,"numbers":[1,2.50],"object":{"a":"","b":""},` +
		`"strings":["x","y"],"tenth":-0.10,"yes":true}`
	if got != want {
		t.Errorf("Encode = %s\nwant %s", got, want)
	}
}

func TestEncodeRefusesWhatIsNotDynamoDB(t *testing.T) {
	for _, tt := range []struct {
		name  string
		value types.AttributeValue
	}{
		{"a number that is none", num("twelve")},
		{"a type from the future", &types.UnknownUnionMember{Tag: "X"}},
		{"a type from the future in a list", list(&types.UnknownUnionMember{Tag: "X"})},
		{"no value", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := document.Encode(map[string]types.AttributeValue{"v": tt.value}); err == nil {
				t.Errorf("Encode = %s, want an error", got)
			}
		})
	}
}
