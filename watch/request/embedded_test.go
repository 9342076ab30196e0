package request_test

import (
	"fmt"
	"strings"
	"testing"

	"lullaby/watch/request"
)

func TestEmbedded(t *testing.T) {
	const ms = "1768435200000" // now
	tests := []struct{ name, line, want string }{
		{
			"a metric", `{"_aws":{"Timestamp":` + ms + `,"CloudWatchMetrics":[{"Namespace":"App","Dimensions":[["service"]],"Metrics":[{"Name":"time","Unit":"Milliseconds"}]}]},"service":"a","time":100,"id":"x"}`,
			"App time [{service a}] [100] Milliseconds",
		},
		{
			"several values and sets", `{"_aws":{"Timestamp":` + ms + `,"CloudWatchMetrics":[{"Namespace":"App","Dimensions":[["a","b"],[]],"Metrics":[{"Name":"n"}]}]},"a":"1","b":"2","n":[1,2.5]}`,
			"App n [{a 1} {b 2}] [1 2.5] |App n [] [1 2.5] ",
		},
		{"two directives", `{"_aws":{"Timestamp":` + ms + `,"CloudWatchMetrics":[{"Namespace":"A","Dimensions":[[]],"Metrics":[{"Name":"n"},{"Name":"absent"}]},` +
			`{"Namespace":"B","Dimensions":[[]],"Metrics":[{"Name":"n","Unit":"Count","StorageResolution":1}]}]},"n":0}`, "A n [] [0] |B n [] [0] Count"},
		{"a dimension that is no text", `{"_aws":{"Timestamp":` + ms + `,"CloudWatchMetrics":[{"Namespace":"App","Dimensions":[["a"]],"Metrics":[{"Name":"n"}]}]},"a":1,"n":1}`, ""},
		{"a value that is no number", `{"_aws":{"Timestamp":` + ms + `,"CloudWatchMetrics":[{"Namespace":"App","Dimensions":[[]],"Metrics":[{"Name":"n"}]}]},"n":"1"}`, ""},
		{"101 values", `{"_aws":{"Timestamp":` + ms + `,"CloudWatchMetrics":[{"Namespace":"App","Dimensions":[[]],"Metrics":[{"Name":"n"}]}]},"n":[` + strings.Repeat("1,", 100) + `1]}`, ""},
		{"a year ago", `{"_aws":{"Timestamp":1736899200000,"CloudWatchMetrics":[{"Namespace":"App","Dimensions":[[]],"Metrics":[{"Name":"n"}]}]},"n":1}`, ""},
		{"no metadata", `{"n":1}`, ""},
		{"no JSON", `{"_aws"`, ""},
		{"a text", `"_aws" {`, ""},
		{"other metadata", `{"_aws":[1],"n":1}`, ""},
	}
	for _, tt := range tests {
		var got []string
		for _, in := range request.Embedded(now, tt.line) {
			for _, d := range in.MetricData {
				got = append(got, fmt.Sprintf("%s %s %v %v %s", in.Namespace, d.MetricName, d.Dimensions, d.Values, d.Unit))
			}
		}
		if text := strings.Join(got, "|"); text != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, text, tt.want)
		}
	}
}
