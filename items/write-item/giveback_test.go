package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"lullaby/instant"
	"lullaby/items/internal/requests"
	"lullaby/items/internal/write"
)

// A message that is no write is given back with the others that fail, and the rest
// of its batch is written once.
func TestPoison(t *testing.T) {
	w := open(t)
	before, after := w.post(t, noon), w.post(t, noon.Add(time.Second))
	poison := events.SQSMessage{MessageId: "m-poison", ReceiptHandle: "r-poison", Body: `{"_id":"a"}`}
	if diff := cmp.Diff([]string{"m-poison"}, w.consume(t, message(before, doc(1)), poison, message(after, doc(2)))); diff != "" {
		t.Errorf("failed (-want +got):\n%s", diff)
	}
	if _, given := w.back["the-queue r-poison"]; !given || len(w.back) != 1 || w.puts != 2 {
		t.Errorf("given back %v after %d puts, want the poison and 2", w.back, w.puts)
	}
	w.want(t, before, isWritten)
	w.want(t, after, isWritten)
}

// What cannot be written is given back for one to five seconds, and not all of it
// for as long. Its request says why if it is given up at last.
func TestGiveBack(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&types.ProvisionedThroughputExceededException{}, "too many requests for the capacity of the table"},
		{context.DeadlineExceeded, "the table did not answer in time"},
		{errors.New("secret"), "internal error"},
	} {
		w := open(t)
		w.fail = tt.err
		const many = 25 // more than a call of SQS takes
		messages, stamps := make([]events.SQSMessage, many), make([]write.Stamp, many)
		for i := range many {
			stamps[i] = w.post(t, noon)
			messages[i] = message(stamps[i], doc(1))
		}
		if failed := w.consume(t, messages...); len(failed) != len(messages) || len(w.back) != len(messages) {
			t.Errorf("%d reported as failed and %d given back, want %d", len(failed), len(w.back), len(messages))
		}
		drawn := map[int32]bool{}
		for _, seconds := range w.back {
			drawn[seconds] = true
			if seconds < 1 || seconds > mostWait {
				t.Errorf("given back for %d s, want 1 to %d", seconds, mostWait)
			}
		}
		if len(drawn) < 2 { // by chance in one run of 10^16
			t.Errorf("all given back for as long: %v", w.back)
		}
		w.want(t, stamps[0], isQueued)
		if err := w.requests.Failed(t.Context(), instant.Of(time.Now()), stamps[0].RequestID, "given up"); err != nil {
			t.Fatal(err)
		}
		w.want(t, stamps[0], requests.Request{Status: requests.Failed, Reason: tt.want})
	}
}

// A refusing queue refuses one entry, or all.
type refusing struct{ whole bool }

func (r refusing) ChangeMessageVisibilityBatch(context.Context, *sqs.ChangeMessageVisibilityBatchInput, ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error) {
	if r.whole {
		return nil, errors.New("no queue")
	}
	return &sqs.ChangeMessageVisibilityBatchOutput{Failed: []sqstypes.BatchResultErrorEntry{
		{Id: aws.String("0"), Code: aws.String("ReceiptHandleIsInvalid"), Message: aws.String("expired")},
	}}, nil
}

// What cannot be given back is failed all the same, and the log says so.
func TestGiveBackRefused(t *testing.T) {
	for _, tt := range []struct {
		queue returner
		want  string
	}{
		{refusing{}, "ReceiptHandleIsInvalid: expired"},
		{refusing{whole: true}, "no queue"},
	} {
		w := open(t)
		var log bytes.Buffer
		w.fail, w.queue, w.log = errors.New("secret"), tt.queue, slog.New(slog.NewJSONHandler(&log, nil))
		s := w.post(t, noon)
		if failed := w.consume(t, message(s, doc(1))); len(failed) != 1 {
			t.Errorf("failed: %v, want the message", failed)
		}
		if !strings.Contains(log.String(), `"msg":"messages not given back","count":1,"error":"`+tt.want) {
			t.Errorf("log %s, want %s", &log, tt.want)
		}
	}
}
