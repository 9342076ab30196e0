package awsretry

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Bounds of CloudWatch's embedded metric format (CloudWatch User Guide,
// "Specification: Embedded metric format").
const (
	maxNamespace  = 256
	maxDimensions = 30
)

const endedBy = "EndedBy"

// AppendEMF appends the account as one line of CloudWatch's embedded metric
// format. Written to a function's log, the line becomes metrics of the namespace
// with the given dimensions, at the instant at: Calls, Attempts, Throttled,
// Waited, ReadUnits, WriteUnits, Failed, Unprocessed, and a count for each reason
// for which attempts were refused. AppendEMF refuses a namespace of 0 or more
// than 256 bytes, more than 30 dimensions, and a dimension with the name of a
// metric.
func (a Account) AppendEMF(line []byte, at time.Time, namespace string, dimensions map[string]string) ([]byte, error) {
	if namespace == "" || len(namespace) > maxNamespace {
		return line, fmt.Errorf("namespace %q has %d bytes, want 1 to %d", namespace, len(namespace), maxNamespace)
	}
	if len(dimensions) > maxDimensions {
		return line, fmt.Errorf("%d dimensions, want at most %d", len(dimensions), maxDimensions)
	}
	type metric struct {
		Name, Unit string
	}
	var metrics []metric
	members := map[string]any{}
	add := func(name, unit string, value any) {
		metrics = append(metrics, metric{name, unit})
		members[name] = value
	}
	add("Calls", "Count", a.Calls)
	add("Attempts", "Count", a.Attempts)
	add("Throttled", "Count", a.Throttled)
	add("Waited", "Milliseconds", float64(a.Waited)/float64(time.Millisecond))
	add("ReadUnits", "Count", a.ReadUnits)
	add("WriteUnits", "Count", a.WriteUnits)
	add("Failed", "Count", a.Failed)
	add("Unprocessed", "Count", a.Unprocessed)
	reasons := map[string]int{}
	for _, r := range a.Refusals {
		reasons[r.Reason] += r.Count
	}
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		add(reason, "Count", reasons[reason])
	}
	names := make([]string, 0, len(dimensions))
	for name, value := range dimensions {
		if _, taken := members[name]; taken || name == "_aws" || name == endedBy {
			return line, fmt.Errorf("dimension %q has the name of something else", name)
		}
		members[name] = value
		names = append(names, name)
	}
	slices.Sort(names)
	if ended := a.Ended(); ended != "" {
		members[endedBy] = ended
	}
	members["_aws"] = map[string]any{
		"Timestamp": at.UnixMilli(),
		"CloudWatchMetrics": []any{map[string]any{
			"Namespace": namespace, "Dimensions": [][]string{names}, "Metrics": metrics,
		}},
	}
	text, err := json.Marshal(members)
	if err != nil {
		return line, err
	}
	return append(append(line, text...), '\n'), nil
}
