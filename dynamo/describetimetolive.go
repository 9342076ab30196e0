package dynamo

import (
	"context"

	"lullaby/dynamo/plan"
	"lullaby/dynamo/refusal"
	"lullaby/dynamo/request"
	"lullaby/instant"
)

// DescribeTimeToLiveOutput is the answer of DescribeTimeToLive.
type DescribeTimeToLiveOutput struct{ TimeToLiveDescription TimeToLiveDescription }

// TimeToLiveDescription says whether items of a table expire, and by what.
type TimeToLiveDescription struct {
	TimeToLiveStatus string // ENABLING, ENABLED, DISABLING or DISABLED
	AttributeName    string `json:",omitzero"` // not with DISABLED
}

// DescribeTimeToLive tells what makes items of a table expire.
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
