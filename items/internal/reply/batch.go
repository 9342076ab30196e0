package reply

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// ErrNotTried is the error of a message for which no time was left.
var ErrNotTried = errors.New("the time was up before its turn")

// A Failure is a message that is reported as failed: it stays in its queue.
type Failure struct {
	Message *events.SQSMessage
	Err     error
}

// A BatchHandler works on messages of a queue, of which an event source mapping
// deletes those that are not reported as failed. It needs the mapping's setting
// ReportBatchItemFailures.
type BatchHandler func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)

// AdaptBatch returns a BatchHandler that never returns an error, for that would
// repeat what is done. It calls one for each message after the other, with a
// context that ends before the function's timeout by the retrier's Reserve, and
// not at all once that is over. A message of which one returns an error or panics
// is logged and reported as failed. Before that, back is called with those, and
// with what is left of the time; it may be nil.
func (s *Service) AdaptBatch(one func(context.Context, *events.SQSMessage) error, back func(context.Context, []Failure)) BatchHandler {
	return func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		early, invocation := s.Retrier.Begin(ctx, time.Now())
		defer invocation.End()
		var failures []Failure
		for i := range e.Records {
			m := &e.Records[i]
			if err := try(early, m, one); err != nil {
				failures = append(failures, Failure{m, err})
			}
		}
		if back != nil && len(failures) > 0 {
			back(ctx, failures)
		}
		account := invocation.Account()
		if account.Throttled > 0 {
			s.measure(&account)
		}
		res := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
		s.logFailures(ctx, failures)
		for _, f := range failures {
			res.BatchItemFailures = append(res.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: f.Message.MessageId})
		}
		return res, nil
	}
}

func try(ctx context.Context, m *events.SQSMessage, one func(context.Context, *events.SQSMessage) error) error {
	if ctx.Err() != nil {
		return ErrNotTried
	}
	_, err := guard(func() (struct{}, error) { return struct{}{}, one(ctx, m) })
	return err
}

// logFailures logs a line for each message that was tried, and one for the others.
func (s *Service) logFailures(ctx context.Context, failures []Failure) {
	rest := 0
	for _, f := range failures {
		if errors.Is(f.Err, ErrNotTried) {
			rest++
			continue
		}
		status, _ := describe(f.Err)
		s.Log.LogAttrs(ctx, severity(status), "message failed",
			slog.String("message_id", f.Message.MessageId),
			slog.String("receives", f.Message.Attributes["ApproximateReceiveCount"]),
			slog.String("error", f.Err.Error()),
			slog.String("request_id", requestID(ctx)))
	}
	if rest > 0 {
		s.Log.LogAttrs(ctx, slog.LevelWarn, "messages not tried", slog.Int("count", rest), slog.String("request_id", requestID(ctx)))
	}
}
