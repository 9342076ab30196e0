// Command get-request is the function behind GET /request/{request_id}: it answers
// with what became of a write that was handed to the queue.
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
	t, err := table.Open(context.Background(), os.Getenv, table.Request)
	if err != nil {
		log.Error("configuration refused", slog.Any("error", err))
		os.Exit(1)
	}
	h := handler{requests: requests.Table{Name: os.Getenv("REQUESTS_TABLE"), DB: t}}
	lambda.Start(reply.NewService(log, &t).Adapt(h.get))
}
