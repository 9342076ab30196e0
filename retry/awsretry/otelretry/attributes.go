// Package otelretry turns the account of an invocation into OpenTelemetry
// attributes. It is a package of its own so that functions without OpenTelemetry
// do not link it. Names of attributes may be added; existing names stay.
package otelretry

import (
	"go.opentelemetry.io/otel/attribute"

	"lullaby/retry/awsretry"
)

// Attributes returns the account as attributes of a span: counts, capacity units,
// the time waited in seconds, and three lists of equal length with the reasons,
// resources and counts of refusals. It leaves out zeros, as Account.LogValue
// does. The names are ours: the semantic conventions have none for this.
func Attributes(a awsretry.Account) []attribute.KeyValue {
	attributes := []attribute.KeyValue{
		attribute.Int("aws.dynamodb.retry.calls", a.Calls),
		attribute.Int("aws.dynamodb.retry.attempts", a.Attempts),
	}
	for _, n := range []struct {
		key   attribute.Key
		value int
	}{
		{"aws.dynamodb.retry.throttled", a.Throttled},
		{"aws.dynamodb.retry.failed", a.Failed},
		{"aws.dynamodb.retry.unprocessed", a.Unprocessed},
	} {
		if n.value > 0 {
			attributes = append(attributes, n.key.Int(n.value))
		}
	}
	for _, x := range []struct {
		key   attribute.Key
		value float64
	}{
		{"aws.dynamodb.retry.waited_seconds", a.Waited.Seconds()},
		{"aws.dynamodb.read_units", a.ReadUnits},
		{"aws.dynamodb.write_units", a.WriteUnits},
	} {
		if x.value > 0 {
			attributes = append(attributes, x.key.Float64(x.value))
		}
	}
	if len(a.Refusals) > 0 {
		reasons, resources, counts := make([]string, len(a.Refusals)), make([]string, len(a.Refusals)), make([]int, len(a.Refusals))
		for i, r := range a.Refusals {
			reasons[i], resources[i], counts[i] = r.Reason, r.Resource, r.Count
		}
		attributes = append(attributes,
			attribute.StringSlice("aws.dynamodb.throttling.reasons", reasons),
			attribute.StringSlice("aws.dynamodb.throttling.resources", resources),
			attribute.IntSlice("aws.dynamodb.throttling.counts", counts))
	}
	if ended := a.Ended(); ended != "" {
		attributes = append(attributes, attribute.String("aws.dynamodb.retry.ended_by", ended))
	}
	return attributes
}
