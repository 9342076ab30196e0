package request_test

import (
	"strings"
	"testing"

	"lullaby/attribute"
	"lullaby/dynamo/request"
)

// A message prints no more of a request than 64 KB, whatever its shape.
func TestPrintedRequestsAreBounded(t *testing.T) {
	put := func(v attribute.Value) request.WriteRequest {
		return request.WriteRequest{PutRequest: &request.PutRequest{Item: attribute.NewItem(attribute.Attribute{Name: "v", Value: v})}}
	}
	many := make([]request.WriteRequest, 1_000)
	tables := map[string][]request.WriteRequest{}
	for i := range many {
		many[i] = put(attribute.String("x"))
		tables[strings.Repeat("!", i+1)] = nil
	}
	for name, items := range map[string]map[string][]request.WriteRequest{
		"many writes": {"items": many},
		"long value":  {"a!": {put(attribute.String(strings.Repeat("ü", 1<<20)))}},
		"many values": {"a!": {put(attribute.List(make([]attribute.Value, 1<<20)...))}},
		"many tables": tables,
	} {
		in := request.BatchWriteItemInput{RequestItems: items}
		err := in.Check()
		if err == nil {
			t.Errorf("%s: no refusal", name)
			continue
		}
		if n := len(err.Error()); n > 2*66<<10 { // two violations print it
			t.Errorf("%s: a message of %d bytes", name, n)
		}
	}
}
