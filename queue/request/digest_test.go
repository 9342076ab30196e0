package request_test

import (
	"testing"

	"lullaby/queue/request"
)

// The digests are AWS's own (docs/aws/sqs.md#digests).
func TestMD5OfAttributes(t *testing.T) {
	tests := []struct {
		name       string
		attributes map[string]request.MessageAttributeValue
		want       string
	}{
		{"none", nil, ""},
		{"text and numbers", map[string]request.MessageAttributeValue{
			"Title": text("String", "The Whistler"), "Author": text("String", "John Grisham"), "WeeksOn": text("Number", "6"),
		}, "d25a6aea97eb8f585bfa92d314504a92"},
		{"a number", map[string]request.MessageAttributeValue{"timestamp": text("Number", "1493147359900")}, "235c5c510d26fb653d073faed50ae77c"},
		{"binary", map[string]request.MessageAttributeValue{
			"attr1": {DataType: "Binary", BinaryValue: []byte("traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01")},
		}, "8cbe4db156db8a94db8b801b7addb984"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := request.MD5OfAttributes(tt.attributes); got != tt.want {
				t.Errorf("MD5OfAttributes = %q, want %q", got, tt.want)
			}
		})
	}
}

func text(dataType, value string) request.MessageAttributeValue {
	return request.MessageAttributeValue{DataType: dataType, StringValue: &value}
}

func TestMD5OfBody(t *testing.T) {
	// RFC 1321, "Test suite".
	if got, want := request.MD5OfBody("abc"), "900150983cd24fb0d6963f7d28e17f72"; got != want {
		t.Errorf("MD5OfBody = %q, want %q", got, want)
	}
}

func TestDeduplication(t *testing.T) {
	m := request.Message{MessageBody: "abc"}
	// FIPS 180-4, example.
	if got, want := m.Deduplication(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; got != want {
		t.Errorf("Deduplication by content = %q, want %q", got, want)
	}
	if m.MessageDeduplicationId = "1"; m.Deduplication() != "1" {
		t.Errorf("Deduplication = %q, want the ID given", m.Deduplication())
	}
}
