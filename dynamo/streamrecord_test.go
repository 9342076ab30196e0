package dynamo

import (
	"encoding/binary"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lullaby/attribute"
	"lullaby/dynamo/stream"
	"lullaby/instant"
)

// A data folder of before dynamo/stream was a package of its own is read: the
// description of a stream, whose instants may be in another zone, and a record.
func TestStoredStreams(t *testing.T) {
	const text = `{"ID":7,"TableName":"tab","TableARN":"arn:aws:dynamodb:us-east-1:123456789012:table/tab","Label":"2026-11-29T03:12:00.500",` +
		`"ViewType":"OLD_IMAGE","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],` +
		`"Created":"2026-11-29T04:12:00.5+01:00","Disabled":"0001-01-01T00:00:00Z"}`
	created := instant.Of(time.Date(2026, 11, 29, 3, 12, 0, 500_000_000, time.UTC))
	want := storedStream{
		streamSource{
			TableName: "tab", TableARN: "arn:aws:dynamodb:us-east-1:123456789012:table/tab", Label: "2026-11-29T03:12:00.500",
			KeySchema: []KeySchemaElement{{"id", "HASH"}},
		},
		stream.Description{ID: 7, ViewType: stream.OldImage, Created: created},
	}
	var got storedStream
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(storedStream{}, streamSource{})); diff != "" {
		t.Errorf("description (-want +got):\n%s", diff)
	}

	const head = `{"Event":"REMOVE","Time":1795921920,"Expired":true,"Sizes":[7,14,0]}`
	id := attribute.Attribute{Name: "id", Value: attribute.String("a")}
	old := attribute.NewItem(id, attribute.Attribute{Name: "v", Value: attribute.String("old")})
	record := stream.Record{
		Sequence: 5, Event: stream.Remove, At: created.Truncate(time.Second), ByService: true,
		Keys: attribute.NewItem(id).Encode(), Old: old.Encode(),
	}
	value := append(binary.AppendUvarint(nil, uint64(len(head))), head...)
	value = append(append(value, record.Keys...), record.Old...)
	written, err := appendStreamRecord(nil, &record)
	if diff := cmp.Diff(string(value), string(written)); diff != "" || err != nil {
		t.Errorf("written, %v (-want +got):\n%s", err, diff)
	}
	read, err := readStreamRecord(streamRecordKey(7, 5), value)
	if diff := cmp.Diff(record, read); diff != "" || err != nil {
		t.Errorf("read, %v (-want +got):\n%s", err, diff)
	}
	for n := range value {
		if _, err := readStreamRecord(streamRecordKey(7, 5), value[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are read without an error", n, len(value))
		}
	}
}
