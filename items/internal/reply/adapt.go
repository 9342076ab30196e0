package reply

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// A Handler answers one request of the REST API.
type Handler func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error)

// reserve is what is left of the function's time when its context ends, enough
// to answer before Lambda ends the function and the gateway answers 502.
const reserve = 500 * time.Millisecond

// Adapt returns a Handler that always answers and never returns an error: what
// h returns, or panics with, becomes a status and a message. The faults of the
// service, 5xx, are logged too, with the ids that the log of the function and
// that of the gateway have for the request. The context of h ends before the
// time of the function does.
func Adapt(log *slog.Logger, h Handler) Handler {
	return func(ctx context.Context, req events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		early, cancel := endEarly(ctx)
		defer cancel()
		res, err := guard(early, req, h)
		if err == nil {
			return res, nil
		}
		res = failure(err)
		if res.StatusCode >= http.StatusInternalServerError {
			log.LogAttrs(ctx, severity(res.StatusCode), "request failed",
				slog.Int("status", res.StatusCode),
				slog.String("error", err.Error()),
				slog.String("request_id", requestID(ctx)),
				slog.String("api_request_id", req.RequestContext.RequestID))
		}
		return res, nil
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

// endEarly keeps the reserve of a function whose time is limited.
func endEarly(ctx context.Context) (context.Context, context.CancelFunc) {
	end, limited := ctx.Deadline()
	if !limited {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, end.Add(-reserve))
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
