package dynamo_test

import (
	"testing"
	"time"

	"lullaby/dynamo"
	"lullaby/dynamo/request"
	"lullaby/instant"
	"lullaby/watch/watchtest"
)

// A request uses the instant of its caller, not the clock: its stream record and
// its samples have that time, and it can consume what was refilled until then.
func TestARequestHasOneInstant(t *testing.T) {
	var tape watchtest.Tape
	e := open(t, dynamo.Options{Instant: true, Metrics: &tape})
	create(t, e, streamTable("KEYS_ONLY"))
	put := input[request.PutItemInput](t, `{"TableName":"tab","Item":{"id":{"S":"a"}}}`)
	now := instant.Of(time.Now()).Truncate(time.Second)
	for {
		if _, err := e.PutItem(t.Context(), now, put); err != nil {
			break // neither capacity nor the clock moves on while now stands still
		}
	}
	tape.Take()
	at := now.Add(time.Hour)
	other := input[request.PutItemInput](t, `{"TableName":"tab","Item":{"id":{"S":"b"}}}`)
	if _, err := e.PutItem(t.Context(), at, other); err != nil {
		t.Fatalf("an hour later nothing has flowed in: %v", err)
	}
	for _, s := range tape.Take() {
		if s.At != at {
			t.Errorf("%s is of %v, want %v", s.Metric.Name, s.At, at)
		}
	}
	streams, err := e.ListStreams(t.Context(), at, &request.ListStreamsInput{})
	if err != nil {
		t.Fatal(err)
	}
	page, err := e.ReadStream(at, streams.Streams[0].StreamArn, 0, 1_000)
	if err != nil {
		t.Fatal(err)
	}
	if got := page.Records[len(page.Records)-1].At; got != at {
		t.Errorf("the record is of %v, want %v", got, at)
	}
}
