package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/instant"
	"lullaby/items/internal/document"
	"lullaby/items/internal/requests"
	"lullaby/items/internal/write"
)

// A getter is the method of *dynamodb.Client that reads items.
type getter interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
}

type handler struct {
	table    string
	db       getter
	requests requests.Table
}

// untold is the reason of a failure for which none was noted: the message was
// received, and its turn never came.
const untold = "the table did not take the write in time"

// readTime bounds the look at the item. The queue hands a message over once, so
// the status matters more: with ten messages there is time for it in 5 s too.
const readTime = 400 * time.Millisecond

var errGivenUp = errors.New("the write is given up, and its message is parked")

// fail records that the request of a message is Failed, and returns an error, so
// that the message is parked. The exception is a message whose write the item has,
// for the consumer may have ended before it said so: that request is Written, and
// its message is done.
func (h handler) fail(ctx context.Context, m *events.SQSMessage) error {
	stamp, err := write.DecodeStamp(m.Body)
	if err != nil {
		return err
	}
	if err := h.settle(ctx, instant.Of(time.Now()), m, stamp); err != nil {
		return fmt.Errorf("request %s: %w", stamp.RequestID, err)
	}
	return nil
}

// settle is fail for the write with a stamp, at now.
func (h handler) settle(ctx context.Context, now instant.Instant, m *events.SQSMessage, stamp write.Stamp) error {
	if taken := h.taken(ctx, m.Body, stamp); taken != write.Missing {
		return h.requests.Written(ctx, now, stamp.RequestID, taken == write.Superseded)
	}
	if err := h.requests.Failed(ctx, now, stamp.RequestID, untold); err != nil {
		return err
	}
	return errGivenUp
}

// taken returns what the item says of a write, Missing if it cannot be read: a
// request that is called Failed by mistake may still become Written.
func (h handler) taken(ctx context.Context, body string, stamp write.Stamp) write.Taken {
	_, item, err := write.Decode(body)
	if err != nil {
		return write.Missing
	}
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	out, err := h.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(h.table), Key: map[string]types.AttributeValue{document.Key: item[document.Key]},
		ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return write.Missing
	}
	return write.StateOf(out.Item, stamp)
}
