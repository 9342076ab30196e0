// Command get-item is the function behind GET /item/{_id}: it answers with the
// item that is stored under the _id, as it is after every write before.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"lullaby/items/internal/reply"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Error("configuration refused", slog.Any("error", err))
		os.Exit(1)
	}
	h := handler{table: os.Getenv("TABLE_NAME"), db: dynamodb.NewFromConfig(cfg)}
	lambda.Start(reply.Adapt(log, h.get))
}
