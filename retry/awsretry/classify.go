package awsretry

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdkretry "github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"lullaby/retry"
)

// A cause is the ARN of the resource that throttled a request, and one of
// DynamoDB's sixteen reasons (docs/aws/throttling.md#reasons).
type cause struct{ resource, reason string }

// causes returns the causes that a throttling error names, each once.
func causes(err error) []cause {
	var reasons []types.ThrottlingReason
	if e, ok := errors.AsType[*types.ProvisionedThroughputExceededException](err); ok {
		reasons = e.ThrottlingReasons
	} else if e, ok := errors.AsType[*types.ThrottlingException](err); ok {
		reasons = e.ThrottlingReasons
	} else if e, ok := errors.AsType[*types.RequestLimitExceeded](err); ok {
		reasons = e.ThrottlingReasons
	}
	var all []cause
	for _, r := range reasons {
		if c := (cause{aws.ToString(r.Resource), aws.ToString(r.Reason)}); !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all
}

// classOf returns the class of a reason.
func classOf(reason string) retry.Class {
	switch {
	case strings.HasSuffix(reason, "KeyRangeThroughputExceeded"):
		return retry.ThrottleKeyRange
	case strings.HasSuffix(reason, "AccountLimitExceeded"):
		return retry.ThrottleAccount
	case strings.HasSuffix(reason, "MaxOnDemandThroughputExceeded"):
		return retry.ThrottleMaximum
	case strings.HasPrefix(reason, "Table"):
		return retry.ThrottleTable
	case strings.HasPrefix(reason, "Index"):
		return retry.ThrottleIndex
	}
	return retry.Throttle
}

// The SDK's own checks.
var (
	transient = sdkretry.IsErrorRetryables(sdkretry.DefaultRetryables)
	throttle  = sdkretry.IsErrorThrottles(sdkretry.DefaultThrottles)
	timeout   = sdkretry.IsErrorTimeouts(sdkretry.DefaultTimeouts)
)

// Classify returns the class of an error of a DynamoDB call, and the delay that
// the service asks for. It classifies a throttle by its ThrottlingReasons, and
// other errors by the SDK's own checks.
func Classify(err error) retry.Failure {
	f := retry.Failure{Hint: hint(err)}
	switch c := causes(err); {
	case len(c) > 0:
		f.Class = classOf(c[0].reason)
	case is[*types.RequestLimitExceeded](err):
		f.Class = retry.ThrottleAccount
	case throttle.IsErrorThrottle(err).Bool(), throttledTransaction(err).Bool():
		f.Class = retry.Throttle
	case !transient.IsErrorRetryable(err).Bool():
		f.Class = retry.Final
	case timeout.IsErrorTimeout(err).Bool():
		f.Class = retry.Timeout
	default:
		f.Class = retry.Transient
	}
	return f
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// throttledTransaction reports whether a transaction was cancelled for want of
// capacity alone: for any other reason it would be cancelled again. The SDK does
// not look at the reasons.
func throttledTransaction(err error) aws.Ternary {
	e, ok := errors.AsType[*types.TransactionCanceledException](err)
	if !ok {
		return aws.UnknownTernary
	}
	throttled := false
	for _, r := range e.CancellationReasons {
		switch aws.ToString(r.Code) {
		case "None", "":
		case "ThrottlingError", "ProvisionedThroughputExceeded":
			throttled = true
		default:
			return aws.FalseTernary
		}
	}
	return aws.BoolTernary(throttled)
}

// hint returns the delay that the service asks for, 0 if none. DynamoDB was never
// seen to ask for one.
func hint(err error) time.Duration {
	ms, err := strconv.ParseInt(responseHeader(err).Get(hintHeader), 10, 64)
	if err != nil || ms < 0 {
		return 0
	}
	return time.Duration(min(ms, retry.MaxTime.Milliseconds())) * time.Millisecond
}

// takeHint returns the hint and removes its header: SDK cores from 1.48 would
// apply it a second time.
func takeHint(err error) time.Duration {
	h := hint(err)
	responseHeader(err).Del(hintHeader)
	return h
}

const hintHeader = "X-Amz-Retry-After"

// responseHeader returns the header of the answer behind err, nil if there was
// none.
func responseHeader(err error) http.Header {
	e, ok := errors.AsType[*smithyhttp.ResponseError](err)
	if !ok || e.Response == nil || e.Response.Response == nil {
		return nil
	}
	return e.Response.Header
}

// code returns the service's error code, empty if err is not the service's.
func code(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode()
	}
	return ""
}
