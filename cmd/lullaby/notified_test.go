package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// notified is the function of scripts that a topic invokes: it puts the subject of each
// message in the table that TABLE names, and publishes it to the topic that PASSES names.
type notified struct {
	db     *dynamodb.Client
	topics *sns.Client
}

func (n *notified) take(ctx context.Context, e events.SNSEvent) error {
	for _, r := range e.Records {
		_, err := n.db.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: aws.String(os.Getenv("TABLE")),
			Item:      map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: r.SNS.Subject}},
		})
		if err != nil {
			return err
		}
		_, err = n.topics.Publish(ctx, &sns.PublishInput{TopicArn: aws.String(os.Getenv("PASSES")), Message: aws.String("passed on: " + r.SNS.Subject)})
		if err != nil {
			return err
		}
	}
	return nil
}
