// Command fail-item is the consumer of the dead-letter queue: it records that a
// write has failed, and leaves its message to the queue's own redrive policy, which
// parks it for people.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"lullaby/items/internal/reply"
	"lullaby/items/internal/requests"
	"lullaby/items/internal/table"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	t, err := table.Open(context.Background(), os.Getenv, table.Budget{})
	if err != nil {
		log.Error("configuration refused", slog.Any("error", err))
		os.Exit(1)
	}
	h := handler{table: t.Name, db: t, requests: requests.Table{Name: os.Getenv("REQUESTS_TABLE"), DB: t}}
	lambda.Start(reply.NewService(log, &t).AdaptBatch(h.fail, nil))
}
