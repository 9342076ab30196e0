package otelretry_test

import (
	"slices"
	"testing"
	"time"

	"lullaby/retry"
	"lullaby/retry/awsretry"
	"lullaby/retry/awsretry/otelretry"
)

func TestAttributes(t *testing.T) {
	for _, tt := range []struct {
		a    awsretry.Account
		want []string
	}{
		{awsretry.Account{Calls: 1, Attempts: 1}, []string{"aws.dynamodb.retry.calls=1", "aws.dynamodb.retry.attempts=1"}},
		{
			awsretry.Account{
				Calls: 3, Attempts: 9, Throttled: 5, Waited: 1_250 * time.Millisecond,
				Refusals:  []awsretry.Refusal{{Resource: "arn", Reason: "TableWriteProvisionedThroughputExceeded", Count: 4}, {Reason: "UnprocessedItems", Count: 1}},
				ReadUnits: 1.5, WriteUnits: 7, Failed: 1, Stopped: retry.DeadlineNear, Unprocessed: 2,
			},
			[]string{
				"aws.dynamodb.retry.calls=3", "aws.dynamodb.retry.attempts=9", "aws.dynamodb.retry.throttled=5",
				"aws.dynamodb.retry.failed=1", "aws.dynamodb.retry.unprocessed=2", "aws.dynamodb.retry.waited_seconds=1.25",
				"aws.dynamodb.read_units=1.5", "aws.dynamodb.write_units=7",
				`aws.dynamodb.throttling.reasons=["TableWriteProvisionedThroughputExceeded","UnprocessedItems"]`,
				`aws.dynamodb.throttling.resources=["arn",""]`, "aws.dynamodb.throttling.counts=[4,1]",
				"aws.dynamodb.retry.ended_by=deadline near",
			},
		},
	} {
		attributes := otelretry.Attributes(tt.a)
		got := make([]string, len(attributes))
		for i, kv := range attributes {
			got[i] = string(kv.Key) + "=" + kv.Value.String()
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("attributes of %+v:\n%q, want\n%q", tt.a, got, tt.want)
		}
	}
}
