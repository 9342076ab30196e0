package reply

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"lullaby/retry/awsretry"
)

// failure returns the answer for err. It does not tell the caller what failed
// inside.
func failure(err error, account *awsretry.Account) events.APIGatewayProxyResponse {
	status, message := describe(err)
	if status == http.StatusServiceUnavailable {
		return later(message+", try again", account)
	}
	return problem(status, message)
}

// Reason returns what a caller may know of err, who is told of it later.
func Reason(err error) string {
	_, message := describe(err)
	return message
}

// describe returns the status for err, and what a caller may know of it.
func describe(err error) (status int, message string) {
	if refusal, ok := errors.AsType[*RefusalError](err); ok {
		return refusal.Status, refusal.Message
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		switch api.ErrorCode() {
		case "ValidationException":
			return invalid(api.ErrorMessage())
		case "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "RequestThrottled":
			return http.StatusServiceUnavailable, "too many requests for the capacity of the " + resource(err)
		}
	}
	if broken(err) || interrupted(err) {
		return http.StatusServiceUnavailable, "the " + resource(err) + " did not answer in time"
	}
	return http.StatusInternalServerError, "internal error"
}

// queueService is sqs.ServiceID. Functions without a queue do not link its client.
const queueService = "SQS"

// resource names what a call was for.
func resource(err error) string {
	if op, ok := errors.AsType[*smithy.OperationError](err); ok && op.ServiceID == queueService {
		return "queue"
	}
	return "table"
}

// invalid describes a request that DynamoDB refused, with its text. Only the text
// tells an item that is too large from other faults.
func invalid(message string) (status int, _ string) {
	if strings.Contains(message, "Item size has exceeded the maximum allowed size") {
		return http.StatusRequestEntityTooLarge, message
	}
	return http.StatusBadRequest, message
}

func later(message string, account *awsretry.Account) events.APIGatewayProxyResponse {
	r := problem(http.StatusServiceUnavailable, message)
	r.Headers["Retry-After"] = strconv.Itoa(retryAfter(account))
	return r
}

// Bounds of the window from which retryAfter draws, in seconds. The least one
// still spreads callers that were refused together.
const (
	leastWindow = 2
	mostWindow  = 60
)

// retryAfter draws how many whole seconds a caller is asked to wait: from one to
// the time that the function waited in vain, or would have waited before its next
// attempt. DynamoDB gives no hint of its own.
func retryAfter(account *awsretry.Account) int {
	window := max(account.Waited, account.Delay).Round(time.Second) / time.Second
	return 1 + rand.IntN(int(min(max(window, leastWindow), mostWindow)))
}

// broken reports whether the service answered that the fault is its own. An answer
// that is not the service's, such as a proxy's page, has only a status.
func broken(err error) bool {
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorFault() == smithy.FaultServer {
		return true
	}
	response, ok := errors.AsType[*smithyhttp.ResponseError](err)
	return ok && response.HTTPStatusCode() >= http.StatusInternalServerError
}

// interrupted reports whether the answer is missing or incomplete: the time ran
// out, or the connection failed.
func interrupted(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	if _, ok := errors.AsType[*smithyhttp.RequestSendError](err); ok {
		return true
	}
	_, ok := errors.AsType[net.Error](err)
	return ok
}
