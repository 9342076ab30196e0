package main

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"lullaby/items/internal/reply"
	"lullaby/items/internal/write"
)

// A returner is the method of *sqs.Client that gives messages back.
type returner interface {
	ChangeMessageVisibilityBatch(context.Context, *sqs.ChangeMessageVisibilityBatchInput, ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error)
}

const (
	// mostWait is how long a message that is given back stays invisible at most, in
	// seconds. The least is one.
	mostWait = 5
	// batchSize is the number of messages that a call changes at most (Amazon SQS API
	// Reference, "ChangeMessageVisibilityBatch").
	batchSize = 10
)

// giveBack makes messages visible within some seconds, each after a time of its
// own, and notes why their requests are not written. What it does not give back is
// visible when the queue's visibility timeout is over.
func (h handler) giveBack(ctx context.Context, failures []reply.Failure) {
	for some := range slices.Chunk(failures, batchSize) {
		in := &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: aws.String(h.queueURL)}
		for i, f := range some {
			in.Entries = append(in.Entries, types.ChangeMessageVisibilityBatchRequestEntry{
				Id: aws.String(strconv.Itoa(i)), ReceiptHandle: aws.String(f.Message.ReceiptHandle),
				VisibilityTimeout: 1 + rand.Int32N(mostWait),
			})
		}
		out, err := h.queue.ChangeMessageVisibilityBatch(ctx, in)
		if err != nil {
			h.log.WarnContext(ctx, "messages not given back", slog.Int("count", len(some)), slog.String("error", err.Error()))
			continue
		}
		for _, e := range out.Failed {
			h.log.WarnContext(ctx, "messages not given back", slog.Int("count", 1), slog.String("error", aws.ToString(e.Code)+": "+aws.ToString(e.Message)))
		}
	}
	for _, f := range failures {
		if !errors.Is(f.Err, reply.ErrNotTried) {
			h.note(ctx, f.Message, reply.Reason(f.Err))
		}
	}
}

// note records why a request is not written, for the case that it never is. A
// message that is none of ours has no request.
func (h handler) note(ctx context.Context, m *events.SQSMessage, reason string) {
	stamp, err := write.DecodeStamp(m.Body)
	if err != nil {
		return
	}
	if err := h.requests.Note(ctx, stamp.RequestID, reason); err != nil {
		h.log.WarnContext(ctx, "reason not recorded", slog.String("error", err.Error()))
	}
}
