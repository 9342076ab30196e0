package main

import (
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"lullaby/items/internal/document"
	"lullaby/items/internal/posted"
	"lullaby/items/internal/reply"
)

// A putter is the method of *dynamodb.Client that the function uses.
type putter interface {
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
}

type handler struct {
	table string
	db    putter
}

// put writes the document, and nothing if any part of it is refused.
func (h handler) put(ctx context.Context, req events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	var none events.APIGatewayProxyResponse
	item, err := posted.Document(req, document.MaxSize)
	if err != nil {
		return none, err
	}
	if _, err := h.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(h.table), Item: item}); err != nil {
		return none, err
	}
	return reply.JSON(http.StatusCreated, `{"success":true}`), nil
}
