package awsretry

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdkretry "github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"lullaby/retry"
)

// The defaults of service/dynamodb 1.74.0 under "Retry Behavior 2.1". A client
// whose options name a retryer does not get them from the SDK, so that New hands
// them on. BaseDelay has no effect on the delays of SDK cores up to 1.47.
const (
	MaxAttempts = 4
	BaseDelay   = 25 * time.Millisecond
)

// APIGateway is how long a REST or HTTP API waits for a function (API Gateway
// quotas, "Integration timeout").
const APIGateway = 29 * time.Second

// Reserve is what is left of a deadline for the answer if nobody says otherwise.
const Reserve = 500 * time.Millisecond

// maxConcurrency bounds Options.Concurrency. Assumed: nobody has more.
const maxConcurrency = 1_000_000

// Options say how a client tries again. The zero Options are the SDK's retryer
// and DynamoDB's defaults, with an eye on the deadline of each call's context.
type Options struct {
	// MaxAttempts of a call, the first included, from 1 to retry.MaxAttempts; 0:
	// what Standard says, or the constant MaxAttempts.
	MaxAttempts int
	// Standard configures the SDK's retryer, as in the SDK's retry.NewStandard.
	Standard []func(*sdkretry.StandardOptions)
	// Policy decides delays, attempts, classes and tokens in place of the SDK's
	// retryer. The zero Policy leaves them to the SDK.
	Policy retry.Policy
	// Limit is how long somebody waits for an invocation, from the instant that
	// Begin is told; 0: for ever.
	Limit time.Duration
	// Reserve is kept of every deadline for the answer; 0: Reserve.
	Reserve time.Duration
	// IgnoreDeadline sleeps past deadlines and Limit, as the SDK does.
	IgnoreDeadline bool
	// ObserveOnly leaves the client's own retryer in place and keeps accounts
	// alone: no other option but Reserve has a use then.
	ObserveOnly bool
	// Concurrency is how many environments of the function there may be at one
	// time. Each starts with its share of the SDK's tokens and earns the rest by
	// calls that succeed. 0: not stated, each starts with all of them.
	Concurrency int
	// Rand is what Policy draws from; nil: one that is seeded at random.
	Rand *rand.Rand
}

// validate refuses what is absurd, with a *retry.OptionError.
func (o *Options) validate() error {
	if o.MaxAttempts < 0 || o.MaxAttempts > retry.MaxAttempts {
		return &retry.OptionError{Field: "MaxAttempts", Value: o.MaxAttempts, Want: fmt.Sprintf("from 1 to %d, or 0 for the default", retry.MaxAttempts)}
	}
	for _, d := range []struct {
		field string
		value time.Duration
	}{{"Limit", o.Limit}, {"Reserve", o.Reserve}} {
		if d.value < 0 || d.value > retry.MaxTime {
			return &retry.OptionError{Field: d.field, Value: d.value, Want: fmt.Sprintf("from 0 to %v", retry.MaxTime)}
		}
	}
	if o.Limit != 0 && o.Limit <= o.Reserve {
		return &retry.OptionError{Field: "Limit", Value: o.Limit, Want: fmt.Sprintf("more than Reserve, %v", o.Reserve)}
	}
	if o.Concurrency < 0 || o.Concurrency > maxConcurrency {
		return &retry.OptionError{Field: "Concurrency", Value: o.Concurrency, Want: fmt.Sprintf("from 1 to %d, or 0 if it is not known", maxConcurrency)}
	}
	policy := o.Policy != retry.Policy{}
	switch {
	case policy && (len(o.Standard) > 0 || o.MaxAttempts != 0 || o.Concurrency != 0):
		return &retry.OptionError{Field: "Policy", Value: o.Policy.Form(), Want: "left out beside Standard, MaxAttempts and Concurrency"}
	case o.ObserveOnly && (policy || len(o.Standard) > 0 || o.MaxAttempts != 0 || o.Limit != 0 || o.Concurrency != 0):
		return &retry.OptionError{Field: "ObserveOnly", Value: true, Want: "false where another option decides"}
	}
	return nil
}

// A Retrier makes the retries of one client, or of several that share their
// tokens. It is safe for concurrent use.
type Retrier struct {
	o       Options
	decider decider // nil if it only observes
}

// A decider is the retryer of a client that also decides for what the SDK does
// not take for a failure.
type decider interface {
	aws.RetryerV2
	// begin starts a call, succeed tells that it has succeeded.
	begin(now, deadline time.Time) retry.Call
	succeed(*retry.Call)
}

// New returns a retrier. An option that is negative or absurd, or of no use
// beside another, is refused with a *retry.OptionError that names it.
func New(o Options) (*Retrier, error) {
	if o.Reserve == 0 {
		o.Reserve = Reserve
	}
	if err := o.validate(); err != nil {
		return nil, err
	}
	r := &Retrier{o: o}
	switch {
	case o.ObserveOnly:
	case o.Policy != retry.Policy{}:
		r.decider = newPolicyRetryer(&o)
	default:
		r.decider = newStandardRetryer(&o)
	}
	return r, nil
}

// Attach makes r the retryer of a client: pass it to dynamodb.NewFromConfig or
// dynamodb.New. AWS_MAX_ATTEMPTS, where it is set, still bounds the attempts.
func (r *Retrier) Attach(o *dynamodb.Options) {
	if r.decider != nil {
		o.Retryer = r.decider
	}
	o.APIOptions = append(o.APIOptions, r.observe)
}
