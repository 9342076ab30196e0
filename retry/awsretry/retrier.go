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

// The defaults of service/dynamodb 1.74.0 under "Retry Behavior 2.1". A client
// whose options name a retryer does not get them from the SDK, so that New hands
// them on. DefaultBaseDelay has no effect on the delays of SDK cores up to 1.47.
const (
	DefaultMaxAttempts = 4
	DefaultBaseDelay   = 25 * time.Millisecond
)

// APIGateway is how long a REST API waits for a function unless its owner has
// raised that (API Gateway quotas, "Integration timeout"). An HTTP API waits 30 s.
const APIGateway = 29 * time.Second

// DefaultReserve is what is left of a deadline for the answer.
const DefaultReserve = 500 * time.Millisecond

// maxConcurrency bounds Options.Concurrency. Assumed: nobody has more.
const maxConcurrency = 1_000_000

// Options say how a client tries again. The zero Options are the SDK's retryer
// and DynamoDB's defaults, with an eye on the deadline of each call's context.
type Options struct {
	// MaxAttempts of a call, the first included, from 1 to retry.MaxAttempts; 0:
	// what Standard says, or DefaultMaxAttempts.
	MaxAttempts int
	// Standard configures the SDK's retryer, as in the SDK's retry.NewStandard. It
	// is called for each budget. With a RateLimiter there, that one decides for all.
	Standard []func(*sdkretry.StandardOptions)
	// Policy decides delays, attempts, classes and tokens in place of the SDK's
	// retryer. The zero Policy leaves them to the SDK.
	Policy retry.Policy
	// Limit is how long somebody waits for an invocation, from the instant that
	// Begin is told, at most 24 h; 0: for ever.
	Limit time.Duration
	// Reserve is kept of every deadline for the answer, at most 24 h; 0:
	// DefaultReserve. A first attempt is made all the same.
	Reserve time.Duration
	// IgnoreDeadline sleeps past deadlines, as the SDK does; there is no Limit then.
	IgnoreDeadline bool
	// ObserveOnly leaves the client's own retryer in place and keeps accounts
	// alone: no other option but Reserve has a use then.
	ObserveOnly bool
	// Concurrency is how many environments of the function there may be at one
	// time. Each starts with its share of the SDK's 500 tokens, for each cause of
	// throttles, and earns the rest by calls that succeed: beyond 100 environments
	// that share is less than one retry. 0: not stated, each starts with all.
	Concurrency int
	// Rand is what Policy draws from, and the retrier's from here on; nil: one that
	// is seeded at random.
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
	begin(now, deadline instant.Instant) retry.Call
	succeed(*retry.Call)
}

// New returns a retrier. An option that is negative or absurd, or of no use
// beside another, is refused with a *retry.OptionError that names it.
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
// dynamodb.NewFromConfig or dynamodb.New. Attempts that the client's options or
// AWS_MAX_ATTEMPTS state take the place of MaxAttempts; those of a Policy they
// can make fewer, not more.
func (r *Retrier) Attach(o *dynamodb.Options) {
	if r.decider != nil {
		o.Retryer = r.decider
	}
	o.APIOptions = append(o.APIOptions, r.observe)
}
