package eventstream_test

import (
	"bytes"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"

	"lullaby/internal/eventstream"
)

// TestSDKReadsEvents has AWS's decoder read events, one behind the other.
func TestSDKReadsEvents(t *testing.T) {
	var all []byte
	payloads := [][]byte{nil, []byte("two"), bytes.Repeat([]byte("x"), 1<<20)}
	for _, p := range payloads {
		all = eventstream.AppendEvent(all, "PayloadChunk", "application/octet-stream", p)
	}
	from := bytes.NewReader(all)
	for _, want := range payloads {
		m, err := sdk.NewDecoder().Decode(from, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(m.Payload, want) {
			t.Errorf("a payload of %d bytes, want %d", len(m.Payload), len(want))
		}
		for name, want := range map[string]string{":event-type": "PayloadChunk", ":content-type": "application/octet-stream", ":message-type": "event"} {
			if got := m.Headers.Get(name); got == nil || got.String() != want {
				t.Errorf("header %s is %v, want %s", name, got, want)
			}
		}
	}
	if from.Len() > 0 {
		t.Errorf("%d bytes behind the last event", from.Len())
	}
}
