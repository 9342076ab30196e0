package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/instant"
	"lullaby/items/internal/requests"
	"lullaby/items/internal/write"
)

// A putter is the method of *dynamodb.Client that writes items.
type putter interface {
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
}

type handler struct {
	log      *slog.Logger
	table    string
	db       putter
	requests requests.Table
	queueURL string
	queue    returner
}

// write stores the document of a message and records that its request is Written.
// Its error leaves the message in the queue; to write again is harmless.
func (h handler) write(ctx context.Context, m *events.SQSMessage) error {
	stamp, item, err := write.Decode(m.Body)
	if err != nil {
		return err
	}
	item[write.Attribute] = stamp.Value()
	superseded, err := h.put(ctx, item, stamp)
	if err == nil {
		err = h.requests.Written(ctx, instant.Of(time.Now()), stamp.RequestID, superseded)
	}
	if err != nil {
		return fmt.Errorf("request %s: %w", stamp.RequestID, err)
	}
	return nil
}

// put stores an item if its stamp is newer than that of the stored one. An item
// without a stamp, which was stored without the queue, is older than all.
func (h handler) put(ctx context.Context, item map[string]types.AttributeValue, stamp write.Stamp) (superseded bool, err error) {
	_, err = h.db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(h.table), Item: item,
		// NOT >= rather than <: the comparison fails where there is no stamp.
		ConditionExpression:                 aws.String("NOT #request >= :request"),
		ExpressionAttributeNames:            map[string]string{"#request": write.Attribute},
		ExpressionAttributeValues:           map[string]types.AttributeValue{":request": stamp.Value()},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	refused, ok := errors.AsType[*types.ConditionalCheckFailedException](err)
	if !ok {
		return false, err
	}
	return write.StateOf(refused.Item, stamp) != write.Stored, nil
}
