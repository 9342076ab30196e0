package request_test

import (
	"maps"
	"slices"
	"testing"

	"lullaby/queue/request"
)

func TestSelect(t *testing.T) {
	all := map[string]request.MessageAttributeValue{"a": text("String", "1"), "bar.b": text("String", "2"), "bar.c": text("String", "3"), "barn": text("String", "4")}
	tests := []struct {
		names, want []string
	}{
		{nil, nil},
		{[]string{"A"}, nil},
		{[]string{"a", "nothing"}, []string{"a"}},
		{[]string{"All"}, []string{"a", "bar.b", "bar.c", "barn"}},
		{[]string{".*"}, []string{"a", "bar.b", "bar.c", "barn"}},
		{[]string{"bar.*"}, []string{"bar.b", "bar.c", "barn"}},
		{[]string{"bar.b.*"}, []string{"bar.b"}},
		{[]string{"bar*"}, nil},
	}
	for _, tt := range tests {
		in := request.ReceiveMessageInput{MessageAttributeNames: tt.names}
		if got := slices.Sorted(maps.Keys(in.Select(all))); !slices.Equal(got, tt.want) {
			t.Errorf("Select %q = %q, want %q", tt.names, got, tt.want)
		}
	}
}

func TestWants(t *testing.T) {
	tests := []struct {
		in   request.ReceiveMessageInput
		want bool
	}{
		{request.ReceiveMessageInput{}, false},
		{request.ReceiveMessageInput{AttributeNames: []string{"SentTimestamp"}}, false},
		{request.ReceiveMessageInput{AttributeNames: []string{"SenderId"}}, true},
		{request.ReceiveMessageInput{MessageSystemAttributeNames: []string{"SenderId"}}, true},
		{request.ReceiveMessageInput{MessageSystemAttributeNames: []string{"All"}}, true},
	}
	for _, tt := range tests {
		if got := tt.in.Wants("SenderId"); got != tt.want {
			t.Errorf("%+v wants SenderId: %v, want %v", tt.in, got, tt.want)
		}
	}
}

func TestNumbersAreKeptWithoutOuterZeros(t *testing.T) {
	sent := map[string]request.MessageAttributeValue{"n": text("Number.int", "007.10"), "s": text("String", "007"), "m": text("Number", "100")}
	kept := request.Kept(sent)
	for name, want := range map[string]string{"n": "7.1", "s": "007", "m": "100"} {
		if got := *kept[name].StringValue; got != want {
			t.Errorf("%s is kept as %q, want %q", name, got, want)
		}
	}
	if *sent["n"].StringValue != "007.10" {
		t.Error("Kept changed what was sent")
	}
}
