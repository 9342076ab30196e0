package dynamo

import (
	"context"

	"lullaby/dynamo/plan"
	"lullaby/instant"
)

// DescribeLimitsInput is the request of DescribeLimits.
type DescribeLimitsInput struct{}

// DescribeLimitsOutput is the output of DescribeLimits, in units a second.
type DescribeLimitsOutput struct {
	AccountMaxReadCapacityUnits  int64
	AccountMaxWriteCapacityUnits int64
	TableMaxReadCapacityUnits    int64
	TableMaxWriteCapacityUnits   int64
}

// DescribeLimits returns the quotas of provisioned units. The error is nil.
func (e *Engine) DescribeLimits(context.Context, instant.Instant, *DescribeLimitsInput) (*DescribeLimitsOutput, error) {
	return &DescribeLimitsOutput{plan.AccountMaximum, plan.AccountMaximum, plan.TableMaximum, plan.TableMaximum}, nil
}
