package mapping_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lullaby/lambda/mapping"
)

// The bytes of an event of a standard queue and a FIFO queue.
func TestEvent(t *testing.T) {
	const region = "us-east-1"
	standard := mapping.Record{
		MessageID: "059f36b4-87a3-44ab-83d2-661975830a7d", ReceiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a", Body: "<a href=\"x\">é\n\u2028</a>",
		Attributes: map[string]string{
			"SenderId": "AIDAIENQZJOLO23YVJ4VO", "SentTimestamp": "1545082649183", "ApproximateReceiveCount": "1",
			"ApproximateFirstReceiveTimestamp": "1545082649185", "AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793",
			"DeadLetterQueueSourceArn": "arn:aws:sqs:us-east-1:123456789012:orders",
		},
		MessageAttributes: map[string]mapping.MessageAttribute{
			"WeeksOn": {DataType: "Number", StringValue: "6"}, "Blob": {DataType: "Binary.png", BinaryValue: []byte{1, 2, 3}},
		},
		MD5OfBody: "e4e68fb7bd0e697a0ae8f1bb342846b3", MD5OfAttributes: "d25a6aea97eb8f585bfa92d314504a92",
		QueueARN: "arn:aws:sqs:us-east-1:123456789012:parked", Region: region,
	}
	fifo := mapping.Record{
		MessageID: "11d6ee51-4cc7-4302-9e22-7cd8afdaadf5", ReceiptHandle: "AQEBBX8nesZEXmkhsmZeyIE8iQAMig7qw", Body: "Test message.",
		Attributes: map[string]string{
			"ApproximateReceiveCount": "1", "SentTimestamp": "1573251510774", "SequenceNumber": "18849496460467696128", "MessageGroupId": "1",
			"SenderId": "AIDAIO23YVJENQZJOL4VO", "MessageDeduplicationId": "1", "ApproximateFirstReceiveTimestamp": "1573251510774",
		},
		MD5OfBody: "e4e68fb7bd0e697a0ae8f1bb342846b3", QueueARN: "arn:aws:sqs:us-east-1:123456789012:fifo.fifo", Region: region,
	}
	got := mapping.Event([][]byte{mapping.AppendRecord(nil, &standard), mapping.AppendRecord(nil, &fifo)})
	want, err := os.ReadFile("testdata/event.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
	var decoded struct {
		Records []struct{ Body string }
	}
	if err := json.Unmarshal(got, &decoded); err != nil || decoded.Records[0].Body != standard.Body {
		t.Errorf("decoded %v, %v", decoded, err)
	}
	if got, want := string(mapping.Event(nil)), `{"Records":[]}`; got != want {
		t.Errorf("without records: %s, want %s", got, want)
	}
}

func BenchmarkRecord(b *testing.B) {
	r := mapping.Record{
		MessageID: "059f36b4-87a3-44ab-83d2-661975830a7d", ReceiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a", Body: `{"_id":"a"}`,
		Attributes: map[string]string{"SenderId": "A", "SentTimestamp": "1", "ApproximateReceiveCount": "1", "ApproximateFirstReceiveTimestamp": "1"},
		MD5OfBody:  "e4e68fb7bd0e697a0ae8f1bb342846b3", QueueARN: "arn:aws:sqs:us-east-1:123456789012:q", Region: "us-east-1",
	}
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = mapping.AppendRecord(dst[:0], &r)
	}
}
