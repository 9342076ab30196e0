package watch

import "time"

// Assumptions are what AWS does not say of CloudWatch. [Likely] and [Strict] have
// values for them.
type Assumptions struct {
	// Lag is how long after its measurement a sample can be read, and judged by an
	// alarm: a minute is judged when it is over and Lag has passed
	// (docs/aws/cloudwatch.md#lag).
	Lag time.Duration

	// IgnoreDynamoDB: an alarm on a metric of DynamoDB's ignores missing data whatever
	// it says (docs/aws/cloudwatch.md#missing-data-of-dynamodb).
	IgnoreDynamoDB bool
}

// Assumed values.
var (
	// Likely is what AWS's own samples show: an alarm on minutes is evaluated a minute
	// after the last of them.
	Likely = Assumptions{Lag: time.Minute}

	// Strict is the late end of what is reported.
	Strict = Assumptions{Lag: 3 * time.Minute, IgnoreDynamoDB: true}
)
