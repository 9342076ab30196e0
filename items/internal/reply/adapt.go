package reply

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"lullaby/items/internal/table"
	"lullaby/retry/awsretry"
)

// namespace is the CloudWatch namespace of the service's metrics.
const namespace = "Items"

// A Handler answers one request of the REST API.
type Handler func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error)

// A Service is the common part of the functions. Safe for concurrent use.
type Service struct {
	Log     *slog.Logger
	Metrics io.Writer // a line of CloudWatch's embedded metric format is one Write
	Retrier *awsretry.Retrier
	// Dimensions are the dimensions of the metrics.
	Dimensions map[string]string
}

// NewService returns the service of a function that uses t. Its metrics have the
// dimensions FunctionName and RetryMode.
func NewService(log *slog.Logger, t *table.Table) *Service {
	return &Service{
		Log: log, Metrics: os.Stdout, Retrier: t.Retrier,
		Dimensions: map[string]string{"FunctionName": lambdacontext.FunctionName, "RetryMode": t.Mode.Name},
	}
}

// Adapt returns a Handler that always answers and never returns an error: an error
// or a panic of h becomes a status and a message. A fault of the service, 5xx, is
// also logged, with the request's ids in the logs of the function and the gateway.
// The context of h ends before the function's timeout and, if the retrier has a
// Limit, before the gateway's. A request in which the table refused an attempt is
// counted in metrics.
func (s *Service) Adapt(h Handler) Handler {
	return func(ctx context.Context, req events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		early, invocation := s.Retrier.Begin(ctx, time.UnixMilli(req.RequestContext.RequestTimeEpoch))
		defer invocation.End()
		res, err := guard(func() (events.APIGatewayProxyResponse, error) { return h(early, req) })
		account := invocation.Account()
		if err != nil {
			res = failure(err, &account)
			s.log(ctx, req, res.StatusCode, err, &account)
		}
		if account.Throttled > 0 {
			s.measure(&account)
		}
		return res, nil
	}
}

// log logs an error, unless the fault is the caller's.
func (s *Service) log(ctx context.Context, req events.APIGatewayProxyRequest, status int, err error, account *awsretry.Account) {
	if status < http.StatusInternalServerError {
		return
	}
	s.Log.LogAttrs(ctx, severity(status), "request failed",
		slog.Int("status", status),
		slog.String("error", err.Error()),
		slog.String("request_id", requestID(ctx)),
		slog.String("api_request_id", req.RequestContext.RequestID),
		slog.Any("retries", *account))
}

// measure writes the account to the log as metrics.
func (s *Service) measure(account *awsretry.Account) {
	line, err := account.AppendEMF(nil, time.Now(), namespace, s.Dimensions)
	if err == nil {
		_, err = s.Metrics.Write(line)
	}
	if err != nil {
		s.Log.Error("metrics lost", slog.Any("error", err))
	}
}

// guard calls f and turns a panic into an error.
func guard[T any](f func() (T, error)) (result T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}

// severity is lower for faults that pass by themselves.
func severity(status int) slog.Level {
	if status == http.StatusServiceUnavailable {
		return slog.LevelWarn
	}
	return slog.LevelError
}

func requestID(ctx context.Context) string {
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		return lc.AwsRequestID
	}
	return ""
}
