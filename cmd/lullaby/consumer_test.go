package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// A consumer is the function of scripts that consumes a queue: it counts each message
// in the table that TABLE names, under its body. One that begins with poison fails; one
// that begins with slow takes 300 ms. With REPORTS the answer says which have failed,
// else it is an error if one has. With FORWARDS it sends each message to that queue.
type consumer struct {
	db     *dynamodb.Client
	queues *sqs.Client
}

func (c *consumer) consume(ctx context.Context, e events.SQSEvent) (answer events.SQSEventResponse, err error) {
	for _, m := range e.Records {
		if err := c.count(ctx, m.Body); err != nil {
			answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
		}
	}
	if len(answer.BatchItemFailures) > 0 && os.Getenv("REPORTS") == "" {
		return answer, errors.New("some messages have failed")
	}
	return answer, nil
}

func (c *consumer) count(ctx context.Context, body string) error {
	switch {
	case strings.HasPrefix(body, "poison"):
		return errors.New("poison")
	case strings.HasPrefix(body, "slow"):
		time.Sleep(300 * time.Millisecond)
	}
	if queue := os.Getenv("FORWARDS"); queue != "" {
		if _, err := c.queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &queue, MessageBody: &body}); err != nil {
			return err
		}
	}
	_, err := c.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(os.Getenv("TABLE")), Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: body}},
		UpdateExpression:          aws.String("ADD times :one"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":one": &types.AttributeValueMemberN{Value: "1"}},
	})
	return err
}
