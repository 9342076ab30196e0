package store

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/instant"
	model "lullaby/queue"
	"lullaby/queue/request"
)

var began = instant.Of(time.Date(2026, 11, 29, 3, 12, 0, 0, time.UTC))

// What is stored of a message is read as it was.
func TestStoredMessage(t *testing.T) {
	text := "text"
	for _, m := range []message{
		{},
		{id: newMessageID(), sent: began, digest: [16]byte{1, 2}, body: "a body"},
		{
			id: newMessageID(), sent: began, group: "group", deduplication: "token", trace: "Root=1", source: "arn:aws:sqs:us-east-1:123456789012:source",
			receives: 300, received: began.Add(time.Second), body: "\x00\xff",
			attributes: map[string]request.MessageAttributeValue{
				"b": {DataType: "Binary.png", BinaryValue: []byte{0, 1}},
				"a": {DataType: "String", StringValue: &text},
			},
		},
	} {
		record := string(m.append(nil))
		var got message
		if err := parseMessage(&got, record); err != nil {
			t.Errorf("read %q: %v", record, err)
		}
		if diff := cmp.Diff(m, got, cmp.AllowUnexported(message{})); diff != "" {
			t.Errorf("read (-want +got):\n%s", diff)
		}
	}
}

func FuzzStoredMessage(f *testing.F) {
	text := "text"
	m := message{
		id: newMessageID(), sent: began, group: "group", receives: 2, received: began, body: "body",
		attributes: map[string]request.MessageAttributeValue{"a": {DataType: "String", StringValue: &text}},
	}
	f.Add(m.append(nil))
	f.Fuzz(func(t *testing.T, record []byte) {
		var m, again message
		if err := parseMessage(&m, string(record)); err != nil {
			return
		}
		if err := parseMessage(&again, string(m.append(nil))); err != nil {
			t.Fatalf("%v of what was written", err)
		}
		if diff := cmp.Diff(m, again, cmp.AllowUnexported(message{})); diff != "" {
			t.Errorf("read again (-first +second):\n%s", diff)
		}
	})
}

// The state of a message is read as it was, instants before its sending too.
func TestStoredState(t *testing.T) {
	for _, s := range []state{
		{},
		{Sent: model.Sent{At: began, Group: "group"}},
		{Sent: model.Sent{At: began, Since: began.Add(time.Hour), Due: began}},
		{
			Sent:  model.Sent{At: began, Group: "g"},
			State: model.State{Receives: 1 << 31, First: began.Add(-time.Second), Last: began, Until: began.Add(12 * time.Hour)},
		},
	} {
		record := s.append(nil)
		got, gone, err := parseState(record)
		if err != nil || gone {
			t.Errorf("read %q: gone = %v, %v", record, gone, err)
		}
		if diff := cmp.Diff(s, got); diff != "" {
			t.Errorf("read (-want +got):\n%s", diff)
		}
		for n := range len(record) - len(s.Group) {
			if _, gone, err := parseState(record[:n]); err == nil && !gone {
				t.Errorf("the first %d bytes of %q are a state", n, record)
			}
		}
	}
}

func FuzzStoredState(f *testing.F) {
	f.Add([]byte{goneForm})
	s := state{Sent: model.Sent{At: began, Due: began, Group: "group"}, State: model.State{Receives: 7, Last: began}}
	f.Add(s.append(nil))
	f.Fuzz(func(t *testing.T, record []byte) {
		s, gone, err := parseState(record)
		if err != nil || gone {
			return
		}
		again, _, err := parseState(s.append(nil))
		if err != nil {
			t.Fatalf("%v of what was written", err)
		}
		if diff := cmp.Diff(s, again); diff != "" {
			t.Errorf("read again (-first +second):\n%s", diff)
		}
	})
}

// A receipt handle is read as it was made; nothing else is one.
func TestReceiptHandle(t *testing.T) {
	want := receipt{queue: 7, id: 1 << 40, nonce: 3}
	handle := want.handle()
	if got, err := parseHandle(handle); err != nil || got != want {
		t.Errorf("read %+v, %v; want %+v", got, err, want)
	}
	for i := range handle {
		other := []byte(handle)
		if other[i]++; bytes.IndexByte([]byte("=>"), handle[i]) >= 0 || i == len(handle)-2 {
			continue // the bits that padding leaves do not count
		}
		if got, err := parseHandle(string(other)); err == nil && got != want {
			t.Errorf("%q is the handle of %+v", other, got)
		}
	}
	for _, text := range []string{"", "garbage", handle + "A", handle[1:]} {
		_, err := parseHandle(text)
		if want := `The input receipt handle "` + text + `" is not a valid receipt handle.`; err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
