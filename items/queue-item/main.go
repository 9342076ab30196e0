// Command queue-item is the function behind POST /item where writes wait in a
// queue: it checks the JSON object in the body, hands it to the queue, and answers
// where to ask what became of it.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"lullaby/items/internal/reply"
	"lullaby/items/internal/requests"
	"lullaby/items/internal/table"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	t, err := table.Open(context.Background(), os.Getenv, table.Request)
	if err != nil {
		log.Error("configuration refused", slog.Any("error", err))
		os.Exit(1)
	}
	h := handler{
		log:      log,
		requests: requests.Table{Name: os.Getenv("REQUESTS_TABLE"), DB: t},
		queueURL: os.Getenv("QUEUE_URL"), queue: sqs.NewFromConfig(t.Config),
	}
	lambda.Start(reply.NewService(log, &t).Adapt(h.post))
}
