package dynamo

import (
	"context"

	"lullaby/instant"
)

// DescribeEndpointsInput is the request of DescribeEndpoints.
type DescribeEndpointsInput struct{}

// DescribeEndpointsOutput is the answer of DescribeEndpoints.
type DescribeEndpointsOutput struct{ Endpoints []Endpoint }

// Endpoint is a host to send requests to, and how long it may be kept.
type Endpoint struct {
	Address              string
	CachePeriodInMinutes int64
}

// DescribeEndpoints names AWS's host, as AWS does: an SDK that is pointed at
// another one stays there.
func (e *Engine) DescribeEndpoints(context.Context, instant.Instant, *DescribeEndpointsInput) (*DescribeEndpointsOutput, error) {
	const day = 24 * 60
	return &DescribeEndpointsOutput{[]Endpoint{{e.opts.Scope.Host("dynamodb"), day}}}, nil
}
