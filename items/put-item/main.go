// Command put-item is the function behind POST /item: it stores the JSON object
// in the body under its _id, and replaces an item that has the same _id.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"lullaby/items/internal/reply"
	"lullaby/items/internal/table"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	t, err := table.Open(context.Background(), os.Getenv, table.Request)
	if err != nil {
		log.Error("configuration refused", slog.Any("error", err))
		os.Exit(1)
	}
	h := handler{table: t.Name, db: t}
	lambda.Start(reply.NewService(log, &t).Adapt(h.put))
}
