package request

import (
	"encoding/json"
	"strings"
	"time"

	"lullaby/instant"
	"lullaby/watch"
)

// Limits of a line in the embedded metric format (docs/aws/cloudwatch.md#embedded-metrics).
const (
	maxEmbedded       = 100 // metrics of a directive
	maxEmbeddedValues = 100 // of a metric
)

// embedded is the metadata of a line.
type embedded struct {
	Timestamp         int64 // milliseconds since 1970
	CloudWatchMetrics []struct {
		Namespace  string
		Dimensions [][]string
		Metrics    []struct {
			Name              string
			Unit              watch.Unit
			StorageResolution *int
		}
	}
}

// Embedded returns the metrics in a line of a function's log that is in the embedded
// metric format, nil if it is in another. A directive that AWS would not take is passed
// over, as is a metric without a value.
func Embedded(now instant.Instant, line string) []*PutMetricDataInput {
	if !strings.HasPrefix(line, "{") || !strings.Contains(line, `"_aws"`) {
		return nil
	}
	var members map[string]json.RawMessage
	var meta embedded
	if json.Unmarshal([]byte(line), &members) != nil || json.Unmarshal(members["_aws"], &meta) != nil {
		return nil
	}
	at := &Timestamp{instant.Of(time.UnixMilli(meta.Timestamp))}
	var all []*PutMetricDataInput
	for _, directive := range meta.CloudWatchMetrics {
		in := &PutMetricDataInput{Namespace: directive.Namespace}
		for i, m := range directive.Metrics {
			values := embeddedValues(members[m.Name])
			if i == maxEmbedded || len(values) == 0 {
				continue
			}
			for _, keys := range directive.Dimensions {
				if dimensions, ok := embeddedDimensions(members, keys); ok {
					in.MetricData = append(in.MetricData, MetricDatum{MetricName: m.Name, Dimensions: dimensions, Timestamp: at, Values: values, Unit: m.Unit, StorageResolution: m.StorageResolution})
				}
			}
		}
		if in.Check(now) == nil {
			all = append(all, in)
		}
	}
	return all
}

// embeddedValues returns the values of a metric: a number or some.
func embeddedValues(text json.RawMessage) []float64 {
	var one float64
	if json.Unmarshal(text, &one) == nil && string(text) != "null" {
		return []float64{one}
	}
	var some []float64
	if json.Unmarshal(text, &some) != nil || len(some) > maxEmbeddedValues {
		return nil
	}
	return some
}

// embeddedDimensions returns the dimensions of a set of keys. ok is false if a member
// is not a text.
func embeddedDimensions(members map[string]json.RawMessage, keys []string) (all []watch.Dimension, ok bool) {
	for _, key := range keys {
		var value string
		if json.Unmarshal(members[key], &value) != nil {
			return nil, false
		}
		all = append(all, watch.Dimension{Name: key, Value: value})
	}
	return all, true
}
