package reply

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"lullaby/retry/awsretry"
)

// namespace is that of the service's metrics.
const namespace = "Items"

// A Handler answers one request of the REST API.
type Handler func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error)

// A Service is what the functions share. Safe for concurrent use.
type Service struct {
	Log     *slog.Logger
	Metrics io.Writer // a line of CloudWatch's embedded metric format is one Write
	Retrier *awsretry.Retrier
	// Dimensions are those of the metrics.
	Dimensions map[string]string
}

// Adapt returns a Handler that always answers and never returns an error: what
// h returns, or panics with, becomes a status and a message. The faults of the
// service, 5xx, are logged too, with the ids that the log of the function and
// that of the gateway have for the request. The context of h ends before the
// time of the function does and, if the retrier looks at it, before the gateway's.
// Requests of which the table has refused an attempt become metrics.
func (s *Service) Adapt(h Handler) Handler {
	return func(ctx context.Context, req events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		early, invocation := s.Retrier.Begin(ctx, time.UnixMilli(req.RequestContext.RequestTimeEpoch))
		defer invocation.End()
		res, err := guard(early, req, h)
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

// log writes down what went wrong, if the fault is not the caller's.
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

// measure writes the account as metrics.
func (s *Service) measure(account *awsretry.Account) {
	line, err := account.AppendEMF(nil, time.Now(), namespace, s.Dimensions)
	if err == nil {
		_, err = s.Metrics.Write(line)
	}
	if err != nil {
		s.Log.Error("metrics lost", slog.Any("error", err))
	}
}

// guard calls h and makes an error of a panic.
func guard(ctx context.Context, req events.APIGatewayProxyRequest, h Handler) (res events.APIGatewayProxyResponse, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return h(ctx, req)
}

// severity is lower for what passes by itself.
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
