// Package table opens the table of the service, with the retry mode that the
// functions' environment names.
//
// The package is internal to the service and changes with it.
package table

import (
	"context"

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
}

// Open reads the environment: TABLE_NAME, and RETRY_MODE and MAX_ATTEMPTS as
// retry.FromEnvironment does. It makes no request.
func Open(ctx context.Context, getenv func(string) string) (Table, error) {
	mode, err := retry.FromEnvironment(getenv)
	if err != nil {
		return Table{}, err
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return Table{}, err
	}
	return New(cfg, getenv("TABLE_NAME"), mode)
}

// New returns the table of a name, of which a refused call is tried again as mode
// says. Only aware looks at the time: the SDK's own retryer does not, and the
// article's two remedies are as they were written.
func New(cfg aws.Config, name string, mode retry.Mode) (Table, error) {
	var o awsretry.Options
	cfg.RetryMaxAttempts = 0 // of AWS_MAX_ATTEMPTS: the mode has its own number
	switch mode.Name {
	case retry.ModeSDK:
		o = awsretry.Options{ObserveOnly: true}
		cfg.RetryMaxAttempts = mode.Policy.Options().MaxAttempts
	case retry.ModeAware:
		o = awsretry.Options{MaxAttempts: mode.Policy.Options().MaxAttempts, Limit: awsretry.APIGateway}
	default:
		o = awsretry.Options{Policy: mode.Policy, IgnoreDeadline: true}
	}
	r, err := awsretry.New(o)
	if err != nil {
		return Table{}, err
	}
	return Table{dynamodb.NewFromConfig(cfg, r.Attach), name, mode, r}, nil
}
