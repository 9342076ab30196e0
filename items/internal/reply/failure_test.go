package reply_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"

	"lullaby/items/internal/reply"
	"lullaby/retry/awsretry"
)

const (
	internal  = `{"error":"internal error"}`
	throttled = `{"error":"too many requests for the capacity of the table, try again"}`
	silent    = `{"error":"the table did not answer in time, try again"}`
)

// operation wraps err as the SDK does.
func operation(err error) error {
	return &smithy.OperationError{ServiceID: "DynamoDB", OperationName: "PutItem", Err: err}
}

// status wraps err as the SDK wraps what it made of a response.
func status(code int, err error) error {
	return operation(&smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: code}},
		Err:      err,
	})
}

func generic(code, message string) error {
	return status(http.StatusBadRequest, &smithy.GenericAPIError{Code: code, Message: message})
}

// answer returns what the caller gets when a handler returns err, and the log.
func answer(t *testing.T, err error) (events.APIGatewayProxyResponse, string) {
	t.Helper()
	var log bytes.Buffer
	handle := serviceOf(t, &log, awsretry.Options{ObserveOnly: true}).Adapt(
		func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
			return events.APIGatewayProxyResponse{}, err
		})
	res, err := handle(t.Context(), events.APIGatewayProxyRequest{})
	if err != nil {
		t.Errorf("handler returned the error %v", err)
	}
	return res, log.String()
}

func TestErrorsBecomeAnswers(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", errors.New("connection refused"))}
	for _, tt := range []struct {
		name   string
		err    error
		status int
		body   string
	}{
		{"refusal", &reply.RefusalError{Status: 404, Message: `no "x"`}, 404, `{"error":"no \"x\""}`},
		{"wrapped refusal", fmt.Errorf("get: %w", &reply.RefusalError{Status: 400, Message: "no"}), 400, `{"error":"no"}`},

		{"validation", generic("ValidationException", "One or more parameter values were invalid"), 400, `{"error":"One or more parameter values were invalid"}`},
		{"size", generic("ValidationException", "Item size has exceeded the maximum allowed size"), 413, `{"error":"Item size has exceeded the maximum allowed size"}`},

		{"table throttled", status(400, &types.ProvisionedThroughputExceededException{}), 503, throttled},
		{"throttling", status(400, &types.ThrottlingException{}), 503, throttled},
		{"account throttled", status(400, &types.RequestLimitExceeded{}), 503, throttled},
		{"throttled and out of retries", operation(errors.Join(errors.New("retry quota exceeded"), generic("ThrottlingException", ""))), 503, throttled},

		{"queue throttled", &smithy.OperationError{ServiceID: sqs.ServiceID, Err: generic("RequestThrottled", "")}, 503, `{"error":"too many requests for the capacity of the queue, try again"}`},
		{"queue silent", &smithy.OperationError{ServiceID: sqs.ServiceID, Err: os.ErrDeadlineExceeded}, 503, `{"error":"the queue did not answer in time, try again"}`},

		{"server error", &types.InternalServerError{}, 503, silent},
		{"unmodelled 500", status(500, &smithy.GenericAPIError{Code: "InternalFailure"}), 503, silent},
		{"503 of a proxy", status(503, &smithy.DeserializationError{Err: errors.New("invalid character '<'")}), 503, silent},

		{"deadline", operation(&aws.RequestCanceledError{Err: context.DeadlineExceeded}), 503, silent},
		{"cancelled", operation(&smithy.CanceledError{Err: context.Canceled}), 503, silent},
		{"network timeout", operation(os.ErrDeadlineExceeded), 503, silent},
		{"connection refused", operation(&smithyhttp.RequestSendError{Err: refused}), 503, silent},
		{"connection closed", operation(&smithyhttp.RequestSendError{Err: io.EOF}), 503, silent},
		{"connection reset", operation(refused), 503, silent},
		{"half an answer", status(200, &smithy.DeserializationError{Err: io.ErrUnexpectedEOF}), 503, silent},

		{"no table", status(400, &types.ResourceNotFoundException{}), 500, internal},
		{"denied", generic("AccessDeniedException", "arn:aws:iam::1:role/secret is not authorized"), 500, internal},
		{"token expired", generic("ExpiredTokenException", ""), 500, internal},
		{"another answer", status(200, &smithy.DeserializationError{Err: errors.New("invalid character '<'")}), 500, internal},
		{"anything else", errors.New("secret"), 500, internal},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, log := answer(t, tt.err)
			want := events.APIGatewayProxyResponse{
				StatusCode: tt.status, Body: tt.body, Headers: map[string]string{"Content-Type": "application/json"},
			}
			if tt.status == 503 { // it is drawn
				want.Headers["Retry-After"] = got.Headers["Retry-After"]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("answer to %v (-want +got):\n%s", tt.err, diff)
			}
			if logged := log != ""; logged != (tt.status >= 500) {
				t.Errorf("status %d logged %q", tt.status, log)
			}
		})
	}
}

// Who is refused is asked to wait from one second to as long as the function has
// waited, and not all of them for as long.
func TestRetryAfter(t *testing.T) {
	for _, tt := range []struct {
		account awsretry.Account
		most    int
	}{
		{awsretry.Account{}, 2},
		{awsretry.Account{Waited: 2_400 * time.Millisecond}, 2},
		{awsretry.Account{Waited: 12_750 * time.Millisecond}, 13},
		{awsretry.Account{Waited: time.Second, Delay: 16 * time.Second}, 16},
		{awsretry.Account{Waited: time.Hour}, 60},
	} {
		drawn := map[int]int{}
		for range 2_000 {
			drawn[reply.RetryAfter(&tt.account)]++
		}
		for after := range drawn {
			if after < 1 || after > tt.most {
				t.Errorf("after %v: Retry-After is %d, want 1 to %d", tt.account.Waited, after, tt.most)
			}
		}
		if len(drawn) != tt.most {
			t.Errorf("after %v: %d different ones, want %d", tt.account.Waited, len(drawn), tt.most)
		}
	}
}
