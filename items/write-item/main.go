// Command write-item is the consumer of the queue of writes: it stores the
// document of each message, unless a newer write has stored the item, and records
// what became of the request.
package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"lullaby/items/internal/reply"
	"lullaby/items/internal/requests"
	"lullaby/items/internal/table"
)

// reserve is the time that is left of the function's timeout to give back what
// could not be written.
const reserve = time.Second

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	t, err := table.Open(context.Background(), os.Getenv, table.Budget{Reserve: reserve})
	if err != nil {
		log.Error("configuration refused", slog.Any("error", err))
		os.Exit(1)
	}
	h := handler{
		log: log, table: t.Name, db: t,
		requests: requests.Table{Name: os.Getenv("REQUESTS_TABLE"), DB: t},
		queueURL: os.Getenv("QUEUE_URL"), queue: sqs.NewFromConfig(t.Config),
	}
	lambda.Start(reply.NewService(log, &t).AdaptBatch(h.write, h.giveBack))
}
