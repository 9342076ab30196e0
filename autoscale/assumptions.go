package autoscale

import "time"

// Assumptions are what AWS does not say of Application Auto Scaling. [Likely] and
// [Strict] have values for them.
type Assumptions struct {
	// Least: of the minutes that made an alarm go off the one with the least
	// consumption gives the new capacity. Else it is the one with the most
	// (docs/aws/autoscaling.md#datapoints).
	Least bool

	// Again is how long an order waits that met a table in the middle of another
	// change (docs/aws/autoscaling.md#orders).
	Again time.Duration
}

// Assumed values.
var (
	// Likely is what AWS's own planning tool computes with.
	Likely = Assumptions{Again: time.Second}

	// Strict is the least favourable: each step out is as small as the minutes allow.
	Strict = Assumptions{Least: true, Again: 30 * time.Second}
)
