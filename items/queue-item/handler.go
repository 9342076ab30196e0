package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"lullaby/instant"
	"lullaby/items/internal/document"
	"lullaby/items/internal/posted"
	"lullaby/items/internal/reply"
	"lullaby/items/internal/requests"
	"lullaby/items/internal/write"
)

// A sender is the method of *sqs.Client that the function uses.
type sender interface {
	SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
}

type handler struct {
	log      *slog.Logger
	requests requests.Table
	queueURL string
	queue    sender
}

// maxSize is the size of the largest document in bytes: an item holds the stamp of
// its write too.
const maxSize = document.MaxSize - write.StampSize

func (h handler) post(ctx context.Context, req events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return h.accept(ctx, instant.Of(time.Now()), req)
}

// accept takes the write of a document that was posted at now, and nothing if any
// part of the request is refused.
func (h handler) accept(ctx context.Context, now instant.Instant, req events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	var none events.APIGatewayProxyResponse
	key, err := idempotencyKey(req)
	if err != nil {
		return none, err
	}
	text, err := documentText(req)
	if err != nil {
		return none, err
	}
	stamp := write.NewStamp(now)
	if key == "" {
		err = h.send(ctx, now, stamp, text)
	} else {
		stamp, err = h.sendOnce(ctx, now, key, stamp, text)
	}
	if err != nil {
		return none, err
	}
	return accepted(req, stamp.RequestID), nil
}

// documentText returns the document in the body as text, always the same for the
// same document.
func documentText(req events.APIGatewayProxyRequest) (string, error) {
	item, err := posted.Document(req, maxSize)
	if err != nil {
		return "", err
	}
	if _, taken := item[write.Attribute]; taken {
		return "", &reply.RefusalError{Status: http.StatusBadRequest, Message: "the name " + write.Attribute + " is reserved"}
	}
	text, err := write.Text(item)
	if err == nil && len(text) > write.MaxText {
		err = &reply.RefusalError{
			Status:  http.StatusRequestEntityTooLarge,
			Message: fmt.Sprintf("the document takes %d bytes in the queue, and at most %d are allowed", len(text), write.MaxText),
		}
	}
	return text, err
}

// send records the request and sends its message. A crash between the two leaves a
// record that expires, of a request whose id nobody was told.
func (h handler) send(ctx context.Context, now instant.Instant, stamp write.Stamp, text string) error {
	if err := h.requests.Queue(ctx, now, stamp.RequestID); err != nil {
		return err
	}
	_, err := h.queue.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl: aws.String(h.queueURL), MessageBody: aws.String(write.Encode(stamp, text)),
	})
	return err
}

// sendOnce sends the message of the request that the key stands for, unless it is
// known to be sent, and returns its stamp. It may send a message twice, and the
// write is the same, for both have one stamp; wherever it is stopped, a repeat goes
// on from there.
func (h handler) sendOnce(ctx context.Context, now instant.Instant, key string, stamp write.Stamp, text string) (write.Stamp, error) {
	sum := sha256.Sum256([]byte(text))
	digest := hex.EncodeToString(sum[:])
	c, err := h.requests.Claim(ctx, now, key, requests.Claim{Stamp: stamp, Digest: digest})
	switch {
	case err != nil:
		return stamp, err
	case c.Digest != digest:
		return stamp, &reply.RefusalError{Status: http.StatusUnprocessableEntity, Message: "the Idempotency-Key was used with another body"}
	case c.Sent:
		return c.Stamp, nil
	}
	if err := h.send(ctx, now, c.Stamp, text); err != nil {
		return stamp, err
	}
	if err := h.requests.Sent(ctx, key, c.Stamp.RequestID); err != nil {
		// The write is in the queue: its caller need not repeat it.
		h.log.WarnContext(ctx, "not recorded that the message was sent", slog.String("error", err.Error()))
	}
	return c.Stamp, nil
}
