package main

import (
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lullaby/items/internal/document"
	"lullaby/items/internal/reply"
	"lullaby/items/internal/write"
)

// A getter is the method of *dynamodb.Client that the function uses.
type getter interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
}

type handler struct {
	table string
	db    getter
}

func (h handler) get(ctx context.Context, req events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	var none events.APIGatewayProxyResponse
	id, err := key(req)
	if err != nil {
		return none, &reply.RefusalError{Status: http.StatusBadRequest, Message: err.Error()}
	}
	out, err := h.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName:      aws.String(h.table),
		Key:            map[string]types.AttributeValue{document.Key: &types.AttributeValueMemberS{Value: id}},
		ConsistentRead: aws.Bool(true), // a caller reads what it has just written
	})
	if err != nil {
		return none, err
	}
	if len(out.Item) == 0 {
		return none, &reply.RefusalError{Status: http.StatusNotFound, Message: "there is no item with this _id"}
	}
	write.Strip(out.Item)
	text, err := document.Encode(out.Item)
	if err != nil {
		return none, err
	}
	return reply.JSON(http.StatusOK, text), nil
}
