package dynamo

import (
	"context"

	"lullaby/dynamo/plan"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// DescribeTimeToLiveOutput is the output of DescribeTimeToLive.
type DescribeTimeToLiveOutput struct{ TimeToLiveDescription TimeToLiveDescription }

// TimeToLiveDescription gives the status of expiry and the attribute that holds
// the time.
type TimeToLiveDescription struct {
	TimeToLiveStatus string // ENABLING, ENABLED, DISABLING or DISABLED
	AttributeName    string `json:",omitzero"` // not with DISABLED
}

// DescribeTimeToLive describes the time to live of a table. The error is a
// refusal.Validation or refusal.NotFound.
func (e *Engine) DescribeTimeToLive(_ context.Context, now instant.Instant, in *request.DescribeTimeToLiveInput) (*DescribeTimeToLiveOutput, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	t, err := e.known(now, *in.TableName)
	if err != nil {
		return nil, err
	}
	if status := t.status(now); status == plan.StatusCreating || status == plan.StatusDeleting {
		return nil, refusal.Invalid("Cannot describe time to live while table is in " + string(status) + " state: Current table state is " + string(status))
	}
	ttl := t.desc.Load().TTL
	return &DescribeTimeToLiveOutput{TimeToLiveDescription{ttl.status(), ttl.Attribute}}, nil
}
