// Package table opens the table of the service, with the retry mode that the
// functions' environment names.
//
// The package is internal to the service and changes with it.
package table

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"lullaby/retry"
	"lullaby/retry/awsretry"
)

// A Table is the table with its client, and the retrier of that client. Safe for
// concurrent use.
type Table struct {
	*dynamodb.Client

	Name    string
	Mode    retry.Mode
	Retrier *awsretry.Retrier
	Config  aws.Config // for the clients of other services
}

// A Budget is the time of an invocation, beside the function's own timeout.
type Budget struct {
	Limit   time.Duration // how long the client waits, as in awsretry.Options; only aware looks at it
	Reserve time.Duration // what is left of it for the answer; 0: awsretry.DefaultReserve
}

// Request is the budget of a function behind API Gateway.
var Request = Budget{Limit: awsretry.APIGateway}

// Open reads the environment: TABLE_NAME, and RETRY_MODE and MAX_ATTEMPTS as
// retry.FromEnvironment does. It makes no request.
func Open(ctx context.Context, getenv func(string) string, b Budget) (Table, error) {
	mode, err := retry.FromEnvironment(getenv)
	if err != nil {
		return Table{}, err
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return Table{}, err
	}
	return New(cfg, getenv("TABLE_NAME"), mode, b)
}

// New returns the table of a name, of which a refused call is tried again as mode
// says. Only aware looks at the time: the SDK's own retryer does not, and the
// article's two remedies are as they were written.
func New(cfg aws.Config, name string, mode retry.Mode, b Budget) (Table, error) {
	o := awsretry.Options{Reserve: b.Reserve}
	own := cfg
	own.RetryMaxAttempts = 0 // of AWS_MAX_ATTEMPTS: the mode has its own number
	switch mode.Name {
	case retry.ModeSDK:
		o.ObserveOnly = true
		own.RetryMaxAttempts = mode.Policy.Options().MaxAttempts
	case retry.ModeAware:
		o.MaxAttempts, o.Limit = mode.Policy.Options().MaxAttempts, b.Limit
	default:
		o.Policy, o.IgnoreDeadline = mode.Policy, true
	}
	r, err := awsretry.New(o)
	if err != nil {
		return Table{}, err
	}
	return Table{dynamodb.NewFromConfig(own, r.Attach), name, mode, r, cfg}, nil
}
