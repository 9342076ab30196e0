// Command get-item is the function behind GET /item/{_id}: it answers with the
// item under _id, read strongly consistent.
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
	lambda.Start(reply.NewService(log, &t).Adapt(h.get))
}
