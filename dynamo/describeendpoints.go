package dynamo

import (
	"context"

	"lullaby/instant"
)

// DescribeEndpointsInput is the request of DescribeEndpoints.
type DescribeEndpointsInput struct{}

// DescribeEndpointsOutput is the output of DescribeEndpoints.
type DescribeEndpointsOutput struct{ Endpoints []Endpoint }

// Endpoint is a host for requests, and how long clients may cache it.
type Endpoint struct {
	Address              string
	CachePeriodInMinutes int64
}

// DescribeEndpoints returns the host of AWS. An SDK that is configured with
// another endpoint keeps it. The error is nil.
func (e *Engine) DescribeEndpoints(context.Context, instant.Instant, *DescribeEndpointsInput) (*DescribeEndpointsOutput, error) {
	const day = 24 * 60
	return &DescribeEndpointsOutput{[]Endpoint{{e.opts.Scope.Host("dynamodb"), day}}}, nil
}
