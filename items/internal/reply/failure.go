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
	if refusal, ok := errors.AsType[*RefusalError](err); ok {
		return problem(refusal.Status, refusal.Message)
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		switch api.ErrorCode() {
		case "ValidationException":
			return invalid(api.ErrorMessage())
		case "ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded":
			return later("too many requests for the capacity of the table, try again", account)
		}
	}
	if broken(err) || interrupted(err) {
		return later("the table did not answer in time, try again", account)
	}
	return problem(http.StatusInternalServerError, "internal error")
}

// invalid returns the answer for a request that DynamoDB refused, with its text.
// Only the text tells an item that is too large from other faults.
func invalid(message string) events.APIGatewayProxyResponse {
	if strings.Contains(message, "Item size has exceeded the maximum allowed size") {
		return problem(http.StatusRequestEntityTooLarge, message)
	}
	return problem(http.StatusBadRequest, message)
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

// broken reports whether DynamoDB answered that the fault is its own. An answer
// that is not DynamoDB's, such as a proxy's page, has only a status.
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
