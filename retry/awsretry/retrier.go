package awsretry

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdkretry "github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"lullaby/instant"
	"lullaby/retry"
)

// The defaults of service/dynamodb 1.74.0 (docs/aws/retries.md#retry-behavior-21).
// The SDK does not apply them to a client whose options name a retryer, so New
// does. DefaultBaseDelay has no effect on SDK cores up to 1.47.
const (
	DefaultMaxAttempts = 4
	DefaultBaseDelay   = 25 * time.Millisecond
)

// APIGateway is how long a REST API waits for a function, unless its owner has
// raised the limit (docs/aws/gateway.md#integration-timeout). An HTTP API waits
// 30 s.
const APIGateway = 29 * time.Second

// DefaultReserve is what is left of a deadline for the answer.
const DefaultReserve = 500 * time.Millisecond

// maxConcurrency bounds Options.Concurrency. Assumed: no function has more.
const maxConcurrency = 1_000_000

// Options say how a client retries. The zero Options are the SDK's retryer with
// DynamoDB's defaults, which also keeps to the deadline of each call's context.
type Options struct {
	// MaxAttempts is the number of attempts of a call, the first included, from 1
	// to retry.MaxAttempts; 0: that of Standard, or DefaultMaxAttempts.
	MaxAttempts int
	// Standard configures the SDK's retryer, as in the SDK's retry.NewStandard. It
	// is called for each token bucket. A RateLimiter set there replaces all of
	// them.
	Standard []func(*sdkretry.StandardOptions)
	// Policy decides delays, attempts, classes and tokens in place of the SDK's
	// retryer. The zero Policy leaves them to the SDK.
	Policy retry.Policy
	// Limit is how long the client waits for an invocation, from the instant
	// passed to Begin, at most 24 h; 0: without end.
	Limit time.Duration
	// Reserve is subtracted from every deadline, so that time is left for the
	// answer. At most 24 h; 0: DefaultReserve. The first attempt is made even if
	// only the reserve is left.
	Reserve time.Duration
	// IgnoreDeadline sleeps past deadlines, as the SDK does. It excludes Limit.
	IgnoreDeadline bool
	// ObserveOnly keeps the client's own retryer and only counts. It excludes all
	// other options but Reserve.
	ObserveOnly bool
	// Concurrency is how many environments of the function there may be at one
	// time. Each environment starts with its share of the SDK's 500 tokens, for
	// each cause of throttles, and earns the rest by calls that succeed. Beyond
	// 100 environments a share is less than one retry costs. 0: not known, each
	// starts with all tokens.
	Concurrency int
	// Rand is the random source of Policy. The retrier owns it from here on. nil:
	// a source seeded at random.
	Rand *rand.Rand
}

// validate refuses an option with a *retry.OptionError.
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
	case o.ObserveOnly && (policy || len(o.Standard) > 0 || o.MaxAttempts != 0 || o.Limit != 0 || o.Concurrency != 0 || o.IgnoreDeadline || o.Rand != nil):
		return &retry.OptionError{Field: "ObserveOnly", Value: true, Want: "false where another option decides"}
	case o.IgnoreDeadline && o.Limit != 0:
		return &retry.OptionError{Field: "Limit", Value: o.Limit, Want: "0 beside IgnoreDeadline"}
	case !policy && o.Rand != nil:
		return &retry.OptionError{Field: "Rand", Value: "given", Want: "nil without Policy"}
	case policy && (len(o.Standard) > 0 || o.MaxAttempts != 0 || o.Concurrency != 0):
		return &retry.OptionError{Field: "Policy", Value: o.Policy.Form(), Want: "left out beside Standard, MaxAttempts and Concurrency"}
	}
	return nil
}

// A Retrier decides the retries of one client, or of several clients that share
// tokens. Safe for concurrent use.
type Retrier struct {
	o       Options
	decider decider // nil if it only observes
}

// A decider is a client's retryer. It also decides about answers that the SDK
// takes for successes: batches with an unprocessed rest.
type decider interface {
	aws.RetryerV2
	// begin starts a call; succeed records its success.
	begin(now, deadline instant.Instant) retry.Call
	succeed(*retry.Call)
}

// New returns a retrier. It refuses an option that is negative, out of bounds or
// of no use beside another with a *retry.OptionError that names it.
func New(o Options) (*Retrier, error) {
	if o.Reserve == 0 {
		o.Reserve = DefaultReserve
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
		s, err := newStandardRetryer(&o)
		if err != nil {
			return nil, err
		}
		r.decider = s
	}
	return r, nil
}

// Attach makes r the retryer of a client, in place of another: pass it to
// dynamodb.NewFromConfig or dynamodb.New. A number of attempts in the client's
// options or in AWS_MAX_ATTEMPTS replaces MaxAttempts. It can lower the attempts
// of a Policy, but not raise them.
func (r *Retrier) Attach(o *dynamodb.Options) {
	if r.decider != nil {
		o.Retryer = r.decider
	}
	o.APIOptions = append(o.APIOptions, r.observe)
}
